"""Draining while the engine, one document or the index itself makes trouble."""

import pytest
from kombu.exceptions import OperationalError as BrokerError

from search import indexing, outbox
from search.engines import get_engine
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from search.models import IndexChange
from search.outbox import Outage, drain, queue_changes, retry_parked
from search.rebuilding import bring_up_to_date, ready_engine
from search.tasks import drain_index
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory
from tests.unit.search.waiting import clear, queued

pytestmark = pytest.mark.django_db


class TestTrouble:
    def test_while_the_engine_is_away_it_is_said_once_and_left_alone_for_a_moment(self, index, monkeypatch, caplog):
        def away(self, documents):
            raise SearchUnavailable("the engine is away")

        monkeypatch.setattr(outbox, "outage", Outage())
        candidate = CandidateFactory()
        clear()
        queued("candidate", candidate)
        with monkeypatch.context() as patched:
            patched.setattr(type(index), "put", away)
            for _time in range(3):
                assert drain() == 0
        assert [record.getMessage() for record in caplog.records] == ["The search index is behind: the engine is away"]
        assert outbox.outage.is_too_fresh
        assert IndexChange.objects.waiting().get().error == "the engine is away"
        assert drain() == 1
        assert not outbox.outage.is_on
        assert IndexChange.objects.get().error == ""

    def test_a_pause_grows_to_some_seconds_and_ends(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr(outbox.time, "monotonic", lambda: now[0])
        outage, paused = Outage(), []
        for _time in range(6):
            outage.began(SearchUnavailable("away"))
            start = now[0]
            while outage.is_too_fresh:
                now[0] += 0.5
            paused.append(now[0] - start)
        assert paused == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]

    def test_a_message_that_comes_in_a_pause_asks_nobody(self, index, monkeypatch, settings):
        settings.CELERY_TASK_ALWAYS_EAGER = False
        monkeypatch.setattr(outbox, "outage", Outage())
        outbox.outage.began(SearchUnavailable("away"))
        queue_changes("candidate", [CandidateFactory().pk])
        drain_index()
        assert IndexChange.objects.waiting().exists()
        outbox.outage.ended()
        drain_index()
        assert not IndexChange.objects.waiting().exists()

    def test_a_broker_that_is_away_is_one_line_of_log(self, monkeypatch, caplog, django_capture_on_commit_callbacks):
        def away():
            raise BrokerError("Connection refused")

        monkeypatch.setattr("search.tasks.drain_index.delay", away)
        with django_capture_on_commit_callbacks(execute=True):
            queue_changes("candidate", [CandidateFactory().pk])
        (record,) = caplog.records
        assert (record.levelname, record.exc_info) == ("WARNING", None)
        assert IndexChange.objects.waiting().exists()

    def test_of_many_documents_only_the_refused_is_parked_and_few_are_tried_again(self, index, monkeypatch):
        candidates = CandidateFactory.create_batch(32)
        bad = candidates[19]
        clear()
        queued("candidate", *candidates)
        real, calls = type(index).put, []

        def refuse(self, documents):
            documents = list(documents)
            calls.append(len(documents))
            if any(document.id == str(bad.pk) for document in documents):
                raise DocumentRefused("it cannot be kept")
            return real(self, documents)

        monkeypatch.setattr(type(index), "put", refuse)
        assert drain() == 31
        assert index.ids("candidate") == {str(one.pk) for one in candidates if one != bad}
        assert IndexChange.objects.parked().get().object_id == bad.pk
        assert len(calls) == 11

    def test_a_row_that_cannot_be_read_is_parked_without_its_words(self, index, monkeypatch):
        bad = EvidenceFactory(text="Quillon was here").candidate
        good = EvidenceFactory(text="weld gates").candidate
        real = indexing.candidate_document

        def broken(row, on=None):
            if row.pk == bad.pk:
                raise KeyError("Quillon was here")
            return real(row, on)

        monkeypatch.setattr(indexing, "candidate_document", broken)
        clear()
        queued("candidate", bad, good)
        drain()
        assert index.ids("candidate") == {str(good.pk)}
        assert "KeyError" in IndexChange.objects.parked().get().error
        assert "Quillon" not in IndexChange.objects.parked().get().error

    def test_a_row_is_parked_once_and_counts_its_refusals(self, index, monkeypatch):
        candidate = CandidateFactory()
        clear()
        with monkeypatch.context() as patched:
            patched.setattr(type(index), "put", refuse_all)
            for attempts in (1, 2, 3):
                queued("candidate", candidate, candidate)
                assert drain() == 0
                parked = IndexChange.objects.get()
                assert parked.attempts == attempts
            assert retry_parked(by=UserFactory(), pks=[parked.pk]) == 1
            assert drain() == 0
            assert IndexChange.objects.get().attempts == 4
        queued("candidate", candidate)
        assert drain() == 1
        assert not IndexChange.objects.parked().exists()

    def test_retrying_sends_only_what_is_parked(self, index):
        queue_changes("candidate", [CandidateFactory().pk])
        assert retry_parked(by=UserFactory()) == 0

    def test_an_index_of_many_machines_is_not_made_in_a_page(self, monkeypatch):
        engine = get_engine()
        monkeypatch.setattr(type(engine), "makes_index_in_place", False)
        queue_changes("job", [JobFactory().pk])
        assert bring_up_to_date(wait=0, is_in_page=True) == 0
        assert not engine.is_ready()
        with pytest.raises(IndexMissing, match="rebuild_index"):
            ready_engine()
        bring_up_to_date(wait=0)
        assert engine.is_ready()
        assert not IndexChange.objects.waiting().exists()

    def test_an_index_that_is_gone_is_made_again_though_nothing_has_changed(self, index):
        job = JobFactory()
        clear()
        index.remove()
        assert not index.is_ready()
        bring_up_to_date(wait=0)
        assert index.is_ready()
        assert index.ids("job") == {str(job.pk)}


def test_a_sweep_makes_an_index_that_is_gone_though_nothing_waits():
    assert not get_engine().is_ready()
    assert bring_up_to_date(wait=0, is_in_page=True) == 0
    assert not get_engine().is_ready()
    bring_up_to_date(wait=0)
    assert get_engine().is_ready()


def refuse_all(self, documents):
    raise DocumentRefused("it cannot be kept")
