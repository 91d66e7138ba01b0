"""How long a ranking takes and what it misses: the page's own service, and beside it what it stands on.

The peers are the nearest neighbours of the same engine under the same filters, a plain numpy scan of every profile, and
the full matcher over everything that the filters leave, which is what the ranking is held against.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.test.utils import override_settings

from accounts.models import User
from jobs.models import Job
from search.documents import JobDocument, job_document
from search.engines import get_engine
from search.engines.base import Filter, Query
from search.evaluation.world import World
from search.matching import Side, best_first, candidate_side, job_side, score_all
from search.rebuilding import rebuild
from search.rules import RULES
from search.services import DEPTH, agencies_of, best_of, rank_candidates

CANDIDATE = "candidate"
BEST = 100  # of the exhaustive ranking: how many of them the ranking holds
LIKE = 1e-5  # scores nearer than this are ties: either of the two may be among the best


@dataclass(frozen=True)
class Timings:
    """Milliseconds of each query, and the shares of the best that were found."""

    rank: np.ndarray
    raw: np.ndarray  # nearest neighbours over everybody
    nearest: np.ndarray  # and over those who pass
    scan: np.ndarray
    exhaustive: np.ndarray
    recall_filtered: float
    recall_unfiltered: float
    passing: float


def measure(world: World, jobs: Sequence[Job], by: User, on: date, *, warm_up: int, exhaustive: int) -> Timings:
    """Every job ranked once after `warm_up` of them; the first `exhaustive` also against the exhaustive ranking."""
    documents = [job_document(job) for job in jobs]
    sides = {one.id: job_side(one, world.vectors(one.phrases())) for one in documents}
    queries = [_query(one, sides[one.id], by, on) for one in documents]
    engine, profiles = get_engine(), _profiles(world)
    totals: list[int] = []
    # One after the other for each job, so that whatever else the machine does falls on all of them.
    each = (
        lambda i: totals.append(rank_candidates(job=jobs[i], by=by, on=on).total),
        lambda i: engine.nearest(replace(queries[i], filters=()), limit=DEPTH),
        lambda i: engine.nearest(queries[i], limit=DEPTH),
        lambda i: _scan(profiles, sides[documents[i].id]),
    )
    taken = np.array([[milliseconds(action, i) for action in each] for i in range(len(jobs))])[warm_up:]
    rank, raw, nearest, scan = taken.T
    reference = Reference(len(world.candidates))
    some = documents[:exhaustive]
    narrow = [_recall(reference, one, sides[one.id], queries[i].filters) for i, one in enumerate(some)]
    wide = [_recall(reference, one, sides[one.id], ()) for one in some]
    return Timings(
        rank=rank,
        raw=raw,
        nearest=nearest,
        scan=scan,
        exhaustive=np.array([taken for _share, taken in narrow]),
        recall_filtered=float(np.mean([share for share, _taken in narrow])),
        recall_unfiltered=float(np.mean([share for share, _taken in wide])),
        passing=float(np.median(totals[warm_up:])),
    )


def _query(job: JobDocument, side: Side, by: User, on: date) -> Query:
    rules = (one for rule in RULES for one in rule.on_candidates(job, on))
    return Query(CANDIDATE, side.profile, (), (agencies_of(by), *rules))


def _profiles(world: World) -> np.ndarray:
    return np.stack([candidate_side(one, world.vectors(one.phrases())).profile for one in world.candidates])


def _scan(profiles: np.ndarray, side: Side) -> np.ndarray:
    likeness = profiles @ side.profile
    return np.argpartition(-likeness, min(DEPTH, len(likeness) - 1))[:DEPTH]


class Reference:
    """The full matcher over everything that passes: from the embedded engine, which can hand out all of it."""

    def __init__(self, candidates: int) -> None:
        with override_settings(SEARCH_ENGINE="embedded"):
            self._engine = get_engine()
            if not self._engine.is_ready() or self._engine.count(CANDIDATE) != candidates:
                rebuild(from_start=True)

    def scores(self, side: Side, filters: tuple[Filter, ...]) -> tuple[tuple[str, ...], np.ndarray]:
        count = self._engine.count(CANDIDATE, filters)
        hits = self._engine.search(Query(CANDIDATE, side.profile, (), filters), limit=max(count, 1))
        return hits.ids, score_all(side, hits)


def _recall(reference: Reference, job: JobDocument, side: Side, filters: tuple[Filter, ...]) -> tuple[float, float]:
    """The share of the exhaustive ranking's best that the ranking holds too, and milliseconds of the former."""
    start = time.perf_counter()
    ids, scores = reference.scores(side, filters)
    best = best_first(ids, scores)[:BEST]
    taken = 1000 * (time.perf_counter() - start)
    if not best:
        return 1.0, taken
    edge = scores[best[-1]]
    ours = best_of(CANDIDATE, side, job.phrases(), filters)
    score_of = dict(zip(ids, scores, strict=True))
    held = sum(score_of.get(ours.ids[i], -1.0) >= edge - LIKE for i in ours.order[: len(best)])
    return held / len(best), taken


def milliseconds(action: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    action(number)
    return 1000 * (time.perf_counter() - start)


def exponent(sizes: Sequence[int], taken: Sequence[float]) -> float:
    """b of the line taken = a × size^b that fits best; not a number for one size."""
    if len(set(sizes)) < 2:
        return float("nan")
    return float(np.polyfit(np.log(sizes), np.log(taken), 1)[0])
