"""How well an encoder does on occupations that its training never saw: what variants are chosen by."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np

from search.embeddings import unit_length
from search.tuning.texts import Occupation

Encode = Callable[[Sequence[str]], np.ndarray]
DRAWS = 3
LINES = 4


def figures(occupations: Sequence[Occupation], encode: Encode, seed: int = 3) -> dict[str, float]:
    """Reciprocal rank of the right occupation among all of its source, found by its lines and by a title.

    encode: texts to unit vectors, whatever is taken off already taken off.
    """
    found: dict[str, float] = {}
    for source in sorted({one.source for one in occupations}):
        own = [one for one in occupations if one.source == source]
        draw = random.Random(seed)
        by_lines, by_title = [], []
        for _ in range(DRAWS):
            halves = [_halves(one.lines, draw) for one in own]
            left, right = _means([half[0] for half in halves], encode), _means([half[1] for half in halves], encode)
            titles = encode([draw.choice(one.titles[:6]) for one in own])
            by_lines.append(_reciprocal_ranks(left @ right.T).mean())
            by_title.append(_reciprocal_ranks(titles @ right.T).mean())
        found[f"{source} lines"], found[f"{source} title"] = float(np.mean(by_lines)), float(np.mean(by_title))
    found["all"] = float(np.mean(list(found.values())))
    return found


def _halves(lines: Sequence[str], draw: random.Random) -> tuple[list[str], list[str]]:
    mixed = draw.sample(lines, len(lines))
    half = min(LINES, len(mixed) // 2)
    return mixed[:half], mixed[half : 2 * half]


def _means(groups: Sequence[Sequence[str]], encode: Encode) -> np.ndarray:
    distinct = list(dict.fromkeys(text for group in groups for text in group))
    vector = dict(zip(distinct, encode(distinct), strict=True))
    return unit_length(np.stack([np.mean([vector[text] for text in group], axis=0) for group in groups]))


def _reciprocal_ranks(likeness: np.ndarray) -> np.ndarray:
    own = np.diag(likeness)
    return 1 / (1 + (likeness > own[:, None]).sum(axis=1))
