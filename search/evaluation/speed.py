"""How long a ranking takes: real phrases, real filters, and beside it a plain scan of the same vectors."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from accounts.outcodes import known_outcodes
from candidates.models import Evidence
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import Embedder
from search.engines.base import Query, SearchEngine
from search.indexing import indexed_candidate
from search.matching import Side, best_first, candidate_side, explain, job_side, score_all
from search.rules import RULES
from search.services import DEPTH, MOST_WORDS
from search.words import rarest

SHOWN, BATCH = 10, 500


@dataclass(frozen=True)
class Trade:
    """An occupation's title and the lines of work that belong to it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """Composed candidates and jobs with their vectors; the same seed makes the same world."""

    candidates: tuple[CandidateDocument, ...]
    jobs: tuple[JobDocument, ...]
    vector_of: dict[str, np.ndarray]

    def vectors(self, phrases: Sequence[str]) -> np.ndarray:
        return np.stack([self.vector_of[phrase] for phrase in phrases])


def compose(trades: Sequence[Trade], candidates: int, jobs: int, on: date, seed: int = 20) -> World:
    """People of one or two trades and jobs of one, spread over England and Wales, free to start over a year."""
    draw = random.Random(seed)
    places = list(known_outcodes().values())
    people = []
    for number in range(candidates):
        own = draw.sample(trades, draw.choice((1, 1, 1, 2)))
        lines = {line: None for trade in own for line in draw.sample(trade.lines, min(len(trade.lines), 7))}
        evidence = [EvidenceLine(text) for text in lines]
        evidence += [EvidenceLine(trade.title, Evidence.Kind.ROLE) for trade in own]
        people.append(
            CandidateDocument(
                f"{number:07}",
                tuple(evidence),
                position=draw.choice(places),
                travel_miles=draw.choice((10, 20, 30, 50)),
                available_from=on + timedelta(days=draw.randrange(365)),
                asked_on=on,
            )
        )
    vacancies = []
    for number in range(jobs):
        trade = draw.choice(trades)
        lines = draw.sample(trade.lines, min(len(trade.lines), 8))
        vacancies.append(
            JobDocument(
                f"job {number}",
                trade.title,
                tuple(map(Requirement, lines)),
                position=draw.choice(places),
                # Four jobs in five ask for a place and a day; the rest can be done from anywhere, at any time.
                is_anywhere=number % 5 == 4,
                start_date=None if number % 5 == 4 else on + timedelta(days=draw.randrange(30, 365)),
                pledge_until=on + timedelta(days=100),
            )
        )
    return World(tuple(people), tuple(vacancies), {})


def embed(world: World, embedder: Embedder, progress: Callable[[int, int], None] | None = None) -> World:
    phrases = sorted({phrase for one in (*world.candidates, *world.jobs) for phrase in one.phrases()})
    vectors = embedder.vectors(phrases, progress)
    return World(world.candidates, world.jobs, dict(zip(phrases, vectors, strict=True)))


def fill(engine: SearchEngine, world: World, progress: Callable[[int, int], None]) -> None:
    with engine.rebuild() as new:
        for start in range(0, len(world.candidates), BATCH):
            part = world.candidates[start : start + BATCH]
            new.put(indexed_candidate(one, candidate_side(one, world.vectors(one.phrases())), 0) for one in part)
            progress(start + len(part), len(world.candidates))


def rank_once(engine: SearchEngine, world: World, job: JobDocument, on: date) -> int:
    """What a page does before it reads its rows: rules, engine, full matcher, reasons for the first ten."""
    vectors = world.vectors(job.phrases())
    side = job_side(job, vectors)
    filters = tuple(one for rule in RULES for one in rule.on_candidates(job, on))
    hits = engine.search(Query("candidate", side.profile, rarest(job.lines(), MOST_WORDS), filters), limit=DEPTH)
    scores = score_all(side, hits)
    for position in best_first(hits.ids, scores)[:SHOWN]:
        candidate = world.candidates[int(hits.ids[position])]
        explain(job, vectors, candidate, world.vectors(candidate.phrases()))
    return hits.total


def scan_once(profiles: np.ndarray, side: Side) -> np.ndarray:
    """The floor beside it: a plain numpy scan of every profile, no rule, no lines, no words."""
    likeness = profiles @ side.profile
    return np.argpartition(-likeness, min(DEPTH, len(likeness) - 1))[:DEPTH]


def milliseconds(action: Callable[[JobDocument], object], jobs: Sequence[JobDocument]) -> np.ndarray:
    taken = []
    for job in jobs:
        start = time.perf_counter()
        action(job)
        taken.append(1000 * (time.perf_counter() - start))
    return np.array(taken)
