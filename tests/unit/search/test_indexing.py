from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from candidates.models import Evidence
from candidates.signals import candidates_changed
from jobs.models import Course
from search.embeddings import Embedder
from search.engines import get_engine
from search.errors import EncoderUnavailable, SearchUnavailable
from search.indexing import QUERYSETS, index_rows
from search.models import IndexChange, Phrase
from search.outbox import drain, queue_expired
from search.phrases import DatabasePhrases
from search.rebuilding import rebuild
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.employers import PledgeFactory
from tests.factories.jobs import CourseFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def indexed(kind):
    return get_engine().ids(kind)


def test_a_saved_row_is_searchable_after_the_commit(committed):
    with committed():
        job, candidate = JobFactory(), CandidateFactory()
        RequirementFactory(job=job)
        EvidenceFactory(candidate=candidate)
        assert IndexChange.objects.waiting().exists()
    assert indexed("job") == {str(job.pk)}
    assert indexed("candidate") == {str(candidate.pk)}
    assert not IndexChange.objects.waiting().exists()


def test_a_change_that_is_rolled_back_leaves_nothing_on_the_outbox(committed):
    with committed(), pytest.raises(RuntimeError), transaction.atomic():
        CandidateFactory()
        raise RuntimeError("undone")
    assert not IndexChange.objects.filter(kind="candidate").exists()


def test_a_deleted_row_leaves_the_index(committed):
    with committed():
        candidate = CandidateFactory()
    with committed():
        candidate.delete()
    assert indexed("candidate") == set()


def test_a_lapsed_pledge_is_read_again_for_every_job_of_the_employer(committed):
    with committed():
        job = JobFactory()
    with committed():
        PledgeFactory(employer=job.employer)
    assert IndexChange.objects.filter(kind="job", object_id=job.pk).count() >= 2


def test_bulk_writes_are_announced(committed):
    with committed():
        candidate = CandidateFactory()
    IndexChange.objects.all().delete()
    with committed():
        Evidence.objects.bulk_create([Evidence(candidate=candidate, text="drive a lorry")])
        candidates_changed.send(Evidence, ids=[candidate.pk])
    assert IndexChange.objects.get().done_at is not None


def test_one_new_line_computes_one_embedding(committed, fake_encoder):
    with committed():
        candidate = CandidateFactory()
        EvidenceFactory.create_batch(3, candidate=candidate)
    fake_encoder.encoded.clear()
    with committed():
        EvidenceFactory(candidate=candidate, text="welding gates")
    assert fake_encoder.encoded == ["welding gates"]
    with committed():
        EvidenceFactory(text="welding gates")  # another person, the same words
    assert "welding gates" not in fake_encoder.encoded[1:]


def test_while_the_encoder_is_away_the_outbox_keeps_what_is_left(committed, monkeypatch):
    class Away:
        def encode(self, texts, progress=None):
            raise EncoderUnavailable("no model here")

    with committed():
        CandidateFactory()
    with monkeypatch.context() as patched:
        patched.setattr("search.embeddings.get_encoder", Away)
        with committed():
            candidate = EvidenceFactory(text="something new").candidate
        waiting = IndexChange.objects.waiting().filter(object_id=candidate.pk)
        assert waiting.exists()
        assert waiting.first().error == "no model here"
    assert drain() >= 1
    assert str(candidate.pk) in indexed("candidate")
    assert drain() == 0


def test_a_document_that_the_index_refuses_is_parked_and_holds_up_no_other(committed, monkeypatch):
    from search import indexing

    with committed():
        bad = CandidateFactory()
    real = indexing.indexed_candidate

    def broken(document, side, version):
        one = real(document, side, version)
        return replace(one, line_keys=("one too many", *one.line_keys)) if document.id == str(bad.pk) else one

    monkeypatch.setattr(indexing, "indexed_candidate", broken)
    with committed():
        bad.save()
        good = CandidateFactory()
    assert str(good.pk) in indexed("candidate")
    [parked] = IndexChange.objects.parked()
    assert parked.object_id == bad.pk
    assert "2 lines" in parked.error
    assert not IndexChange.objects.waiting().exists()


def test_a_card_that_ran_out_is_read_again_by_the_nightly_sweep(committed):
    today = timezone.localdate()
    with committed():
        ended = EvidenceFactory(expires_date=today - timedelta(days=1)).candidate
        EvidenceFactory(expires_date=today)
    IndexChange.objects.all().delete()
    with committed():
        assert queue_expired(today) == 1
    assert [change.object_id for change in IndexChange.objects.all()] == [ended.pk]


def test_a_course_brings_who_is_in_its_prison_to_the_outbox_and_again_when_it_has_begun(committed):
    today = timezone.localdate()
    with committed():
        later = CandidateFactory(available_from=today + timedelta(days=40))
        CandidateFactory(available_from=today, prison=later.prison)
    IndexChange.objects.all().delete()
    with committed():
        course = CourseFactory(academy__prison=later.prison, next_start_date=today + timedelta(days=3))
    assert [change.object_id for change in IndexChange.objects.all()] == [later.pk]
    IndexChange.objects.all().delete()
    Course.objects.filter(pk=course.pk).update(next_start_date=today - timedelta(days=1))
    with committed():
        assert queue_expired(today) == 2  # whoever came free since then is read again too


def test_a_long_outage_parks_nothing(committed, monkeypatch):
    with committed():
        candidate = CandidateFactory()

    def away(self, documents):
        raise SearchUnavailable("the engine is away")

    with monkeypatch.context() as patched:
        patched.setattr(type(get_engine()), "put", away)
        for _time in range(25):
            with committed():
                candidate.save()
    assert not IndexChange.objects.parked().exists()
    assert drain() >= 25


def test_a_deleted_index_is_made_again_by_the_next_change(committed):
    with committed():
        first = CandidateFactory()
    get_engine().remove()
    with committed():
        second = CandidateFactory()
    assert indexed("candidate") == {str(first.pk), str(second.pk)}


def test_a_rebuild_takes_in_everything_and_reports_progress(committed):
    with committed():
        JobFactory.create_batch(2)
        CandidateFactory.create_batch(3)
    seen = []
    assert rebuild(progress=lambda done, total: seen.append((done, total))) == 5
    assert seen[-1] == (5, 5)
    assert len(indexed("job")) == 2
    assert len(indexed("candidate")) == 3


def test_what_changes_during_a_rebuild_is_in_the_new_index(committed, monkeypatch):
    from search import rebuilding

    with committed():
        CandidateFactory()
    real = rebuilding._fill

    def fill_while_somebody_joins(*args):
        real(*args)
        with committed():
            CandidateFactory(reference="TG-LATE22")

    monkeypatch.setattr(rebuilding, "_fill", fill_while_somebody_joins)
    with committed():
        rebuild()
    assert len(indexed("candidate")) == 2


def test_phrases_are_kept_by_model_and_text():
    embedder = Embedder(DatabasePhrases())
    first = embedder.vectors(["drive a lorry", "cut hair", "drive a lorry"])
    assert first.shape == (3, 384)
    assert (first[0] == first[2]).all()
    assert Phrase.objects.count() == 2
    assert (embedder.vectors(["cut hair"])[0] == first[1]).all()
    assert Embedder(DatabasePhrases(), model="another").vectors(["cut hair"]).shape == (1, 384)
    assert Phrase.objects.count() == 3


def test_nothing_of_the_person_but_their_evidence_reaches_the_index():
    candidate = CandidateFactory(first_name="Quillon", last_name="Zebediah")
    EvidenceFactory(candidate=candidate, text="welding gates")
    embedder = Embedder(DatabasePhrases())
    [document] = index_rows("candidate", [QUERYSETS["candidate"]().get(pk=candidate.pk)], 1, embedder)
    written = " ".join([document.text, *document.keywords, *(v for one in document.keywords.values() for v in one)])
    assert "welding gates" in written
    for hidden in ("Quillon", "Zebediah", candidate.prison.name, candidate.prison_id, candidate.reference):
        assert hidden not in written
