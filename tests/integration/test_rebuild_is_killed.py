"""Rebuilds and drains in processes of their own, killed in the middle as by a power cut."""

import contextlib
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

import dev
from search import rebuilding
from search.engines import get_engine
from search.models import IndexBuild, IndexChange
from search.outbox import drain
from search.rebuilding import rebuild
from search.verifying import verify
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.processes import environment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# A command whose batches are small, and which says of each that it is in and then waits to be told to go on.
STEP_BY_STEP = """
import sys
import django; django.setup()
import signal
from django.core.management import call_command
from search import outbox, rebuilding

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests behind it ignores it for all

def step_by_step(real):
    def put(*args):
        answer = real(*args)
        print("put", flush=True)
        sys.stdin.readline()
        return answer
    return put

outbox.BATCH = rebuilding.BATCH = 2
rebuilding.put_rows = step_by_step(rebuilding.put_rows)
outbox.put_ids = step_by_step(outbox.put_ids)
call_command(*sys.argv[1:])
"""


@pytest.fixture
def world():
    """Seven people, all of whose phrases are known: no process need load the encoder."""
    candidates = [EvidenceFactory(text=f"did work {number}").candidate for number in range(7)]
    rebuild()
    IndexBuild.objects.all().delete()
    IndexChange.objects.all().delete()
    return candidates


@contextmanager
def step_by_step(*command):
    env = environment(CELERY_BROKER_URL="")
    process = subprocess.Popen(
        [sys.executable, "-c", STEP_BY_STEP, *command],
        cwd=dev.ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def let_it_put(process, batches):
    """So many batches are put, and it waits behind the last of them."""
    for number in range(batches):
        if number:
            process.stdin.write("\n")
            process.stdin.flush()
        assert process.stdout.readline() == "put\n"


def run(*command):
    env = environment(CELERY_BROKER_URL="")
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=dev.ROOT, env=env, capture_output=True, text=True, timeout=300
    )


def is_whole():
    return not any(report.differences for report in verify())


def test_a_rebuild_that_is_killed_goes_on_where_it_was(world, monkeypatch):
    with step_by_step("rebuild_index") as process:
        let_it_put(process, 3)
        assert is_whole()
    build = IndexBuild.objects.get()
    assert (build.done, build.finished_at) == (4, None)  # the third was put and not yet written down
    assert build.heartbeat_at
    EvidenceFactory(candidate=world[0], text="did work 1")
    world[1].delete()
    real, put = rebuilding.put_rows, []

    def counted(kind, rows, *args):
        put.extend(rows)
        return real(kind, rows, *args)

    monkeypatch.setattr(rebuilding, "put_rows", counted)
    rebuild()
    build.refresh_from_db()
    assert [row.pk for row in put] == [one.pk for one in world[4:]]
    assert build.finished_at
    assert is_whole()
    assert len(get_engine().ids("candidate")) == 6


def test_a_second_rebuild_is_refused_while_the_first_is_at_it(world):
    with step_by_step("rebuild_index") as process:
        let_it_put(process, 2)
        second = run("rebuild_index")
        assert second.returncode == 1
        assert f"(process {process.pid})" in second.stderr
        assert "2 of 7 documents done" in second.stderr
        assert "Traceback" not in second.stderr
    third = run("rebuild_index")
    assert third.returncode == 0, third.stderr
    assert "7 documents in the index" in third.stdout
    assert is_whole()


def test_ctrl_c_is_one_sentence_and_the_next_goes_on(world):
    with step_by_step("rebuild_index") as process:
        let_it_put(process, 2)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 1  # its input stays open: at an end of it, it would go on
        assert IndexBuild.objects.get().heartbeat_at is None
    assert run("rebuild_index").returncode == 0
    assert is_whole()


def test_a_drain_that_is_killed_in_a_batch_leaves_nothing_out_and_nothing_twice(world):
    for candidate in world:
        EvidenceFactory(candidate=candidate, text="did work 0 again")
    IndexChange.objects.update(done_at=None, version=0)
    waiting = IndexChange.objects.waiting().count()
    assert waiting >= 7
    with step_by_step("drain_index") as process:
        let_it_put(process, 2)
        assert drain(wait=0) == 0  # it is at it
    assert 0 < IndexChange.objects.waiting().count() < waiting
    drain(wait=10)
    assert not IndexChange.objects.waiting().exists()
    assert is_whole()
    assert len(list(get_engine().versions("candidate"))) == 7


def test_two_processes_drain_side_by_side(world):
    newcomers = [CandidateFactory() for _number in range(3)]
    IndexChange.objects.all().delete()
    IndexChange.objects.bulk_create(
        [IndexChange(kind="candidate", object_id=one.pk) for one in (*world, *newcomers) for _twice in range(2)]
    )
    rebuilding.Embedder(rebuilding.writing_phrases()).vectors(["Warehousing and storage"])
    env = environment(CELERY_BROKER_URL="")
    both = [
        subprocess.Popen([sys.executable, "manage.py", "drain_index"], cwd=dev.ROOT, env=env, stdout=subprocess.PIPE)
        for _number in range(2)
    ]
    told = [process.communicate(timeout=120)[0].decode() for process in both]
    assert all(process.returncode == 0 for process in both)
    assert sum(int(one.split()[0]) for one in told) == 20
    assert not IndexChange.objects.waiting().exists()
    assert is_whole()
