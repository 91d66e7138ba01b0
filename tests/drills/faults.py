"""What is broken, and how it is mended, while writers and searchers are at work. Each says what went otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from elasticsearch import Elasticsearch

from candidates.models import Candidate, Evidence
from candidates.signals import candidates_changed
from search.engines.base import KINDS
from search.models import IndexBuild, IndexChange
from tests.drills import processes
from tests.drills.servers import until
from tests.drills.site import Load, Site
from tests.drills.world import LINES
from tests.drills.writers import new_marker

A_WHILE = 3.0  # seconds of writes and searches with the thing broken
HANGS = 8.0
REBUILDS = 120  # seconds that one may take

Fault = Callable[[Site, Load], Iterator[str]]


@dataclass(frozen=True)
class Drill:
    name: str
    said: str
    fault: Fault
    without_pages: bool = False  # whether pages may fail while it lasts


def kill_a_node(site: Site, load: Load) -> Iterator[str]:
    site.elasticsearch.kill_node(2)
    time.sleep(A_WHILE)
    site.elasticsearch.start_node(2)
    yield from ()


def hang_a_node(site: Site, load: Load) -> Iterator[str]:
    site.elasticsearch.hang(3)
    try:
        time.sleep(HANGS)
    finally:
        site.elasticsearch.go_on(3)
    yield from ()


def stop_the_cluster(site: Site, load: Load) -> Iterator[str]:
    site.elasticsearch.stop_all()
    time.sleep(A_WHILE)
    site.elasticsearch.start()
    if not any(page.is_plain for page in site.books.pages):
        yield "no page was without a ranking, so the cluster was not away"


def kill_the_worker(site: Site, load: Load) -> Iterator[str]:
    """In the middle of a batch, of many new words, so that there is much to be embedded."""
    until(lambda: not _drains(0), 30, "no batch is under way", pause=0.01)
    markers = {candidate.pk: new_marker() for candidate in site.world.still}
    with transaction.atomic():
        Evidence.objects.bulk_create(
            Evidence(candidate_id=pk, text=f"{LINES[pk % len(LINES)]}, {marker}") for pk, marker in markers.items()
        )
        candidates_changed.send(sender=Candidate, ids=list(markers))
    for pk, marker in markers.items():
        site.books.has_line(pk, marker)
    until(lambda: _drains(0.3), 30, "the worker is at a batch", pause=0.01)
    site.worker.kill()
    if not IndexChange.objects.waiting().filter(kind="candidate", object_id__in=list(markers)).exists():
        yield "all was done before the worker was killed"
    site.worker.start()


def _drains(seconds: float) -> bool:
    """Whether somebody has been at one batch for longer than that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted"
            " AND clock_timestamp() - xact_start > make_interval(secs => %s)",
            [seconds],
        )
        return bool(cursor.fetchone()[0])


def empty_redis(site: Site, load: Load) -> Iterator[str]:
    """Nobody writes after it is back, so that no new message brings the lost ones with it."""
    site.redis.kill()
    time.sleep(A_WHILE)
    load.stop_writers()
    if not IndexChange.objects.waiting().exists():
        yield "no message was lost, so nothing was tried"
    site.redis.start()


def crash_postgres(site: Site, load: Load) -> Iterator[str]:
    site.postgres.crash()
    time.sleep(A_WHILE / 2)
    site.postgres.start()
    connection.close()
    time.sleep(A_WHILE / 2)  # whoever had lost the database writes again
    if not site.books.failed_writes:
        yield "no write failed, so the database was not away"


def kill_the_rebuild(site: Site, load: Load) -> Iterator[str]:
    if IndexBuild.objects.unfinished().exists():  # the worker's, cut short by an earlier fault
        processes.command("rebuild_index").communicate(timeout=REBUILDS)
    first = processes.command("rebuild_index")
    try:
        until(lambda: _share_done(first.pid) > 0.3, REBUILDS, "the rebuild is at half", pause=0.005)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate()
    cut_short = IndexBuild.objects.unfinished().first()
    if cut_short is None or not 0 < cut_short.done < cut_short.total:
        yield "the rebuild was not killed in the middle"
        return
    time.sleep(A_WHILE / 2)
    second = processes.command("rebuild_index")
    try:
        said, _nothing = second.communicate(timeout=REBUILDS)
    except subprocess.TimeoutExpired:
        os.killpg(second.pid, signal.SIGKILL)
        said, _nothing = second.communicate()
    if second.returncode:
        yield f"the rebuild did not end well: {said.strip()[-300:]}"
    with cluster(site) as client:
        names = set(client.indices.get_alias(name=[f"{processes.PREFIX}-{kind}" for kind in KINDS]).body)
    if names != {f"{processes.PREFIX}-{kind}-{cut_short.index}" for kind in KINDS}:
        yield f"the rebuild began anew after {cut_short.done} of {cut_short.total}, and did not go on"


def _share_done(process: int) -> float:
    """Of the rebuild that this process is at."""
    build = IndexBuild.objects.unfinished().first()
    is_its_own = build is not None and build.index and build.holder.split()[1] == str(process)
    return build.done / build.total if is_its_own and build.total else 0.0


def delete_the_indices(site: Site, load: Load) -> Iterator[str]:
    with cluster(site) as client:
        names = list(client.indices.get_alias(name=[f"{processes.PREFIX}-{kind}" for kind in KINDS]).body)
        client.indices.delete(index=names)
    time.sleep(A_WHILE)
    yield from ()


def block_the_indices(site: Site, load: Load) -> Iterator[str]:
    """As Elasticsearch does itself when its disk is nearly full."""
    block = "index.blocks.read_only_allow_delete"
    with cluster(site) as client:
        client.indices.put_settings(index=f"{processes.PREFIX}-*", settings={block: True})
        time.sleep(A_WHILE)
        waiting = IndexChange.objects.waiting().count()
        client.indices.put_settings(index=f"{processes.PREFIX}-*", settings={block: None})
    if not waiting:
        yield "nothing waited, so writes were not refused"


def cluster(site: Site) -> Elasticsearch:
    return Elasticsearch(site.elasticsearch.addresses, request_timeout=30)


DRILLS = (
    Drill("node-killed", "one node of three killed, and started again", kill_a_node),
    Drill("cluster-stopped", "the whole cluster stopped, and started again", stop_the_cluster),
    Drill("worker-killed", "the worker killed in the middle of a batch", kill_the_worker),
    Drill("redis-emptied", "Redis killed, and started again empty", empty_redis),
    Drill("postgres-crashed", "PostgreSQL stopped at once, and started again", crash_postgres, without_pages=True),
    Drill("rebuild-killed", "a rebuild killed at half, and gone on with", kill_the_rebuild),
    Drill("index-deleted", "both indices deleted by hand", delete_the_indices),
    Drill("disk-full", "the indices blocked for writing, as by a full disk", block_the_indices),
    Drill("node-hangs", f"one node of three hangs for {HANGS:g} s", hang_a_node),
)
