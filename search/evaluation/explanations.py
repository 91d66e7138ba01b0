"""Bands against pairs that were read one by one, and the fitting of the two small models behind them.

Figures are cross-validated by candidate, so that no pair is scored by a model that saw it; plain cosine gets its best
two thresholds in the same folds, and, kinder still, on the very pairs it is scored on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from search.bands import BANDS, LINE_FEATURES, NONE, BandModel, evidence_together, line_features, read_lines
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import Embedder
from search.evaluation.metrics import macro_f1
from search.tuning.readings import KINDS, Reading

FOLDS = 6
# How far the rarer bands count for more. At 1 the macro-F1 is hardly better, and twice as much that is not shown at all
# is called clear: who is sent to a job on a wrong "clear" pays for it.
BALANCE = 0.25
OWN_COUNTS = 0.2  # a line of our own records, beside one of others' pairs, of which there are far fewer


@dataclass(frozen=True)
class ReadPair:
    """A pair with what a reader said of each requirement: its band, and the positions of the lines that show it."""

    group: str
    job: JobDocument
    candidate: CandidateDocument
    job_vectors: np.ndarray
    candidate_vectors: np.ndarray
    bands: np.ndarray
    lines: tuple[tuple[int, ...], ...]

    @cached_property
    def features(self) -> np.ndarray:
        return line_features(self.job, self.job_vectors, self.candidate, self.candidate_vectors)

    @cached_property
    def named(self) -> np.ndarray:
        """Whether a line of evidence was named for a requirement, shape (requirements, lines)."""
        return np.array([[position in own for position in range(self.features.shape[1])] for own in self.lines])


def read_pairs(
    rows: Sequence[dict[str, Any]], adverts: dict[str, dict[str, Any]], embedder: Embedder
) -> list[ReadPair]:
    """rows: of explanations_dev; adverts: by id, with title and text."""
    pairs = []
    for row in rows:
        advert = adverts[row["advert_id"]]
        requirements = tuple(
            Requirement(" ".join(advert["text"][one["start"] : one["end"]].replace("\\n", " ").split()))
            for one in row["requirements"]
        )
        evidence = tuple(EvidenceLine(line["text"], KINDS[line["kind"]]) for line in row["evidence"])
        job = JobDocument(row["advert_id"], advert["title"], requirements)
        candidate = CandidateDocument(row["candidate_id"], evidence)
        pairs.append(
            ReadPair(
                row["candidate_id"],
                job,
                candidate,
                embedder.vectors(job.phrases()),
                embedder.vectors(candidate.phrases()),
                np.array([BANDS.index(one["band"]) for one in row["requirements"]]),
                tuple(tuple(one["evidence"]) for one in row["requirements"]),
            )
        )
    return pairs


def own_pairs(readings: Iterable[Reading], embedder: Embedder) -> list[ReadPair]:
    """From the project's own records (search/tuning/readings.py)."""
    return [
        ReadPair(
            one.person,
            one.job,
            one.candidate,
            embedder.vectors(one.job.phrases()),
            embedder.vectors(one.candidate.phrases()),
            np.array([BANDS.index(band) for band in one.bands]),
            one.evidence,
        )
        for one in readings
    ]


def fit(pairs: Sequence[ReadPair], own: Sequence[ReadPair] = ()) -> BandModel:
    """Both models by penalised logistic regression; the same pairs give the same numbers.

    Which line a reader would name is learned from `own` besides, of which there are many; where the bands begin is
    learned from `pairs` alone.
    """
    both = (*pairs, *own)
    counts = np.repeat([1.0] * len(pairs) + [OWN_COUNTS] * len(own), [pair.named.size for pair in both])
    line = _logistic(
        np.concatenate([pair.features.reshape(-1, LINE_FEATURES) for pair in both]),
        np.concatenate([pair.named.reshape(-1) for pair in both]).astype(int),
        classes=2,
        balance=0.0,
        counts=counts,
    )
    line = line[:, 1] - line[:, 0]
    model = BandModel(line, np.zeros((2, len(BANDS))))
    scored = np.concatenate([evidence_together(model.line_scores(pair.features)) for pair in pairs])
    truth = np.concatenate([pair.bands for pair in pairs])
    return BandModel(line, _logistic(scored[:, None], truth, classes=len(BANDS), balance=BALANCE))


def _logistic(
    features: np.ndarray, truth: np.ndarray, *, classes: int, balance: float, counts: np.ndarray | float = 1.0
) -> np.ndarray:
    """Multinomial logistic regression, shape (features + 1, classes): Newton's method on standardised features.

    balance: from 0, every row counts alike, to 1, every class counts alike; counts: how often each row does.
    """
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    inputs = np.hstack([(features - mean) / spread, np.ones((len(features), 1))])
    share = np.bincount(truth, minlength=classes) / len(truth)
    importance = ((1 / (classes * share)) ** balance)[truth] * counts
    wanted, weights = np.eye(classes)[truth], np.zeros((inputs.shape[1], classes))
    penalty = np.ones(inputs.shape[1])
    penalty[-1] = 1e-3
    for _step in range(200):
        odds = inputs @ weights
        chance = np.exp(odds - odds.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = inputs.T @ ((chance - wanted) * importance[:, None]) + penalty[:, None] * weights
        # One curvature bounds that of every class (Böhning 1992): steady, and sure to arrive.
        curve = 0.5 * (inputs * importance[:, None]).T @ inputs + np.diag(penalty)
        change = np.linalg.solve(curve, slope)
        weights -= change
        if np.abs(change).max() < 1e-9:
            break
    scaled = weights[:-1] / spread[:, None]
    return np.vstack([scaled, weights[-1] - mean @ scaled])


def folds(pairs: Sequence[ReadPair]) -> list[tuple[list[ReadPair], list[ReadPair]]]:
    """Pairs to fit on and pairs to score, no candidate in both."""
    groups = sorted({pair.group for pair in pairs})
    fold_of = {group: number % FOLDS for number, group in enumerate(groups)}
    return [
        ([p for p in pairs if fold_of[p.group] != fold], [p for p in pairs if fold_of[p.group] == fold])
        for fold in range(FOLDS)
    ]


def scores(pairs: Sequence[ReadPair], own: Sequence[ReadPair]) -> dict[str, dict[str, float]]:
    """The figures of ours: cross-validated; fitted to other readings, `own`, alone; and of the model that ships.

    The model that ships was fitted to these pairs, and to `own` besides.
    """
    ours = [(pair, read(pair, model)) for train, test in folds(pairs) for model in [fit(train, own)] for pair in test]
    others = fit(own)
    return {
        "Throughgate, cross-validated": _figures(ours),
        "Throughgate, fitted to our own readings": _figures([(pair, read(pair, others)) for pair in pairs]),
        "Throughgate, as shipped": _figures([(pair, read(pair)) for pair in pairs]),
    }


def cosine_scores(pairs: Sequence[ReadPair]) -> dict[str, dict[str, float]]:
    """The figures of plain cosine with its best two thresholds: cross-validated, and fitted to these very pairs."""
    held_out = [(pair, cosine_reading(pair, *best_thresholds(train))) for train, test in folds(pairs) for pair in test]
    low, high = best_thresholds(pairs)
    return {
        "cosine of MiniLM, cross-validated": _figures(held_out),
        "cosine of MiniLM, fitted to these pairs": _figures(
            [(pair, cosine_reading(pair, low, high)) for pair in pairs]
        ),
    }


def read(pair: ReadPair, model: BandModel | None = None) -> list[tuple[int, int]]:
    """(band, line) of each requirement."""
    readings = read_lines(pair.job, pair.job_vectors, pair.candidate, pair.candidate_vectors, model)
    return [(BANDS.index(reading.band), reading.evidence) for reading in readings]


def cosine_reading(pair: ReadPair, low: float, high: float) -> list[tuple[int, int]]:
    likeness = pair.job_vectors[1 : 1 + len(pair.bands)] @ pair.candidate_vectors.T
    best = likeness.max(axis=1)
    return [
        (int(value >= low) + int(value >= high), int(line))
        for value, line in zip(best, likeness.argmax(axis=1), strict=True)
    ]


def best_thresholds(pairs: Sequence[ReadPair]) -> tuple[float, float]:
    """The two cosines between the bands that give the best macro-F1 on these pairs."""
    best = np.concatenate([(p.job_vectors[1 : 1 + len(p.bands)] @ p.candidate_vectors.T).max(axis=1) for p in pairs])
    truth = np.concatenate([pair.bands for pair in pairs])
    steps = np.unique(np.quantile(best, np.linspace(0, 1, 60)))
    choices = ((low, high) for i, low in enumerate(steps) for high in steps[i:])
    return max(choices, key=lambda at: macro_f1(truth, (best >= at[0]).astype(int) + (best >= at[1]), len(BANDS)))


def _figures(readings: Sequence[tuple[ReadPair, list[tuple[int, int]]]]) -> dict[str, float]:
    truth = np.concatenate([pair.bands for pair, _said in readings])
    said = np.array([band for _pair, bands in readings for band, _line in bands])
    none, clear = BANDS.index(NONE), len(BANDS) - 1
    named = [
        line in lines
        for pair, bands in readings
        for lines, (_band, line) in zip(pair.lines, bands, strict=True)
        if lines
    ]
    return {
        "macro-F1": macro_f1(truth, said, len(BANDS)),
        "none called clear": float(np.mean(said[truth == none] == clear)),
        "named line is one read": float(np.mean(named)),
    }
