"""The measures of ranking, by the protocol of docs/matching.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def ndcg(grades: Sequence[int], ideal: Sequence[int], at: int) -> float:
    """Normalised discounted cumulative gain of grades in the order ranked, gain 2^grade − 1; nought if all are 0."""
    best = _gain(sorted(ideal, reverse=True), at)
    return _gain(grades, at) / best if best else 0.0


def _gain(grades: Sequence[int], at: int) -> float:
    return sum((2.0**grade - 1) / np.log2(rank + 2) for rank, grade in enumerate(grades[:at]))


def reciprocal_rank(is_relevant: Sequence[bool]) -> float:
    return next((1 / rank for rank, relevant in enumerate(is_relevant, start=1) if relevant), 0.0)


def average_precision(is_relevant: Sequence[bool]) -> float:
    relevant = np.asarray(is_relevant, bool)
    if not relevant.any():
        return 0.0
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(precision[relevant].mean())


def macro_f1(truth: np.ndarray, said: np.ndarray, classes: int) -> float:
    """The mean over classes of 2·both / (true + said); a class that never occurs and is never said counts as right."""
    scores = []
    for label in range(classes):
        both, either = np.sum((truth == label) & (said == label)), np.sum(truth == label) + np.sum(said == label)
        scores.append(2 * both / either if either else 1.0)
    return float(np.mean(scores))


def order(ids: Sequence[str], scores: np.ndarray) -> list[int]:
    """Best first; equal scores in the order of ids."""
    return sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))
