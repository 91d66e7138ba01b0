import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Outcode
from candidates.models import Evidence
from jobs.models import Credential
from search import verifying
from search.embeddings import Embedder
from search.engines import get_engine
from search.errors import DocumentRefused, IndexMissing
from search.indexing import put_ids, reading_version
from search.models import IndexChange
from search.phrases import writing_phrases
from search.rebuilding import rebuild
from search.verifying import verify
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Three candidates and a job, all in the index, and nothing on the outbox."""
    candidates = [EvidenceFactory(text=text).candidate for text in ("drive a lorry", "weld gates", "cut hair")]
    job = JobFactory()
    rebuild()
    IndexChange.objects.all().delete()
    return candidates, job


def differences():
    return {
        (report.kind, name): getattr(report, name).first
        for report in verify()
        for name in ("missing", "left_over", "stale")
        if getattr(report, name).count
    }


def run(*options):
    out = StringIO()
    try:
        call_command("verify_index", *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def test_an_index_that_says_what_the_database_says(world):
    assert differences() == {}
    assert run() == ("job: 1 rows, no difference\ncandidate: 3 rows, no difference\n", None)


class TestWhatDiffers:
    def test_what_is_missing_left_over_and_stale(self, world, monkeypatch):
        (gone, changed, _other), job = world
        engine = get_engine()
        engine.delete("job", [str(job.pk)], version=reading_version())
        Evidence.objects.filter(candidate=changed).update(text="weld gates and fences")  # nobody is told of it
        left = str(gone.pk)
        Evidence.objects.filter(candidate=gone).delete()
        type(gone).objects.filter(pk=gone.pk)._raw_delete("default")
        IndexChange.objects.all().delete()
        assert differences() == {
            ("job", "missing"): [str(job.pk)],
            ("candidate", "left_over"): [left],
            ("candidate", "stale"): [str(changed.pk)],
        }

    @pytest.mark.parametrize(
        "change",
        [
            {"travel_miles": 77},
            {"available_from": timezone.localdate() + timedelta(days=40)},
            {"released_to_employers_at": None},
            {"work_interests": ["construction"]},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_every_fact_of_the_document_counts(self, world, change):
        (candidate, *_others), _job = world
        type(candidate).objects.filter(pk=candidate.pk).update(**change)
        assert differences() == {("candidate", "stale"): [str(candidate.pk)]}

    def test_a_fact_that_is_in_no_document_does_not(self, world):
        (candidate, *_others), _job = world
        type(candidate).objects.filter(pk=candidate.pk).update(first_name="Another", last_name="Name")
        assert differences() == {}

    def test_a_card_that_ran_out_since(self, world):
        (candidate, *_others), _job = world
        today = timezone.localdate()
        line = EvidenceFactory(candidate=candidate, text="CSCS card", expires_date=today)
        line.credentials.add(Credential.objects.first() or Credential.objects.create(pk="card", name="Card"))
        rebuild()
        assert differences() == {}
        Evidence.objects.filter(pk=line.pk).update(expires_date=today - timedelta(days=1))
        IndexChange.objects.all().delete()
        assert differences() == {("candidate", "stale"): [str(candidate.pk)]}

    def test_a_place_that_reference_data_has_moved(self, world):
        (candidate, *_others), _job = world
        Outcode.objects.filter(pk=candidate.home_outcode_id).update(latitude=50.1)
        assert str(candidate.pk) in differences()["candidate", "stale"]


class TestWhatMoves:
    def test_what_changes_while_it_is_compared_does_not_count(self, world, monkeypatch):
        (candidate, *_others), _job = world
        real = verifying._Indexed.read

        def read_and_write(engine, kind):
            found = real(engine, kind)
            if kind == "candidate":
                EvidenceFactory(candidate=candidate, text="written meanwhile")
                CandidateFactory()
            return found

        monkeypatch.setattr(verifying._Indexed, "read", read_and_write)
        assert differences() == {}

    def test_what_has_waited_since_before_does(self, world):
        (candidate, *_others), _job = world
        EvidenceFactory(candidate=candidate, text="written before")
        assert IndexChange.objects.waiting().exists()
        assert differences() == {("candidate", "stale"): [str(candidate.pk)]}


class Renaming:
    """An engine that is handed documents under another name."""

    def __init__(self, engine):
        self.engine = engine

    def put(self, documents):
        self.engine.put([replace(document, id="stranger") for document in documents])


class TestCommand:
    def break_it(self, world, count=2):
        candidates, job = world
        for candidate in candidates[:count]:
            Evidence.objects.filter(candidate=candidate).update(text="Quillon digs gardens")
        get_engine().delete("job", [str(job.pk)], version=reading_version())

    def test_it_counts_names_the_first_ids_and_no_words(self, world):
        self.break_it(world)
        (first, second, _third), job = world
        out, error = run()
        assert out == (
            f"job: 1 rows, 1 differ\n  missing: 1 ({job.pk})\n"
            f"candidate: 3 rows, 2 differ\n  stale: 2 ({first.pk}, {second.pk})\n"
        )
        assert "3 documents differ from the database. Run manage.py verify_index --repair." in str(error)
        assert error.returncode == 1

    def test_many_are_counted_and_few_named(self, world):
        extra = CandidateFactory.create_batch(9)
        IndexChange.objects.all().delete()
        out, _error = run()
        named = ", ".join(str(one.pk) for one in extra[:5])
        assert f"missing: 9 ({named}, …)" in out

    def test_it_mends_what_differs_and_looks_again(self, world):
        self.break_it(world)
        out, error = run("--repair")
        assert error is None
        assert out.endswith("job: 1 rows, no difference\ncandidate: 3 rows, no difference\n")
        assert differences() == {}
        assert not IndexChange.objects.waiting().exists()

    def test_an_id_that_can_be_no_rows_is_taken_out(self, world):
        _candidates, job = world
        put_ids("job", [job.pk], Renaming(get_engine()), Embedder(writing_phrases()))
        out, error = run("--repair")
        assert "left over: 1 (stranger)" in out
        assert error is None

    def test_what_cannot_be_mended_is_said(self, world, monkeypatch):
        self.break_it(world, count=1)

        def refuse(self, documents):
            raise DocumentRefused("too long")

        monkeypatch.setattr(type(get_engine()), "put", refuse)
        _out, error = run("--repair")
        assert re.match(r"2 documents differ .* 2 changes are parked .*/staff/index/", str(error))

    def test_without_an_index_it_says_how_to_get_one(self):
        with pytest.raises(IndexMissing):
            verify()
        _out, error = run()
        assert "rebuild_index" in str(error)

    def test_small_batches_find_the_same(self, world, monkeypatch):
        monkeypatch.setattr(verifying, "BATCH", 1)
        self.break_it(world)
        assert {kind: len(ids) for kind, ids in differences().items()} == {
            ("job", "missing"): 1,
            ("candidate", "stale"): 2,
        }
