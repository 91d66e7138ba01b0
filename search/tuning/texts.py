"""What the encoder learns from: occupations with their titles and lines, and skills with their names.

Read from the open taxonomies (docs/licences.md): ESCO, O*NET, the National Careers Service and SOC 2020. Nothing that a
ranking is measured on is read, nor the table that joins ESCO to O*NET, which holds relatives of a benchmark's answers.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from search.tuning.readings import Reading

FEWEST_LINES = 4  # of an occupation: two sets of two
LONGEST = 200  # characters of a line of the taxonomies
OWN = "own"  # the source that jobs of our own records are; own_jobs.py
HELD_OUT = 10  # one occupation in so many is kept from training


@dataclass(frozen=True)
class Occupation:
    """One occupation of one source. `family`: a broader group of the same source, whose members are near to it."""

    source: str
    code: str
    family: str
    titles: tuple[str, ...]
    lines: tuple[str, ...]
    unit: str = ""  # its SOC 2020 unit group, where the source or the titles say so

    @property
    def is_held_out(self) -> bool:
        """By its unit group where there is one, so that no other source shows it either."""
        return zlib.crc32((self.unit or f"{self.source} {self.code}").encode()) % HELD_OUT == 0


@dataclass(frozen=True)
class Named:
    """A skill or a credential: its names, one at least, and a sentence that describes it, or "".

    `family`: what it is a kind of; its members are near to each other, and not the same.
    """

    names: tuple[str, ...]
    description: str = ""
    family: str = ""


@dataclass(frozen=True)
class Texts:
    occupations: tuple[Occupation, ...]
    named: tuple[Named, ...]
    readings: tuple[Reading, ...] = ()


def read_texts(folder: Path) -> Texts:
    """From the folder that holds taxonomy/ and uk/. Raises OSError where a file is missing."""
    taxonomy = folder / "taxonomy"
    skills = list(_csv(taxonomy / "esco_skills.csv.gz"))
    index = _CodingIndex.read(taxonomy)
    occupations = (
        *_esco(taxonomy, skills, index),
        *_onet(taxonomy, index),
        *_careers_and_units(taxonomy, folder / "uk", index),
    )
    kind_of = {row["skill_no"]: row["broader_code"] or row["broader_skill_no"] for row in _broader(taxonomy)}
    named = (
        Named(
            _names(row),
            _first_sentence(row["description"]) if len(row["description"]) > 30 else "",
            kind_of.get(row["skill_no"], ""),
        )
        for row in skills
    )
    return Texts(occupations, tuple(named))


@dataclass(frozen=True)
class _CodingIndex:
    """The official list of job titles with the unit group of each. `titles`: by unit group."""

    titles: dict[str, list[str]]
    of_title: dict[str, Counter[str]]
    of_old: dict[str, Counter[str]]  # by unit group of SOC 2010

    @classmethod
    def read(cls, taxonomy: Path) -> _CodingIndex:
        titles, of_title, of_old = defaultdict(list), defaultdict(Counter), defaultdict(Counter)
        for row in _csv(taxonomy / "soc2020_coding_index.csv.gz"):
            if row["soc2020"].isdigit():
                titles[row["soc2020"]].append(row["title"])
                of_title[plain_title(row["title"])][row["soc2020"]] += 1
                of_old[row["soc2010"]][row["soc2020"]] += 1
        return cls(titles, of_title, of_old)

    def unit_of(self, names: Iterable[str]) -> str:
        """The unit group that most of an occupation's names have in the index; "" where no more than half agree."""
        votes: Counter[str] = Counter()
        for found in filter(None, (self.of_title.get(name) for name in sorted(set(map(plain_title, names))))):
            for unit, count in found.items():
                votes[unit] += count / found.total()
        if not votes:
            return ""
        unit, most = votes.most_common(1)[0]
        return unit if most >= 1 and most > (0.5 + 1e-6) * votes.total() else ""


def plain_title(title: str) -> str:
    """As titles are looked up: small letters, no plurals."""
    return re.sub(r"s\b", "", " ".join(re.findall(r"[a-z]+", title.lower())))


def _esco(taxonomy: Path, skills: list[dict[str, str]], index: _CodingIndex) -> Iterator[Occupation]:
    label = {row["skill_no"]: row["label"] for row in skills}
    lines = defaultdict(list)
    for row in _csv(taxonomy / "esco_occupation_skill.csv.gz"):
        if row["relation"] == "e":
            lines[row["occ_no"]].append(label[row["skill_no"]])
    for row in _csv(taxonomy / "esco_occupations.csv.gz"):
        own = (*dict.fromkeys(lines[row["occ_no"]]), *_sentences(row["description"]))
        if len(own) >= FEWEST_LINES:
            yield Occupation("esco", row["occ_no"], row["isco08"][:3], _names(row), own, index.unit_of(_names(row)))


def _onet(taxonomy: Path, index: _CodingIndex) -> Iterator[Occupation]:
    tasks, titles = defaultdict(list), defaultdict(list)
    for row in _csv(taxonomy / "onet_tasks.csv.gz"):
        tasks[row["onet_soc"]].append(row["task"][:LONGEST])
    for row in _csv(taxonomy / "onet_titles.csv.gz"):
        titles[row["onet_soc"]].append(row["title"])
    for row in _csv(taxonomy / "onet_occupations.csv.gz"):
        code = row["onet_soc"]
        if len(tasks[code]) >= FEWEST_LINES:
            names = tuple(dict.fromkeys([row["title"], *titles[code]]))
            lines = tuple(dict.fromkeys(tasks[code]))
            yield Occupation("onet", code, code[:5], names, lines, index.unit_of(names))


def _careers_and_units(taxonomy: Path, uk: Path, index: _CodingIndex) -> Iterator[Occupation]:
    """The careers service's profiles and the unit groups of SOC 2020, whose titles are those of the coding index."""
    for row in _csv(taxonomy / "soc2020_unit_groups.csv.gz"):
        unit = row["soc2020"]
        lines = tuple(dict.fromkeys(_sentences(row["tasks"])))
        if len(lines) >= FEWEST_LINES:
            names = tuple(dict.fromkeys([row["title"], *index.titles[unit]]))
            yield Occupation("soc", unit, unit[:2], names, lines, unit)
    with gzip.open(uk / "ncs_job_profiles.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            lines = tuple(dict.fromkeys(row["day_to_day_tasks"]))
            old = next(iter(row["soc2010"] or []), "")
            unit = index.of_old[old].most_common(1)[0][0] if index.of_old.get(old) else ""
            if len(lines) >= FEWEST_LINES:
                yield Occupation("ncs", row["slug"], unit[:2] or "none", (row["title"],), lines, unit)


def _broader(taxonomy: Path) -> list[dict[str, str]]:
    """What each skill is a kind of; the first row of a skill comes last, so that it stands in a dictionary."""
    return list(_csv(taxonomy / "esco_skill_broader.csv.gz"))[::-1]


def _names(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([row["label"], *filter(None, (name.strip() for name in row["alt_labels"].split("|")))]))


def _first_sentence(text: str) -> str:
    return next(iter(_sentences(text)), text[:LONGEST])


def _sentences(text: str) -> list[str]:
    parts = re.split(r"(?<=[.;])\s+|[•~\n|]+", text)
    return [part.strip(" .;")[:LONGEST] for part in parts if len(part.strip()) > 8]


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
