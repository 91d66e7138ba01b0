"""Which trades a profile belongs to, by the official classification, and how far two profiles share them.

Every unit group of SOC 2020 has a centre: the mean of the lines and titles of the occupations in it, from the open
taxonomies. A profile belongs to the units whose centres it is nearest to, in shares that sum to one; two profiles share
trades as far as their shares overlap (the Bhattacharyya coefficient), of units and, for work near by, of minor groups.
`manage.py build_statistics` makes the centres.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "reference" / "trades.npz"
SHARPNESS = 32.0  # how much a nearer centre is preferred; of 8 to 48 tried, 24 to 48 differed by less than noise
UNIT_SHARE = 0.75  # of what two profiles share; minor groups are the rest
MINOR_DIGITS = 3


@cache
def _centres() -> tuple[np.ndarray, np.ndarray]:
    """Shape (dimensions, units), float32, in the order of their codes, and where each minor group begins."""
    with np.load(FILE) as content:
        centres, units = content["centres"].astype(np.float32), content["units"].tolist()
    minors = [unit[:MINOR_DIGITS] for unit in units]
    return centres.T, np.array([i for i, minor in enumerate(minors) if i == 0 or minor != minors[i - 1]])


class Trades:
    """The trades of some profiles. profiles: shape (n, dimensions), of unit length."""

    def __init__(self, profiles: np.ndarray) -> None:
        shares = unit_shares(profiles)
        # The roots of the shares, so that a product of two rows is the coefficient of both levels together.
        minors = np.add.reduceat(shares, _centres()[1], axis=1)
        self._roots = np.hstack([np.sqrt(UNIT_SHARE * shares), np.sqrt((1 - UNIT_SHARE) * minors)])

    def in_common(self, others: Trades) -> np.ndarray:
        """How far each of these shares trades with each of the others, from 0 to 1, shape (these, others)."""
        return self._roots @ others._roots.T


def unit_shares(profiles: np.ndarray) -> np.ndarray:
    """Shape (profiles, units), float32, each row summing to one."""
    nearness = SHARPNESS * (np.asarray(profiles, np.float32) @ _centres()[0])
    shares = np.exp(nearness - nearness.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
