import json
import time
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobs.progress import ProgressBar
from search.embeddings import Embedder
from search.engines import ENGINES
from search.errors import SearchError
from search.evaluation.freshness import changes, many, one_at_a_time, worker
from search.evaluation.memory import of_web_process, of_worker
from search.evaluation.scratch import scratch_site
from search.evaluation.speed import exponent, measure
from search.evaluation.world import World, compose, embed, load_jobs, load_people, load_staff, trades
from search.phrases import DatabasePhrases, FilePhrases
from search.rebuilding import rebuild

WARM_UP = 10
SETTLES = 15  # seconds after an index was filled: servers go on merging and tidying for a while
COLUMNS = {  # heading: the figure and how it is written
    "candidates": ("candidates", ",.0f"),
    "index s": ("index_s", ".1f"),
    "passing": ("passing", ",.0f"),
    "p50": ("p50_ms", ".1f"),
    "p95": ("p95_ms", ".1f"),
    "raw": ("raw_p50_ms", ".1f"),
    "ratio": ("ratio", ".2f"),
    "filtered": ("nearest_p50_ms", ".1f"),
    "scan": ("scan_p50_ms", ".1f"),
    "all": ("exhaustive_p50_ms", ".1f"),
    "recall": ("recall_filtered", ".4f"),
    "unfiltered": ("recall_unfiltered", ".4f"),
}

EXPLAINED = """Engine: {engine}. Milliseconds.
p50, p95    an adviser's ranking of one job with the rows and reasons of ten, without drawing the page
raw         median of the engine's own nearest neighbours over everybody, no filter and nothing else; ratio: p50 to it
filtered    the same under the ranking's filters
scan        median of a plain numpy scan of every profile
all         median of the full matcher over everybody who passes
recall      how much of the best 100 of "all" the ranking holds; unfiltered: with no filter"""


class Command(BaseCommand):
    help = (
        "Time the ranking of candidates for a job, end to end but for drawing the page, on a site of its own that is "
        "made for it and removed; and beside it the nearest neighbours of the same engine, a plain numpy scan, and the "
        "full matcher over everything."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--candidates", type=int, nargs="+", default=[10_000])
        parser.add_argument("--engine", choices=ENGINES, default=settings.SEARCH_ENGINE)
        parser.add_argument("--queries", type=int, default=200)
        parser.add_argument("--exhaustive", type=int, default=20, help="queries held against the full ranking of all")
        parser.add_argument("--changes", type=int, default=500, help="edits made at 50 a second; 0 leaves them out")
        parser.add_argument("--no-memory", dest="memory", action="store_false", help="start no processes to weigh them")
        parser.add_argument("--json", type=Path, help="write the figures here too")

    def handle(self, *, candidates: list[int], engine: str, queries: int, exhaustive: int, **options):
        if min(candidates) < 1 or queries < 1 or exhaustive < 1:
            raise CommandError("--candidates, --queries and --exhaustive must be 1 or more.")
        sizes, on = sorted(set(candidates)), timezone.localdate()
        world = compose(trades(), sizes[-1], queries + WARM_UP, on)
        with ProgressBar("New phrases", 0) as bar:
            world = embed(world, Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3")), bar.update)
        try:
            # A slow answer is to be measured here, and is no reason to go without.
            with scratch_site(engine, ELASTICSEARCH_TIMEOUT=30.0):
                figures = self._all_sizes(world, sizes, on, exhaustive, options["changes"])
                if options["memory"]:
                    figures["memory"] = self._memory()
        except SearchError as error:
            raise CommandError(str(error)) from error
        figures["engine"] = engine
        self._print(figures)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

    def _all_sizes(self, world: World, sizes: list[int], on, exhaustive: int, edits: int) -> dict:
        DatabasePhrases().add(world.phrases())
        adviser, jobs = load_staff(), load_jobs(world)
        figures: dict = {"sizes": []}
        before = 0
        for size in sizes:
            part = World(world.candidates[:size], world.jobs, world.vector_of)
            with ProgressBar("Candidates into the database", size - before) as bar:
                load_people(part.candidates[before:], bar.update)
            before = size
            with ProgressBar(f"Indexing {size:,} candidates", size) as bar:
                start = time.perf_counter()
                rebuild(progress=bar.update, from_start=True)
                taken = time.perf_counter() - start
            time.sleep(SETTLES)
            timings = measure(part, list(jobs.values()), adviser, on, warm_up=WARM_UP, exhaustive=exhaustive)
            figures["sizes"].append(_row(size, taken, timings))
        figures["growth"] = exponent(sizes, [row["p50_ms"] for row in figures["sizes"]])
        if edits:
            figures["edits"] = self._edits(sizes[-1], edits)
        return figures

    def _edits(self, size: int, edits: int) -> dict[str, float]:
        with worker():
            one_at_a_time(*changes(size, 3, seed=1))  # the worker starts, and loads its model
            idle = one_at_a_time(*changes(size, 30, seed=2))
            busy = many(*changes(size, edits, seed=3), a_second=50)
        return {
            "idle_p95_s": float(np.percentile(idle.seconds, 95)),
            "busy_p95_s": float(np.percentile(busy.seconds, 95)),
            "busy_a_second": busy.a_second,
            "has_worker": bool(settings.CELERY_BROKER_URL),
        }

    def _memory(self) -> dict[str, float]:
        self.stderr.write("Weighing a web process and a worker")
        web, _shown = of_web_process()
        found = {"web_mb": web.resident, "web_own_mb": web.own}
        if settings.CELERY_BROKER_URL:
            worker = of_worker()
            found |= {"worker_mb": worker.resident, "worker_own_mb": worker.own}
        return found

    def _print(self, figures: dict) -> None:
        self.stdout.write("\n" + "  ".join(f"{heading:>10}" for heading in COLUMNS))
        for row in figures["sizes"]:
            self.stdout.write("  ".join(f"{row[name]:>10{form}}" for name, form in COLUMNS.values()))
        self.stdout.write(EXPLAINED.format(engine=figures["engine"]))
        if len(figures["sizes"]) > 1:
            self.stdout.write(f"Growth: p50 rises as the number of candidates to the power of {figures['growth']:.2f}.")
        if edits := figures.get("edits"):
            how = "by a worker" if edits["has_worker"] else "where they are made"
            self.stdout.write(
                f"Edit to searchable, indexed {how}: p95 {edits['idle_p95_s']:.2f} s one at a time, "
                f"{edits['busy_p95_s']:.2f} s under {edits['busy_a_second']:.0f} changes a second."
            )
        if memory := figures.get("memory"):
            web = f"{memory['web_mb']:.0f} MB ({memory['web_own_mb']:.0f} with what it shares counted in parts)"
            told = f"{memory['worker_mb']:.0f} MB" if "worker_mb" in memory else "not measured without a broker"
            self.stdout.write(f"Resident: a web process {web}; a worker with the model {told}.")


def _row(size: int, index_s: float, timings) -> dict[str, float]:
    return {
        "candidates": size,
        "queries": len(timings.rank),
        "index_s": index_s,
        "passing": timings.passing,
        "p50_ms": float(np.percentile(timings.rank, 50)),
        "p95_ms": float(np.percentile(timings.rank, 95)),
        "raw_p50_ms": float(np.percentile(timings.raw, 50)),
        "raw_p95_ms": float(np.percentile(timings.raw, 95)),
        "ratio": float(np.percentile(timings.rank, 50) / np.percentile(timings.raw, 50)),
        "nearest_p50_ms": float(np.percentile(timings.nearest, 50)),
        "scan_p50_ms": float(np.percentile(timings.scan, 50)),
        "exhaustive_p50_ms": float(np.percentile(timings.exhaustive, 50)),
        "recall_filtered": timings.recall_filtered,
        "recall_unfiltered": timings.recall_unfiltered,
    }
