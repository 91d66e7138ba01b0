"""Vectors from a worker: real processes, which share nothing with the tests but the database and the broker."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from search import embeddings
from search.embeddings import Embedder, own_encoder
from search.errors import EncoderUnavailable
from search.models import Phrase, PhraseRequest
from search.phrases import phrase_key, writing_phrases
from search.rebuilding import rebuild
from search.worker_encoder import FORGOTTEN_AFTER, WorkerEncoder, answer, forget_old_requests
from tests.factories.accounts import AgencyMemberFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory, RequirementFactory
from tests.phrase_writer import wait_until
from tests.processes import environment, run

NOBODY = "redis://127.0.0.1:9/0"  # a broker that is away


# In one process ------------------------------------------------------------------------------------------------------


def test_only_a_process_that_shows_pages_asks_the_workers(settings, monkeypatch):
    monkeypatch.undo()  # of the fake encoder
    monkeypatch.setattr(embeddings._Role, "asks_workers", False)
    settings.ENCODER = "workers"
    assert embeddings.get_encoder() is own_encoder()
    embeddings.ask_workers()
    assert isinstance(embeddings.get_encoder(), WorkerEncoder)
    settings.ENCODER = "here"
    embeddings.ask_workers()
    assert embeddings.get_encoder() is own_encoder()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_a_broker_nobody_waits(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with pytest.raises(EncoderUnavailable, match="set CELERY_BROKER_URL"):
        WorkerEncoder(patience=60).encode(["drive a lorry"])
    assert not PhraseRequest.objects.exists()


@pytest.mark.django_db
def test_inside_a_transaction_nobody_waits(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    with pytest.raises(EncoderUnavailable, match="inside a transaction"):
        WorkerEncoder(patience=60).encode(["drive a lorry"])


@pytest.mark.django_db
class TestAnswer:
    @pytest.fixture(autouse=True)
    def fake(self, fake_encoder, monkeypatch):
        monkeypatch.setattr("search.worker_encoder.own_encoder", lambda: fake_encoder)

    def test_the_vectors_are_in_the_table_and_the_texts_are_gone(self, fake_encoder):
        request = PhraseRequest.objects.create(texts=["drive a lorry", "cut hair"])
        answer(request.pk)
        assert not PhraseRequest.objects.exists()
        assert set(Phrase.objects.values_list("key", flat=True)) == {
            phrase_key("drive a lorry"),
            phrase_key("cut hair"),
        }
        found = Embedder(writing_phrases()).vectors(["cut hair"])
        assert (found == fake_encoder.encode(["cut hair"]).astype(np.float16)).all()

    def test_a_request_that_is_gone_is_left_alone(self, fake_encoder):
        answer(404)
        assert fake_encoder.encoded == []

    def test_what_a_dead_process_left_is_forgotten_and_what_is_waited_for_is_not(self):
        old, new = (PhraseRequest.objects.create(texts=["drive a lorry"]) for _ in range(2))
        PhraseRequest.objects.filter(pk=old.pk).update(
            created_at=timezone.now() - FORGOTTEN_AFTER - timedelta(seconds=1)
        )
        assert forget_old_requests() == 1
        assert PhraseRequest.objects.get() == new


# In processes of their own -------------------------------------------------------------------------------------------


def web(broker):
    return environment(CELERY_BROKER_URL=broker, ENCODER="workers")


SHOW_PAGES = """
import config.wsgi
import json, sys
from django.test import Client
from accounts.models import User
client = Client()
pages = json.loads(sys.argv[1])
answers = []
for user, path in pages:
    if user:
        client.force_login(User.objects.get(pk=user))
    response = client.get(path)
    answers.append([path, response.status_code, response.content.decode()])
heavy = ("torch", "sentence_transformers", "transformers", "sklearn", "scipy")
print(json.dumps([answers, [name for name in heavy if name in sys.modules]]))
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_a_web_process_ranks_without_the_model_and_by_words_where_a_phrase_is_new(settings):
    member = AgencyMemberFactory()
    job = RequirementFactory(job=JobFactory(title="Warehouse operative"), text="Picking and packing orders").job
    candidate = EvidenceFactory(candidate=CandidateFactory(agency=member.agency), text="Picking and packing").candidate
    rebuild()
    pages = [
        (None, reverse("jobs:list")),
        (member.user_id, reverse("search:job_candidates", args=[job.slug])),
        (member.user_id, reverse("search:candidate_jobs", args=[candidate.reference])),
        (member.user_id, reverse("search:pair", args=[job.slug, candidate.reference])),
    ]
    (answers, heavy), log = run(SHOW_PAGES, web(NOBODY), json.dumps(pages))
    assert [(path, status) for path, status, _text in answers] == [(path, 200) for _user, path in pages]
    assert str(candidate) in answers[1][2]
    assert heavy == []
    assert "Ranking by words alone" not in log

    Phrase.objects.all().delete()
    shutil.rmtree(settings.PHRASES_DIR)
    (answers, heavy), log = run(SHOW_PAGES, web(NOBODY), json.dumps(pages))
    assert [status for _path, status, _text in answers] == [200] * len(pages)
    assert str(candidate) in answers[1][2]
    assert heavy == []
    assert "Ranking by words alone: The broker of the background work does not answer" in log
    assert "Picking and packing" not in log
    assert not PhraseRequest.objects.exists()


MAKE_VECTORS = """
import config.wsgi
import json, sys
from search.embeddings import Embedder
from search.errors import EncoderUnavailable
from search.phrases import site_phrases
texts, patience = json.loads(sys.argv[1])
try:
    print(json.dumps(Embedder(site_phrases(), patience=patience).vectors(texts).tolist()))
except EncoderUnavailable as error:
    print(json.dumps(str(error)))
assert "torch" not in sys.modules
"""


@pytest.fixture
def worker(broker, tmp_path):
    """A worker of the site, and the file of what it says."""
    env = web(os.environ["CELERY_BROKER_URL"])
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "-l", "debug"]
    log = tmp_path / "worker.log"
    with log.open("w") as file:
        process = subprocess.Popen(command, env=env, stdout=file, stderr=file, start_new_session=True)
    try:
        wait_until(lambda: " ready." in log.read_text(), seconds=300)
        yield process, log
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.services
@pytest.mark.real_encoder
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_a_worker_makes_what_the_model_makes_until_it_is_killed(worker):
    process, log = worker
    env = web(os.environ["CELERY_BROKER_URL"])
    texts = ["drive a forklift truck", "cut hair", "pick and pack orders", "cut hair"]
    vectors, _said = run(MAKE_VECTORS, env, json.dumps([texts, 300]))
    # Half precision, and a batch of others: the last digit may differ.
    assert np.allclose(vectors, own_encoder().encode(texts), atol=2e-3)
    assert Phrase.objects.count() == 3
    assert not PhraseRequest.objects.exists()
    assert "embed_phrases" in log.read_text()
    assert "forklift" not in log.read_text()

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert run(MAKE_VECTORS, env, json.dumps([texts, 300]))[0] == vectors  # what was made stays
    why, _said = run(MAKE_VECTORS, env, json.dumps([["weld gates"], 0.6]))
    assert why == "No worker has answered within 0.6 s."
    assert not PhraseRequest.objects.exists()
