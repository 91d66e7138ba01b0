"""What each part adds to the score: searched over a grid, and the figures of what was chosen on other queries.

Of each judged set the queries are dealt into folds; for each fold the weights are chosen on all other folds and
measured on it. So the figures are of queries that had no say; the weights that ship are those chosen on all of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from search.embeddings import Embedder
from search.evaluation.ranking import TOP, JudgedSet, average_precision_by_query, ndcg_by_query, read_by_query
from search.matching import PARTS, parts_of, together
from search.on_files import read_candidate_documents, read_job_documents, rules_for_files
from search.rules import stops

FOLDS = 5
# Of each of PARTS; the first stands still, for only their proportions matter. No part is let go: each answers what an
# adviser asks, and the figures without it are printed.
GRID = ((1.0,), (0.4, 0.8, 1.2), (0.1, 0.25, 0.5), (0.1, 0.2, 0.4), (0.1, 0.2), (0.05, 0.1))
STOPPED = -10.0

ByQuery = dict[str, np.ndarray]  # figure: a value of each query; the higher the better


@dataclass(frozen=True)
class Pairs:
    """parts: shape (PARTS, candidates, jobs); is_stopped: shape (candidates, jobs), by the must-have rules."""

    judged: JudgedSet
    parts: np.ndarray
    is_stopped: np.ndarray

    def scores(self, weights: np.ndarray) -> np.ndarray:
        return np.tensordot(weights / weights.sum(), self.parts, axes=1) + np.where(self.is_stopped, STOPPED, 0)


def read_pairs(judged: JudgedSet, embedder: Embedder) -> Pairs:
    jobs = read_job_documents(judged.jobs, embedder, explained=False)
    candidates = read_candidate_documents(judged.candidates, embedder)
    every_job, rules = together(jobs.sides), rules_for_files(None, None)
    parts = np.stack([parts_of(side, every_job) for side in candidates.sides], axis=1)
    stopped = np.array(
        [[bool(stops(rules, job, one, date.min)) for job in jobs.documents] for one in candidates.documents], bool
    )
    return Pairs(judged, parts, stopped)


@dataclass(frozen=True)
class Measure:
    """figures: of some weights. folds: the fold of each query of each figure; a person is in one fold everywhere."""

    figures: Callable[[np.ndarray], ByQuery]
    folds: dict[str, np.ndarray]


def occupation_measure(name: str, pairs: Pairs) -> Measure:
    people, jobs = [row.id for row in pairs.judged.candidates], [row.id for row in pairs.judged.jobs]
    grades = pairs.judged.grades
    to_jobs, to_people = f"{name} c→a", f"{name} a→c"

    def figures(weights: np.ndarray) -> ByQuery:
        scores = pairs.scores(weights)
        return {
            to_jobs: np.array(ndcg_by_query(grades, scores, jobs)),
            to_people: np.array(ndcg_by_query(grades.T, scores.T, people)),
        }

    return Measure(
        figures,
        {
            to_jobs: _folds(id for id, row in zip(people, grades, strict=True) if row.max() >= TOP),
            to_people: _folds(id for id, row in zip(jobs, grades.T, strict=True) if row.max() >= TOP),
        },
    )


def read_measure(pairs: Pairs, read: JudgedSet) -> Measure:
    def figures(weights: np.ndarray) -> ByQuery:
        found = read_by_query(read, pairs.scores(weights))
        return {"read nDCG@5": np.array(found["nDCG@5"]), "read without harm": 1 - np.array(found["harm"])}

    folds = _folds(row.id for row, judged in zip(read.candidates, read.is_judged, strict=True) if judged.any())
    return Measure(figures, {"read nDCG@5": folds, "read without harm": folds})


def other_employer_measure(pairs: Pairs) -> Measure:
    name = "other employer MAP"
    queries = average_precision_by_query(pairs.judged, pairs.scores(np.ones(len(PARTS))))
    return Measure(
        lambda weights: {name: np.array(average_precision_by_query(pairs.judged, pairs.scores(weights)))},
        {name: _folds(map(str, range(len(queries))))},
    )


def _folds(ids: Iterable[str]) -> np.ndarray:
    return np.array([zlib.crc32(id.encode()) % FOLDS for id in ids])


@dataclass(frozen=True)
class Choice:
    """weights: chosen on all queries; held_out: the mean of each figure, every query measured by weights chosen on
    other folds; without: the figures with the chosen weights but for one part.
    """

    weights: np.ndarray
    figures: dict[str, float]
    held_out: dict[str, float]
    without: dict[str, dict[str, float]]


def choose(measures: Sequence[Measure], progress: Callable[[int, int], None] | None = None) -> Choice:
    fold_of = {name: folds for measure in measures for name, folds in measure.folds.items()}
    grid, tried = [np.array(values) for values in product(*GRID)], []
    for number, weights in enumerate(grid, start=1):
        tried.append(_figures(measures, weights))
        if progress:
            progress(number, len(grid))
    held_out = {name: np.zeros(len(values)) for name, values in tried[0].items()}
    for fold in range(FOLDS):
        others = {name: folds != fold for name, folds in fold_of.items()}
        for name, values in max(tried, key=lambda found, wanted=others: _worth(found, wanted)).items():
            held_out[name][~others[name]] = values[~others[name]]
    everything = {name: np.ones(len(folds), bool) for name, folds in fold_of.items()}
    chosen = max(range(len(grid)), key=lambda i: _worth(tried[i], everything))
    return Choice(
        grid[chosen],
        _means(tried[chosen]),
        _means(held_out),
        {part: _means(_figures(measures, weights)) for part, weights in _without(grid[chosen])},
    )


def _figures(measures: Sequence[Measure], weights: np.ndarray) -> ByQuery:
    return {name: values for measure in measures for name, values in measure.figures(weights).items()}


def _means(found: ByQuery) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in found.items()}


def _worth(found: ByQuery, wanted: dict[str, np.ndarray]) -> float:
    """The mean of the figures over the wanted queries: each figure counts alike, however many queries it has."""
    return float(np.mean([values[wanted[name]].mean() for name, values in found.items()]))


def _without(weights: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for i, part in enumerate(PARTS):
        rest = weights.copy()
        rest[i] = 0
        if rest.sum():
            yield part, rest
