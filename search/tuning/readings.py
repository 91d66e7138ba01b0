"""Records read against jobs line by line: what the encoder learns to tell a showing from a likeness by.

`readings.jsonl` was written for this project: jobs and people of our own invention, and for every requirement the band
and the lines of evidence that show it, best first. docs/encoder.md says who wrote and read them, and by what guide.
Nothing of what others read, by which rankings and bands are measured, is in it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from candidates.models import Evidence
from search.bands import BANDS, NONE
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement

FILE = Path(__file__).parent / "readings.jsonl"
HELD_OUT = 6  # one person in so many is kept for measuring
KINDS = {
    "skill": Evidence.Kind.SKILL,
    "qualification": Evidence.Kind.QUALIFICATION,
    "licence": Evidence.Kind.LICENCE,
    "work in prison": Evidence.Kind.PRISON_WORK,
    "placement": Evidence.Kind.PLACEMENT,
    "personal skill": Evidence.Kind.PERSONAL,
}


@dataclass(frozen=True)
class Reading:
    """One record read against one job: for each of the job's lines a band and the evidence that shows it."""

    job: JobDocument
    candidate: CandidateDocument
    bands: tuple[str, ...]
    evidence: tuple[tuple[int, ...], ...]

    @property
    def person(self) -> str:
        return " ".join(line.text for line in self.candidate.evidence)

    @property
    def is_held_out(self) -> bool:
        """By the person, who may be read against several jobs."""
        return zlib.crc32(self.person.encode()) % HELD_OUT == 0


def load_readings(file: Path = FILE) -> tuple[Reading, ...]:
    """Raises ValueError naming every line of the file that is not a reading, and why."""
    found, faults = [], []
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(_reading(number, json.loads(text)))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(f"line {number}: {error}")
    if faults:
        raise ValueError(f"{file.name}: " + "; ".join(faults))
    return tuple(found)


def _reading(number: int, row: dict) -> Reading:
    evidence = tuple(EvidenceLine(line["text"], KINDS[line["kind"]]) for line in row["evidence"])
    bands = tuple(one["band"] for one in row["readings"])
    lines = tuple(tuple(one["evidence"]) for one in row["readings"])
    if len(bands) != len(row["lines"]):
        raise ValueError(f"{len(row['lines'])} requirements and {len(bands)} readings")
    for band, own in zip(bands, lines, strict=True):
        if band not in BANDS or (band == NONE) != (not own) or not set(own) <= set(range(len(evidence))):
            raise ValueError(f"{band} with the evidence {list(own)} of {len(evidence)} lines")
    job = JobDocument(f"read-{number}", row["title"], tuple(map(Requirement, row["lines"])))
    return Reading(job, CandidateDocument(f"read-{number}", evidence), bands, lines)


def split(readings: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
    """Those to learn from and those held out; no person in both."""
    return [one for one in readings if not one.is_held_out], [one for one in readings if one.is_held_out]
