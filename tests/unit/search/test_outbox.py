"""Draining by several at once, by one that dies, and in whatever order the machines' clocks say."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from search import indexing, outbox
from search.engines import get_engine
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from search.indexing import put_ids, reading_version
from search.locks import one_at_a_time
from search.models import IndexChange
from search.outbox import DRAINING, Outage, drain, queue_changes, remove_done, retry_parked
from search.rebuilding import bring_up_to_date, ready_engine, rebuild
from search.tasks import drain_index
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    """An index that is there, and nothing on the outbox."""
    rebuild()
    return get_engine()


def queued(kind, *rows):
    IndexChange.objects.bulk_create([IndexChange(kind=kind, object_id=row.pk) for row in rows])


def clear():
    IndexChange.objects.all().delete()


def in_another_thread(call):
    """What a call answers that has a database connection of its own."""

    def run():
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=30)


class TestOrder:
    def test_versions_only_grow_even_where_a_clock_goes_back(self, monkeypatch):
        first = reading_version()
        monkeypatch.setattr(indexing.time, "time_ns", lambda: 1_000)
        assert first < reading_version() < reading_version()

    def test_a_reader_of_an_earlier_moment_never_overwrites_a_later_one(self, index, monkeypatch, fake_encoder):
        """The slow reader takes its version and reads; the row changes and is drained; then the slow one writes."""
        candidate = EvidenceFactory(text="drive a lorry").candidate
        real = indexing.put_rows
        embedder = outbox.Embedder(outbox.writing_phrases())

        def slowly(kind, rows, *args, **kwargs):
            rows = list(rows)
            [list(row.evidence.all()) for row in rows]
            monkeypatch.setattr(indexing, "put_rows", real)
            EvidenceFactory(candidate=candidate, text="weld gates")
            clear()
            queued("candidate", candidate)
            assert drain() == 1
            return real(kind, rows, *args, **kwargs)

        monkeypatch.setattr(indexing, "put_rows", slowly)
        put_ids("candidate", [candidate.pk], index, embedder)
        row = indexing.QUERYSETS["candidate"]().get(pk=candidate.pk)
        [(_id, _version, digest)] = index.versions("candidate")
        assert digest == indexing.digest_of("candidate", row)

    def test_a_change_that_comes_while_its_row_is_read_waits_for_its_own_turn(self, index, monkeypatch):
        candidate = CandidateFactory()
        clear()
        queued("candidate", candidate)
        real = indexing.reading_version

        def somebody_writes_just_then():
            monkeypatch.setattr(indexing, "reading_version", real)
            version = real()
            queued("candidate", candidate)
            return version

        monkeypatch.setattr(indexing, "reading_version", somebody_writes_just_then)
        taken = outbox._take(outbox._oldest(), outbox.Embedder(outbox.writing_phrases()))
        assert taken == 1
        assert IndexChange.objects.waiting().count() == 1


class TestMerging:
    def test_many_changes_of_one_row_are_one_document(self, index, fake_encoder, monkeypatch):
        candidate = EvidenceFactory(text="first words").candidate
        clear()
        queued("candidate", *[candidate] * 30)
        put = []
        monkeypatch.setattr(type(index), "put", lambda self, documents: put.extend(documents))
        fake_encoder.encoded.clear()
        assert drain() == 30
        assert len(put) == 1
        assert fake_encoder.encoded.count("first words") == 1

    def test_a_batch_takes_all_waiting_changes_of_its_rows_and_no_more_rows_than_it_may(self, monkeypatch):
        monkeypatch.setattr(outbox, "BATCH", 2)
        first, second, third = CandidateFactory.create_batch(3)
        clear()
        queued("candidate", first, second, third, first)
        batch = outbox._oldest()
        assert {id: len(pks) for id, pks in batch["candidate"].items()} == {first.pk: 2, second.pk: 1}

    def test_one_commit_sends_one_message(self, monkeypatch, django_capture_on_commit_callbacks):
        sent = []
        monkeypatch.setattr(drain_index, "delay", lambda: sent.append(1))
        with django_capture_on_commit_callbacks(execute=True):
            for candidate in CandidateFactory.create_batch(3):
                EvidenceFactory(candidate=candidate)
        assert sent == [1]
        with django_capture_on_commit_callbacks(execute=True):
            CandidateFactory()
        assert sent == [1, 1]

    def test_a_change_that_was_undone_keeps_no_later_one_from_being_announced(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        sent = []
        monkeypatch.setattr(drain_index, "delay", lambda: sent.append(1))
        with django_capture_on_commit_callbacks(execute=True):
            with pytest.raises(RuntimeError), transaction.atomic():
                CandidateFactory()
                raise RuntimeError("undone")
            queue_changes("candidate", [1])
        assert sent == [1]

    def test_a_change_behind_one_that_waits_sends_no_message_of_its_own(
        self, monkeypatch, settings, django_capture_on_commit_callbacks
    ):
        """However many changes there are, there are as many messages as drains."""
        sent = []
        monkeypatch.setattr(drain_index, "delay", lambda: sent.append(1))
        settings.CELERY_TASK_ALWAYS_EAGER = False
        for _time in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                queue_changes("candidate", [1])
            assert len(sent) == 1
        IndexChange.objects.update(done_at=timezone.now())
        with django_capture_on_commit_callbacks(execute=True):
            queue_changes("candidate", [2])
            queue_changes("job", [3])
        assert len(sent) == 2

    def test_of_two_that_commit_at_once_the_one_with_the_lower_number_sends_a_message(
        self, monkeypatch, settings, django_capture_on_commit_callbacks
    ):
        sent = []
        monkeypatch.setattr(drain_index, "delay", lambda: sent.append(1))
        settings.CELERY_TASK_ALWAYS_EAGER = False
        with django_capture_on_commit_callbacks(execute=True):
            queue_changes("candidate", [1])
            IndexChange.objects.create(kind="candidate", object_id=2)  # another's, who has not looked yet
        assert sent == [1]


class TestSideBySide:
    def test_whoever_finds_another_at_it_leaves(self, index):
        candidate = CandidateFactory()
        clear()
        queued("candidate", candidate)
        with one_at_a_time(DRAINING) as is_ours:
            assert is_ours
            assert drain(wait=0) == 0
        assert drain(wait=0) == 1

    def test_a_change_that_was_committed_while_the_last_batch_ended_is_not_lost(self, index, monkeypatch):
        """The other's task found the lock taken and left: whoever has it looks again after letting go."""
        first, second = CandidateFactory.create_batch(2)
        clear()
        queued("candidate", first)
        real, others = outbox._take, []

        def take_and_meet(*args):
            taken = real(*args)
            if not others:
                queued("candidate", second)
                others.append(drain(wait=0))
            return taken

        monkeypatch.setattr(outbox, "_take", take_and_meet)
        assert drain(wait=0) == 2
        assert others == [0]
        assert not IndexChange.objects.waiting().exists()

    def test_a_workers_turn_ends_and_the_rest_is_sent_for(self, index, monkeypatch):
        """However many changes come in, a page that waits for the same worker's vectors has its turn."""
        monkeypatch.setattr(outbox, "BATCH", 2)
        now, sent = [0.0], []
        monkeypatch.setattr(outbox.time, "monotonic", lambda: now[0])
        monkeypatch.setattr(drain_index, "delay", lambda: sent.append(1))
        real = outbox._take

        def take_a_second(*args):
            now[0] += 1.0
            return real(*args)

        monkeypatch.setattr(outbox, "_take", take_a_second)
        candidates = CandidateFactory.create_batch(9)
        clear()
        queued("candidate", *candidates)
        assert drain(wait=0, turn=1.5) == 4
        assert sent == [1]
        assert drain(wait=0, turn=60) == 5
        assert sent == [1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestProcesses:
    def test_a_lock_is_one_threads_and_free_again_after_it(self):
        with one_at_a_time("test") as is_ours:
            assert is_ours
            with one_at_a_time("another") as is_ours:
                assert is_ours

            def ask(wait):
                with one_at_a_time("test", wait=wait) as is_ours:
                    return is_ours

            assert in_another_thread(lambda: ask(0)) is False
            assert in_another_thread(lambda: ask(0.2)) is False
        assert in_another_thread(lambda: ask(0)) is True

    def test_whoever_waits_gets_the_lock_when_it_is_let_go(self):
        is_waiting, got = threading.Event(), []

        def wait_for_it():
            is_waiting.set()
            with one_at_a_time("test", wait=30) as is_ours:
                got.append(is_ours)
            connection.close()

        with one_at_a_time("test"):
            thread = threading.Thread(target=wait_for_it)
            thread.start()
            assert is_waiting.wait(10)
            assert not got
        thread.join(30)
        assert got == [True]

    def test_four_drain_at_once_and_every_document_is_put_once(self, index, monkeypatch):
        monkeypatch.setattr(outbox, "BATCH", 5)
        candidates = CandidateFactory.create_batch(40)
        clear()
        queued("candidate", *candidates)
        real, put, lock = type(index).put, [], threading.Lock()

        def counted(self, documents):
            documents = list(documents)
            with lock:
                put.extend(document.id for document in documents)
            return real(self, documents)

        monkeypatch.setattr(type(index), "put", counted)

        def run():
            try:
                return drain(wait=30)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            taken = [one.result(timeout=60) for one in [pool.submit(run) for _unused in range(4)]]
        assert sum(taken) == 40
        assert sorted(put) == sorted(str(candidate.pk) for candidate in candidates)
        assert index.ids("candidate") == set(put)


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


def test_what_has_long_been_done_is_removed():
    now = timezone.now()
    old = IndexChange.objects.create(kind="job", object_id=1, done_at=now - timedelta(days=9))
    IndexChange.objects.create(kind="job", object_id=2, done_at=now)
    IndexChange.objects.create(kind="job", object_id=3)
    parked = IndexChange.objects.create(kind="job", object_id=4, parked_at=now - timedelta(days=9))
    assert remove_done() == 1
    assert not IndexChange.objects.filter(pk=old.pk).exists()
    assert IndexChange.objects.parked().get() == parked
