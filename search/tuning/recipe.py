"""What a training of the encoder is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How it is trained; docs/encoder.md says which variants were compared."""

    steps: int = 280
    occupations: int = 40
    pairs: int = 96
    records: int = 6  # read against a job
    neighbours: int = 3  # of the family of each that is drawn
    near_names: int = 3  # of the family of each thing whose names are drawn
    rate: float = 1.2e-4
    warm_up: float = 0.1
    temperature: float = 0.05
    sets: float = 1.0  # what each part of the loss weighs
    titles: float = 0.5
    names: float = 0.5
    reads: float = 1.0
    keep: float = 0.3
    seed: int = 5


# What ships is the mean of these: each alone is the best at what it was trained for, and the mean is near the better
# one everywhere (after Wortsman et al., "Model soups", 2022; docs/decisions/0012-the-mean-of-two-trainings.md).
MEMBERS = (Recipe(), Recipe(records=0, reads=0.0, near_names=0))
