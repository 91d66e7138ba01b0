"""What a training of the encoder is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How it is trained; docs/encoder.md says which variants were compared."""

    steps: int = 280
    occupations: int = 40
    pairs: int = 96
    neighbours: int = 3  # of the family of each that is drawn
    rate: float = 1.2e-4
    warm_up: float = 0.1
    temperature: float = 0.05
    sets: float = 1.0  # what each part of the loss weighs
    titles: float = 0.5
    names: float = 0.5
    keep: float = 0.3
    seed: int = 5
