"""A rebuild that is cut short, taken over, met by another, and written past while it fills."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from jobs.progress import ProgressBar
from search import builds, outbox, rebuilding
from search.engines import get_engine
from search.errors import DocumentRefused, RebuildRunning, RebuildTakenOver
from search.models import IndexBuild, IndexChange
from search.outbox import drain
from search.rebuilding import ready_engine, rebuild
from search.verifying import verify
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here, and nothing is tidied up."""


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def indexed(kind):
    return get_engine().ids(kind)


def is_whole():
    return not any(report.differences for report in verify())


def filled_and_cut_short(monkeypatch, batches, error=RuntimeError):
    """Start a rebuild that ends in the middle, after so many batches were put and written down."""
    real, seen = rebuilding._next_rows, []

    def next_rows(after):
        if len(seen) == batches:
            raise error("cut short")
        seen.append(after)
        return real(after)

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "_next_rows", next_rows)
        with pytest.raises(error):
            rebuild()


def put_by(monkeypatch, call):
    """The ids that a rebuild puts into the new index, in order."""
    real, put = rebuilding.put_rows, []

    def put_rows(kind, rows, *args):
        put.extend(f"{kind} {row.pk}" for row in rows)
        return real(kind, rows, *args)

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "put_rows", put_rows)
        call()
    return put


class TestGoingOn:
    def test_a_rebuild_that_was_cut_short_goes_on_where_it_was(self, monkeypatch, small_batches):
        JobFactory.create_batch(2)
        candidates = CandidateFactory.create_batch(5)
        filled_and_cut_short(monkeypatch, batches=2)
        build = IndexBuild.objects.get()
        assert (build.done, build.heartbeat_at, build.finished_at) == (4, None, None)
        put = put_by(monkeypatch, rebuild)
        assert put == [f"candidate {one.pk}" for one in candidates[2:]]
        assert is_whole()
        build.refresh_from_db()
        assert build.done == 7
        assert build.finished_at

    def test_what_changed_before_the_cut_is_not_lost(self, monkeypatch, small_batches, committed):
        rebuild()
        with committed():
            first, *_others, gone = CandidateFactory.create_batch(4)
        filled_and_cut_short(monkeypatch, batches=2)
        with committed():
            EvidenceFactory(candidate=first, text="written after the row was read")
            gone.delete()
        IndexChange.objects.filter(done_at=None).delete()
        with committed():
            rebuild()
        assert is_whole()
        assert str(gone.pk) not in indexed("candidate")

    def test_a_new_start_forgets_where_it_was(self, monkeypatch, small_batches):
        CandidateFactory.create_batch(4)
        filled_and_cut_short(monkeypatch, batches=1)
        assert len(put_by(monkeypatch, lambda: rebuild(from_start=True))) == 4
        assert is_whole()

    def test_an_unfinished_index_that_was_deleted_is_begun_anew(self, monkeypatch, small_batches):
        CandidateFactory.create_batch(4)
        filled_and_cut_short(monkeypatch, batches=1)
        IndexBuild.objects.update(index="index-of-nobody")
        assert len(put_by(monkeypatch, rebuild)) == 4
        assert IndexBuild.objects.get().done == 4
        assert is_whole()

    def test_one_that_was_left_for_days_is_begun_anew(self, monkeypatch, small_batches):
        CandidateFactory.create_batch(4)
        filled_and_cut_short(monkeypatch, batches=1)
        IndexBuild.objects.update(started_at=timezone.now() - timedelta(days=2))
        assert len(put_by(monkeypatch, rebuild)) == 4

    def test_the_old_index_answers_until_then(self, monkeypatch, committed, small_batches):
        rebuild()
        with committed():
            CandidateFactory.create_batch(3)
        filled_and_cut_short(monkeypatch, batches=1)
        assert len(indexed("candidate")) == 3
        assert is_whole()

    def test_the_bar_counts_only_its_own_work_for_the_rate(self):
        stream = StringIO()
        stream.isatty = lambda: True
        with ProgressBar("Indexing", 0, stream) as bar:
            bar._started_at -= 10
            bar.follow(90_000, 100_000)
            bar._drawn_at = 0
            bar.follow(91_000, 100_000)
        rate, left = re.search(r"91,000 of 100,000, (\d+) a second, (.*) left", stream.getvalue()).groups()
        assert 90 <= int(rate) <= 100
        assert left.startswith("1 min 3")


class TestOneAtATime:
    def test_a_second_is_refused_and_told_who_since_when_and_how_far(self, monkeypatch):
        CandidateFactory.create_batch(3)
        real, told = rebuilding._take_in_changes, []

        def meet(*args):
            with pytest.raises(RebuildRunning) as refused:
                rebuild()
            told.append(str(refused.value))
            return real(*args)

        monkeypatch.setattr(rebuilding, "_take_in_changes", meet)
        rebuild()
        [sentence] = told
        machine, process = builds._holder().split()[:2]
        assert f"on {machine} (process {process})" in sentence
        assert "3 of 3 documents" in sentence

    def build(self, **facts):
        now = timezone.now()
        facts = {"holder": "elsewhere 1 pid:[1] abcd", "started_at": now, "heartbeat_at": now} | facts
        return IndexBuild.objects.create(engine=settings.SEARCH_ENGINE, **facts)

    def test_one_without_a_heartbeat_for_a_minute_is_taken_over(self):
        build = self.build()
        with pytest.raises(RebuildRunning, match="on elsewhere"):
            rebuild()
        IndexBuild.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=61))
        rebuild()
        build.refresh_from_db()
        assert build.finished_at

    def test_one_whose_process_of_this_machine_is_gone_is_taken_over_at_once(self):
        machine, _process, processes, mark = builds._holder().split()
        self.build(holder=f"{machine} 999999999 {processes} {mark}")
        rebuild()
        assert IndexBuild.objects.get().finished_at

    def test_one_that_wakes_up_after_it_was_taken_over_stops(self, monkeypatch, small_batches):
        CandidateFactory.create_batch(4)
        real = rebuilding.put_rows

        def sleep_long(*args):
            IndexBuild.objects.update(holder="another 1 - abcd")
            return real(*args)

        monkeypatch.setattr(rebuilding, "put_rows", sleep_long)
        with pytest.raises(RebuildTakenOver):
            rebuild()
        build = IndexBuild.objects.get()
        assert build.heartbeat_at
        assert build.done == 0

    def test_of_two_that_begin_in_the_same_moment_one_is_refused(self, monkeypatch):
        real = IndexBuild.objects.unfinished().__class__.first

        def first(self):
            found = real(self)
            if found is None:
                IndexBuild.objects.create(
                    engine=settings.SEARCH_ENGINE,
                    holder="quicker 1 - abcd",
                    started_at=timezone.now(),
                    heartbeat_at=timezone.now(),
                )
            return found

        monkeypatch.setattr(IndexBuild.objects.unfinished().__class__, "first", first)
        with pytest.raises(RebuildRunning, match="on quicker"):
            rebuild()
        assert IndexBuild.objects.get().holder.startswith("quicker")

    def test_a_page_that_meets_a_rebuild_says_so(self, monkeypatch):
        monkeypatch.setattr(type(get_engine()), "makes_index_in_place", True)
        self.build()
        with pytest.raises(RebuildRunning):
            ready_engine()

    def test_heartbeats_go_on_while_a_batch_takes_long(self, monkeypatch):
        build = self.build()
        IndexBuild.objects.update(heartbeat_at=None)
        here = builds.Build(build)
        here.beat(1, 2)
        assert IndexBuild.objects.get().heartbeat_at is None
        here._beat_at -= builds.BETWEEN_HEARTBEATS + 1
        here.beat(2, 2)
        assert IndexBuild.objects.get().heartbeat_at


class TestWritesMeanwhile:
    def test_what_changes_during_the_fill_is_in_the_new_index_before_it_answers(self, monkeypatch, committed):
        """Even when nothing drains after the switch."""
        with committed():
            changed, gone, _other = CandidateFactory.create_batch(3)
        real = rebuilding._fill

        def fill_and_write(*args):
            real(*args)
            with committed():
                EvidenceFactory(candidate=changed, text="written while the new index was filled")
                gone.delete()
                CandidateFactory()

        monkeypatch.setattr(rebuilding, "_fill", fill_and_write)
        monkeypatch.setattr(rebuilding, "_queue_again", lambda since: None)
        monkeypatch.setattr(rebuilding, "drain", lambda **_options: 0)
        rebuild()
        assert is_whole()
        assert len(indexed("candidate")) == 3

    def test_what_is_drained_to_the_old_index_in_the_last_moment_is_drained_again(self, monkeypatch, committed):
        rebuild()
        with committed():
            candidate = CandidateFactory()
        real = rebuilding._take_in_changes

        def take_in_and_write(*args):
            since = real(*args)
            with committed():
                EvidenceFactory(candidate=candidate, text="written in the last moment")
            assert not IndexChange.objects.waiting().exists()
            return since

        monkeypatch.setattr(rebuilding, "_take_in_changes", take_in_and_write)
        rebuild()
        assert is_whole()

    def test_a_rebuild_that_dies_after_the_switch_leaves_the_rest_on_the_outbox(self, monkeypatch, committed):
        rebuild()
        with committed():
            candidate = CandidateFactory()
        real = rebuilding._take_in_changes

        def take_in_and_write(*args):
            since = real(*args)
            with committed():
                EvidenceFactory(candidate=candidate, text="written in the last moment")
            return since

        def die(self):
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(rebuilding, "_take_in_changes", take_in_and_write)
            patched.setattr(builds.Build, "finish", die)
            with pytest.raises(Killed):
                rebuild()
        assert not is_whole()
        assert drain() > 0
        assert is_whole()

    def test_a_document_that_is_refused_is_parked_and_the_rebuild_goes_on(self, monkeypatch, committed):
        with committed():
            bad, *_others = CandidateFactory.create_batch(3)
        IndexChange.objects.all().delete()
        real = rebuilding.put_rows

        def refuse(kind, rows, version, index, *args):
            if index is get_engine() or kind == "job":
                return real(kind, rows, version, index, *args)
            return real(kind, [row for row in rows if row.pk != bad.pk], version, index, *args) | {bad.pk: "too long"}

        monkeypatch.setattr(rebuilding, "put_rows", refuse)

        def refuse_it(self, documents):
            raise DocumentRefused("too long")

        monkeypatch.setattr(type(get_engine()), "put", refuse_it)
        monkeypatch.setattr(rebuilding, "_take_in_changes", lambda new, build, embedder: build.row.since)
        rebuild()
        assert IndexChange.objects.parked().get().object_id == bad.pk
        assert len(indexed("candidate")) == 2

    def test_a_rebuild_ends_although_people_go_on_writing(self, monkeypatch):
        """Every batch that is drained finds another change there: the workers are told of it, and it waits for them."""
        candidate = CandidateFactory()
        IndexChange.objects.create(kind="candidate", object_id=candidate.pk)
        real, batches, told = outbox._take, [], []

        def take_and_write(batch, embedder):
            batches.append(batch)
            IndexChange.objects.create(kind="candidate", object_id=candidate.pk)
            assert len(batches) < 9
            return real(batch, embedder)

        monkeypatch.setattr(outbox, "_take", take_and_write)
        monkeypatch.setattr("search.tasks.drain_index.delay", lambda: told.append(1))
        assert rebuild() == 1
        assert (len(batches), len(told)) == (1, 1)
        assert IndexChange.objects.waiting().count() == 1

    def test_a_parked_document_is_tried_again_by_a_rebuild(self, committed):
        with committed():
            candidate = CandidateFactory()
        IndexChange.objects.all().delete()
        IndexChange.objects.create(
            kind="candidate", object_id=candidate.pk, parked_at=timezone.now(), attempts=1, error="too long"
        )
        rebuild()
        assert not IndexChange.objects.parked().exists()


class TestCommand:
    def test_it_prints_how_many(self):
        CandidateFactory.create_batch(2)
        out = StringIO()
        call_command("rebuild_index", stdout=out)
        assert out.getvalue() == "2 documents in the index\n"

    def test_two_at_once_is_one_sentence(self):
        TestOneAtATime().build()
        with pytest.raises(CommandError, match=r"A rebuild is running on elsewhere .*, 0 of 0 documents done\."):
            call_command("rebuild_index")

    def test_ctrl_c_says_how_to_go_on(self, monkeypatch, small_batches):
        def stop(*args):
            raise KeyboardInterrupt

        CandidateFactory.create_batch(4)
        with monkeypatch.context() as patched:
            patched.setattr(rebuilding, "_take_in_changes", stop)
            with pytest.raises(CommandError, match="run this again to go on"):
                call_command("rebuild_index")
        assert put_by(monkeypatch, lambda: call_command("rebuild_index", stdout=StringIO())) == []
        assert is_whole()

    def test_from_start_fills_all_of_it(self, monkeypatch, small_batches):
        CandidateFactory.create_batch(4)
        filled_and_cut_short(monkeypatch, batches=2)
        again = put_by(monkeypatch, lambda: call_command("rebuild_index", "--from-start", stdout=StringIO()))
        assert len(again) == 4


def test_only_the_last_finished_rebuild_is_remembered():
    rebuild()
    rebuild()
    assert IndexBuild.objects.count() == 1


def test_one_unfinished_rebuild_an_engine_is_a_matter_of_the_database():
    constraints = connection.introspection.get_constraints(connection.cursor(), IndexBuild._meta.db_table)
    assert constraints["search_one_build_at_a_time"]["unique"]
