"""Draining by several at once, by one that dies, and in whatever order the machines' clocks say."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from search import indexing, outbox
from search.indexing import put_ids, reading_version
from search.locks import one_at_a_time
from search.models import IndexChange
from search.outbox import DRAINING, drain, queue_changes, remove_done
from search.tasks import drain_index
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.unit.search.waiting import clear, queued

pytestmark = pytest.mark.django_db


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


def test_what_has_long_been_done_is_removed():
    now = timezone.now()
    old = IndexChange.objects.create(kind="job", object_id=1, done_at=now - timedelta(days=9))
    IndexChange.objects.create(kind="job", object_id=2, done_at=now)
    IndexChange.objects.create(kind="job", object_id=3)
    parked = IndexChange.objects.create(kind="job", object_id=4, parked_at=now - timedelta(days=9))
    assert remove_done() == 1
    assert not IndexChange.objects.filter(pk=old.pk).exists()
    assert IndexChange.objects.parked().get() == parked
