"""What the matcher knows of the language of work: the mean vector of its phrases, and how rare its words are.

Made once by `manage.py build_statistics` from ESCO skill labels, O*NET tasks and National Careers Service tasks, and
kept in `reference/statistics.npz`. Source of the centring: Mu and Viswanath, "All-but-the-top", ICLR 2018, without
the removal of components, which lost accuracy here (docs/matching.md).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

TERM_BUCKETS = 1 << 18
MARKS = 4096  # numbers above, which are no words and weigh nothing (marks.py)
FILE = Path(__file__).parent / "reference" / "statistics.npz"


@cache
def _statistics() -> dict[str, np.ndarray]:
    with np.load(FILE) as content:
        return dict(content)


def mean_vector() -> np.ndarray:
    """Shape (384,), float32: the encoder's mean over phrases of work. Taken off, vectors tell trades apart better."""
    return _statistics()["mean"]


@cache
def term_weights() -> np.ndarray:
    """Shape (TERM_BUCKETS + MARKS,), float32: ln((texts + 1) / (texts with the word + ½)).

    An unseen word is the rarest.
    """
    content = _statistics()
    weights = np.full(TERM_BUCKETS + MARKS, content["rarest"], np.float32)
    weights[TERM_BUCKETS:] = 0
    weights[content["terms"]] = content["weights"]
    return weights
