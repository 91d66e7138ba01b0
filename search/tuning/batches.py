"""What one step of training sees: sets of lines of one occupation, its titles, and names of one thing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.tuning.readings import Reading
from search.tuning.recipe import Recipe
from search.tuning.texts import OWN, Occupation, Texts

LEAST, MOST = 2, 6  # lines in a set
Item = TypeVar("Item")


@dataclass(frozen=True)
class Record:
    """What was read against one job: its lines and the evidence, as they are embedded.

    shown: for each line how much each line of evidence shows it, then how much of it nothing shows; sums to one.
    """

    lines: tuple[str, ...]
    evidence: tuple[str, ...]
    shown: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, reading: Reading, sure: Mapping[str, float] | None = None) -> Record:
        """sure: how much of a requirement its evidence shows, by band; SHOWN where nothing else is said."""
        sure = sure or SHOWN
        lines, evidence = reading.job.lines()[1:], reading.candidate.phrases()
        shown = (
            _shares(sure[band], named, len(evidence))
            for band, named in zip(reading.bands, reading.evidence, strict=True)
        )
        return cls(tuple(lines), tuple(evidence), tuple(shown))


SHOWN = {"clear": 1.0, "partial": 0.5, "none": 0.0}  # how much of a requirement its evidence shows


def _shares(sure: float, named: Sequence[int], lines: int) -> tuple[float, ...]:
    """The line named first counts twice as much as the second, and so on."""
    weights = [2.0**-rank for rank in range(len(named))]
    shares = [0.0] * lines
    for line, weight in zip(named, weights, strict=True):
        shares[line] = sure * weight / sum(weights)
    return (*shares, 1 - sure)


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
    records: tuple[Record, ...] = ()

    def phrases(self) -> list[str]:
        """Every distinct one, in a fixed order."""
        read = (part for record in self.records for part in (record.lines, record.evidence))
        groups = (*self.sets, *self.others, self.titles, *self.pairs, *read)
        return list(dict.fromkeys(text for group in groups for text in group))


class Batches:
    """Draws without end. With every occupation come some of its family: neighbours are the hard negatives."""

    def __init__(self, texts: Texts, occupations: Sequence[Occupation], recipe: Recipe) -> None:
        self._draw = random.Random(recipe.seed)
        self._size, self._pairs = min(recipe.occupations, len(occupations)), recipe.pairs
        self._neighbours, self._near_names = recipe.neighbours, recipe.near_names
        self._records = [Record.of(reading) for reading in texts.readings]
        self._at_once = min(recipe.records, len(self._records))
        by_source: dict[str, list[Occupation]] = defaultdict(list)
        self._families: dict[tuple[str, str], list[Occupation]] = defaultdict(list)
        self._units: dict[str, list[Occupation]] = defaultdict(list)
        for one in occupations:
            by_source[one.source].append(one)
            self._families[one.source, one.family].append(one)
            if one.unit:
                self._units[one.unit].append(one)
        self._sources = [by_source[name] for name in sorted(by_source)]
        named = [(one.family, one) for one in texts.named]
        self._several = _Families(((family, one.names) for family, one in named if len(one.names) > 1), self._draw)
        self._described = _Families(((family, one) for family, one in named if one.description), self._draw)
        self._titled = _Families(
            ((f"{one.source} {one.family}", one.titles) for one in occupations if len(one.titles) > 1), self._draw
        )

    def next(self) -> Batch:
        chosen = self._occupations()
        sets, others = zip(*(self._two_sets(one) for one in chosen), strict=True)
        titles = tuple(self._draw.choice(one.titles) for one in chosen)
        units = [one.unit for one in chosen]
        same = tuple(
            (i, j) for i in range(len(units)) for j in range(len(units)) if i != j and units[i] and units[i] == units[j]
        )
        records = tuple(self._draw.sample(self._records, self._at_once))
        return Batch(sets, others, titles, same, self._named(), records)

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
        """No line in both, but for what two jobs of ours both say.

        Where another describes the same unit group, the second set may come from there.
        """
        lines = self._draw.sample(one.lines, len(one.lines))
        relatives = self._relatives(one)
        first = self._draw.randint(LEAST, min(MOST, len(lines) - LEAST))
        second = self._draw.randint(LEAST, min(MOST, len(lines) - first))
        if relatives and self._draw.random() < 0.5:
            other = self._draw.choice(self._draw.choice(relatives)).lines
            second = self._draw.randint(LEAST, min(MOST, len(other)))
            return tuple(lines[:first]), tuple(self._draw.sample(other, second))
        return tuple(lines[:first]), tuple(lines[first : first + second])

    def _relatives(self, one: Occupation) -> list[list[Occupation]]:
        """By source, those of its unit group: every other source's, and of jobs of our own the other jobs."""
        found: dict[str, list[Occupation]] = defaultdict(list)
        for other in self._units.get(one.unit, ()):
            if other.source != one.source or (one.source == OWN and other.code != one.code):
                found[other.source].append(other)
        return list(found.values())

    def _named(self) -> tuple[tuple[str, str], ...]:
        """A third names of skills and credentials, a third names of occupations, a third descriptions."""
        third = self._pairs // 3
        named = [tuple(self._draw.sample(names, 2)) for names in self._several.some(third, self._near_names)]
        named += [tuple(self._draw.sample(titles, 2)) for titles in self._titled.some(third, self._near_names)]
        described = self._described.some(self._pairs - len(named), self._near_names)
        return tuple(named + [(self._draw.choice(one.names), one.description) for one in described])


class _Families(Generic[Item]):
    """Things of which some are drawn with their neighbours, each once."""

    def __init__(self, things: Iterable[tuple[str, Item]], draw: random.Random) -> None:
        self._families: dict[str, list[Item]] = defaultdict(list)
        self._things = list(things)
        self._draw = draw
        for family, thing in self._things:
            self._families[family].append(thing)

    def some(self, count: int, neighbours: int) -> list[Item]:
        """As many as asked for, or all there are; with each that is drawn so many more of its family."""
        chosen: dict[int, Item] = {}
        count = min(count, len(self._things))
        while len(chosen) < count:
            family, one = self._draw.choice(self._things)
            near = self._families[family]
            for other in [one, *self._draw.sample(near, min(len(near), neighbours))]:
                if len(chosen) < count:
                    chosen[id(other)] = other
        return list(chosen.values())
