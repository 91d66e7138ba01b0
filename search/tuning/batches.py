"""What one step of training sees: sets of lines of one occupation, its titles, and names of one thing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from search.tuning.recipe import Recipe
from search.tuning.texts import Occupation, Texts

LEAST, MOST = 2, 6  # lines in a set


@dataclass(frozen=True)
class Batch:
    """sets, others: two sets of lines for each occupation, no line in both; titles: one for each of them.

    pairs: two names of one thing, or a name and a description. Everything at one position belongs together, and
    everything at another does not; `same_unit` says where two occupations do, after all.
    """

    sets: tuple[tuple[str, ...], ...]
    others: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    same_unit: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[str, str], ...]

    def phrases(self) -> list[str]:
        """Every distinct one, in a fixed order."""
        groups = (*self.sets, *self.others, self.titles, *self.pairs)
        return list(dict.fromkeys(text for group in groups for text in group))


class Batches:
    """Draws without end. With every occupation come some of its family: neighbours are the hard negatives."""

    def __init__(self, texts: Texts, occupations: Sequence[Occupation], recipe: Recipe) -> None:
        self._draw = random.Random(recipe.seed)
        self._size, self._pairs, self._neighbours = recipe.occupations, recipe.pairs, recipe.neighbours
        self._texts = texts
        by_source: dict[str, list[Occupation]] = defaultdict(list)
        self._families: dict[tuple[str, str], list[Occupation]] = defaultdict(list)
        self._units: dict[str, list[Occupation]] = defaultdict(list)
        for one in occupations:
            by_source[one.source].append(one)
            self._families[one.source, one.family].append(one)
            if one.unit:
                self._units[one.unit].append(one)
        self._sources = [by_source[name] for name in sorted(by_source)]
        self._titled = [one for one in occupations if len(one.titles) > 1]

    def next(self) -> Batch:
        chosen = self._occupations()
        sets, others = zip(*(self._two_sets(one) for one in chosen), strict=True)
        titles = tuple(self._draw.choice(one.titles) for one in chosen)
        units = [one.unit for one in chosen]
        same = tuple(
            (i, j) for i in range(len(units)) for j in range(len(units)) if i != j and units[i] and units[i] == units[j]
        )
        return Batch(sets, others, titles, same, self._named())

    def _occupations(self) -> list[Occupation]:
        """From every source a like share, each with its neighbours; each once."""
        chosen: dict[tuple[str, str], Occupation] = {}
        while len(chosen) < self._size:
            one = self._draw.choice(self._draw.choice(self._sources))
            near = self._families[one.source, one.family]
            for other in [one, *self._draw.sample(near, min(len(near), self._neighbours))]:
                if len(chosen) < self._size:
                    chosen[other.source, other.code] = other
        return list(chosen.values())

    def _two_sets(self, one: Occupation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """No line in both. Where another source describes the same unit group, the second set may come from there."""
        lines = self._draw.sample(one.lines, len(one.lines))
        other = lines
        relatives = [relative for relative in self._units.get(one.unit, ()) if relative.source != one.source]
        first = self._draw.randint(LEAST, min(MOST, len(lines) - LEAST))
        second = self._draw.randint(LEAST, min(MOST, len(lines) - first))
        if relatives and self._draw.random() < 0.5:
            other = self._draw.choice(relatives).lines
            second = self._draw.randint(LEAST, min(MOST, len(other)))
            return tuple(lines[:first]), tuple(self._draw.sample(other, second))
        return tuple(lines[:first]), tuple(lines[first : first + second])

    def _named(self) -> tuple[tuple[str, str], ...]:
        """A third names of skills and credentials, a third names of occupations, a third descriptions."""
        third = self._pairs // 3
        named = [tuple(self._draw.sample(group, 2)) for group in self._draw.sample(self._texts.synonyms, third)]
        named += [tuple(self._draw.sample(one.titles, 2)) for one in self._draw.sample(self._titled, third)]
        named += self._draw.sample(self._texts.described, self._pairs - len(named))
        return tuple(named)
