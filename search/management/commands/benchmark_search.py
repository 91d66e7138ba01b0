import csv
import gzip
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobs.progress import ProgressBar
from search.embeddings import Embedder, FilePhrases
from search.engines.embedded import EmbeddedEngine
from search.evaluation.speed import Trade, compose, embed, fill, milliseconds, rank_once, scan_once
from search.matching import candidate_side, job_side

WARM_UP = 10
OCCUPATIONS = settings.BASE_DIR / "jobs" / "reference" / "occupations.csv.gz"


class Command(BaseCommand):
    help = "Time the ranking of candidates for a job on the embedded engine, and print a plain scan beside it."
    requires_system_checks = []  # works in a folder of its own: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("--candidates", type=int, nargs="+", default=[10_000])
        parser.add_argument("--queries", type=int, default=200)
        parser.add_argument("--json", type=Path, help="write the figures here too")

    def handle(self, *, candidates: list[int], queries: int, **options):
        if min(candidates) < 1 or queries < 1:
            raise CommandError("--candidates and --queries must be 1 or more.")
        embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
        figures = [self._measure(size, queries, embedder) for size in candidates]
        self.stdout.write(
            f"\n{'candidates':>10}  {'index s':>8}  {'passing':>8}  {'p50 ms':>7}  {'p95 ms':>7}  plain scan p50 ms"
        )
        for row in figures:
            self.stdout.write(
                f"{row['candidates']:>10,}  {row['index_s']:>8.1f}  {row['passing']:>8,.0f}  {row['p50_ms']:>7.1f}"
                f"  {row['p95_ms']:>7.1f}  {row['scan_p50_ms']:.1f}"
            )
        self.stdout.write(
            "Rules, engine, full matcher on 300, reasons for ten; without reading rows or drawing a page."
        )
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

    def _measure(self, size: int, queries: int, embedder: Embedder) -> dict[str, float]:
        on = timezone.localdate()
        world = compose(_trades(), size, queries + WARM_UP, on)
        with ProgressBar("New phrases", 0) as bar:
            world = embed(world, embedder, bar.update)
        with tempfile.TemporaryDirectory() as folder:
            engine = EmbeddedEngine(Path(folder))
            start = time.perf_counter()
            with ProgressBar(f"Indexing {size:,} candidates", size) as bar:
                fill(engine, world, bar.update)
            index_s = time.perf_counter() - start
            passing = [rank_once(engine, world, job, on) for job in world.jobs[:WARM_UP]]
            taken = milliseconds(lambda job: passing.append(rank_once(engine, world, job, on)), world.jobs[WARM_UP:])
        profiles = np.stack([candidate_side(one, world.vectors(one.phrases())).profile for one in world.candidates])
        sides = {job.id: job_side(job, world.vectors(job.phrases())) for job in world.jobs}
        scan = milliseconds(lambda job: scan_once(profiles, sides[job.id]), world.jobs)
        return {
            "candidates": size,
            "queries": queries,
            "index_s": index_s,
            "passing": float(np.median(passing)),
            "p50_ms": float(np.percentile(taken, 50)),
            "p95_ms": float(np.percentile(taken, 95)),
            "scan_p50_ms": float(np.percentile(scan, 50)),
        }


def _trades() -> list[Trade]:
    """The unit groups of the UK occupation list, each with its tasks."""
    with gzip.open(OCCUPATIONS, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    trades = [Trade(row["title"], tuple(filter(None, row["tasks"].split(" | ")))) for row in rows]
    return [trade for trade in trades if len(trade.lines) >= 4]
