"""The jobs of our own records as one more source of occupations: taxonomies say what work is, adverts what they ask."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from search.tuning.readings import Reading
from search.tuning.texts import FEWEST_LINES, OWN, Occupation, plain_title

_PARTS = re.compile(r"\s*[/(),;:]\s*|\s+[-–—]\s+|\s+(?:with|for|in|at)\s+")


def jobs_as_occupations(readings: Iterable[Reading], known: Iterable[Occupation]) -> Iterator[Occupation]:
    """Each job as an occupation of its own, in the unit group that its title has among the titles of those `known`.

    A job whose title is not known stands alone: it has no unit group and no neighbours.
    """
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for one in known:
        for title in {plain_title(title) for title in one.titles} if one.unit else ():
            units[title][one.unit] += 1
    seen = set()
    for reading in readings:
        title, lines = reading.job.title, tuple(dict.fromkeys(one.text for one in reading.job.requirements))
        if len(lines) < FEWEST_LINES or lines in seen:
            continue
        seen.add(lines)
        unit, number = _unit_of(title, units), reading.job.id
        yield Occupation(OWN, number, unit[:2] or number, (title,), lines, unit)


def _unit_of(title: str, units: dict[str, Counter[str]]) -> str:
    """Of the longest ending of the title, or of a part of it, whose unit group most agree on; "" where none is."""
    for words in sorted(_endings(title), key=len, reverse=True):
        if votes := units.get(" ".join(words)):
            unit, most = votes.most_common(1)[0]
            if 2 * most > votes.total():
                return unit
    return ""


def _endings(title: str) -> Iterator[Sequence[str]]:
    for part in (title, *_PARTS.split(title)):
        words = plain_title(part).split()
        yield from (words[start:] for start in range(len(words)))
