"""All that a drill plays on: servers, the site's own processes, its people, and the load that they make."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from candidates.models import Candidate
from jobs.models import Job
from search.embeddings import ask_workers
from search.models import IndexChange
from tests.drills import processes, searchers
from tests.drills.books import Books
from tests.drills.servers import CannotStart, Elasticsearch, Postgres, Redis, Servers, free_port, until
from tests.drills.world import KEPT_OPEN, OPENINGS, World, make_world, session_of
from tests.drills.writers import Writer

WRITERS = 2
FROM_NOTHING = 120  # seconds


@dataclass
class Site:
    postgres: Postgres
    redis: Redis
    elasticsearch: Elasticsearch
    web: processes.Program
    worker: processes.Program
    beat: processes.Program
    port: int
    world: World = None
    books: Books = None

    @property
    def programs(self) -> tuple[processes.Program, ...]:
        return self.web, self.worker, self.beat


@contextmanager
def started(servers: Servers) -> Iterator[Site]:
    """Everything up and filled, and all of it stopped at the end, whatever happens."""
    postgres, redis, elasticsearch = servers.postgres, servers.redis, servers.elasticsearch
    folder, port = servers.folder, free_port(8091)
    programs = processes.web_server(folder, port), processes.worker(folder), processes.beat(folder)
    site = Site(postgres, redis, elasticsearch, *programs, port)
    _log_into(folder / "drills.log")
    with ExitStack() as at_last, ThreadPoolExecutor() as threads, ExitStack() as at_the_end:
        for one in (elasticsearch, redis, postgres, *programs):
            at_the_end.callback(one.stop)
            at_last.callback(one.stop)  # what a thread was just about to start
        at_the_end.callback(_undisturbed)
        starting = [threads.submit(elasticsearch.start)]
        redis.start()
        _start_database(postgres)
        starting += [threads.submit(program.start) for program in programs]
        _fill(site)
        for one in starting:
            one.result()
        _wait_until_it_ranks(site)
        supervisor = processes.Supervisor(programs)
        supervisor.start()
        at_the_end.callback(supervisor.stop)
        yield site


def _undisturbed() -> None:
    """Whoever asks twice to stop must not leave anything running."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)


def _start_database(postgres: Postgres) -> None:
    postgres.start()
    postgres.create(processes.DATABASE)
    migrating = processes.command("migrate", "--verbosity", "0")
    said, _nothing = migrating.communicate()
    if migrating.returncode:
        raise CannotStart(f"The database cannot be migrated (status {migrating.returncode}): {said.strip()[-600:]}")


def _fill(site: Site) -> None:
    ask_workers()  # this process shows nothing, but it need not load the model either
    site.world = make_world()
    site.books = Books(site.world.viewers)
    for candidate in site.world.candidates:
        others = site.world.viewers - {site.world.viewer_of(candidate.agency_id)}
        site.books.hide(candidate.reference, others)


def _log_into(file: Path) -> None:
    """What this process has to say stands beside the other programs' logs, and not between the lines of the drills."""
    root = logging.getLogger()
    for handler in root.handlers:
        root.removeHandler(handler)
    root.addHandler(logging.FileHandler(file))


def _wait_until_it_ranks(site: Site) -> None:
    """A worker finds that there is no index, and makes it; the web server has then shown each page once."""
    until(nothing_waits, FROM_NOTHING, "the index is made", pause=0.2)
    load = Load(site)
    load.start_searchers()
    try:
        load.wait_for_rankings(FROM_NOTHING)
    finally:
        load.stop()


def nothing_waits() -> bool:
    return not IndexChange.objects.waiting().exists()


class Load:
    """Writers and searchers at work."""

    def __init__(self, site: Site) -> None:
        world, books = site.world, site.books
        kept = world.jobs[:KEPT_OPEN]
        changing = sorted(Job.objects.open().exclude(pk__in=[job.pk for job in kept]).values_list("pk", flat=True))
        still = [world.person.pk, *(candidate.pk for candidate in world.still)]
        people = sorted(Candidate.objects.exclude(pk__in=still).values_list("pk", flat=True))
        self.writers = [
            Writer(world, books, people[number::WRITERS], changing[number::WRITERS], number)
            for number in range(WRITERS)
        ]
        paths = [f"/adviser/jobs/{job.slug}/" for job in kept]
        lookers = [
            (world.viewer_of(agency.pk), adviser, paths, searchers.PERSON)
            for agency, adviser in zip(world.agencies, world.advisers, strict=True)
        ]
        lookers.append((OPENINGS, world.person.user, ["/openings/"], searchers.OPENING))
        self.searchers = [
            searchers.Searcher(viewer, site.port, session_of(user), paths, rows, books)
            for viewer, user, paths, rows in lookers
        ]
        self.books = books

    def start(self) -> None:
        for one in self.writers:
            one.start()
        self.start_searchers()

    def start_searchers(self) -> None:
        for one in self.searchers:
            one.start()

    def stop_writers(self) -> None:
        for one in self.writers:
            one.finish()
        for one in self.writers:
            one.join()
            if one.crash:
                raise one.crash

    def stop(self) -> None:
        for one in (*self.writers, *self.searchers):
            one.finish()
        for one in (*self.writers, *self.searchers):
            if one.is_alive():
                one.join()

    def wait_for_rankings(self, seconds: float) -> float:
        """Until everybody's newest page is ranked again."""
        since = time.monotonic()

        def are_ranked() -> bool:
            newest = {page.viewer: page for page in self.books.pages if page.started >= since}
            return len(newest) == len(self.searchers) and not any(
                page.is_plain or page.status != 200 for page in newest.values()
            )

        return until(are_ranked, seconds, "the pages rank again", pause=0.1)
