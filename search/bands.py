"""Does this person's record show this requirement? Three honest bands: clear, partial, none.

Two small logistic models, read from reference/bands.json: the first says how likely a line of evidence is the one a
reader would name, the second turns the best lines into a band. `manage.py fit_bands` fits them to pairs that were read
one by one, the first to our own records besides, and prints the cross-validated figures; docs/matching.md shows them
beside plain cosine.
A credential is no matter of likeness: held it is clear, not held it is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from candidates.models import Evidence
from jobs.credential_history import machines_asked, machines_named
from jobs.minimums import asks_only_for_age, months_asked
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.words import weight_of, word_set

CLEAR, PARTIAL, NONE = "clear", "partial", "none"
BANDS = (NONE, PARTIAL, CLEAR)  # in the order of the second model's columns
FILE = Path(__file__).parent / "reference" / "bands.json"

LINE_FEATURES = 5
LIKELY = 0.0  # the log-odds from which a line rather shows a requirement than not
DAYS_IN_A_MONTH = 30.44
SAYS_NOTHING = -30.0  # log-odds of a line in which nothing of work is left


@dataclass(frozen=True, slots=True)
class Reading:
    """A requirement's band and the position of the line of evidence that shows it best.

    months: how long it was done, by the dates of the work that shows it; 0 where the line asks for no length.
    """

    band: str
    evidence: int = 0
    months: int = 0


@dataclass(frozen=True)
class BandModel:
    """line: shape (LINE_FEATURES + 1,); band: shape (2, 3); the constant comes last in both."""

    line: np.ndarray
    band: np.ndarray

    def line_scores(self, features: np.ndarray) -> np.ndarray:
        """features: shape (..., LINE_FEATURES). Returns log-odds, shape (...,)."""
        return features @ self.line[:-1] + self.line[-1]

    def bands(self, line_scores: np.ndarray) -> np.ndarray:
        """line_scores: shape (requirements, lines). Returns indices into BANDS, shape (requirements,)."""
        return (evidence_together(line_scores)[:, None] @ self.band[:-1] + self.band[-1]).argmax(axis=1)


@cache
def shipped_model() -> BandModel:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return BandModel(np.array(content["line"]), np.array(content["band"]))


def evidence_together(line_scores: np.ndarray) -> np.ndarray:
    """What all lines show together: ln Σ exp(score), shape (requirements,): three fair ones weigh like a good one."""
    best = line_scores.max(axis=1)
    return best + np.log(np.exp(line_scores - best[:, None]).sum(axis=1))


def line_features(
    job: JobDocument, job_vectors: np.ndarray, candidate: CandidateDocument, candidate_vectors: np.ndarray
) -> np.ndarray:
    """Shape (requirements, lines, LINE_FEATURES): how each line of evidence bears on each requirement.

    In order: likeness to the whole line, likeness to its nearest clause, the share of the evidence's words that it
    holds, the weight of those words, and whether the evidence is a placement or a job.
    """
    requirements, evidence = job.requirements, candidate.evidence
    features = np.zeros((len(requirements), len(evidence), LINE_FEATURES))
    first_clause = 1 + len(requirements)
    features[..., 0] = features[..., 1] = job_vectors[1:first_clause] @ candidate_vectors.T
    by_clause = job_vectors[first_clause:] @ candidate_vectors.T
    owners = np.array([position for position, _part in job.clauses], np.int64)
    for row in np.unique(owners):
        features[row, :, 1] = by_clause[owners == row].max(axis=0)
    phrases = candidate.phrases()[: len(evidence)]
    words = [word_set(phrase) for phrase in phrases]
    own = [max(weight_of(held), 1e-6) for held in words]
    for row, phrase in enumerate(job.lines()[1:]):
        asked = word_set(phrase)
        shared = np.array([weight_of(held & asked) for held in words])
        features[row, :, 2] = shared / own
        features[row, :, 3] = shared / 10
    features[..., 4] = [line.kind in (Evidence.Kind.PLACEMENT, Evidence.Kind.ROLE) for line in evidence]
    return features


def read_lines(
    job: JobDocument,
    job_vectors: np.ndarray,
    candidate: CandidateDocument,
    candidate_vectors: np.ndarray,
    model: BandModel | None = None,
) -> list[Reading]:
    """A reading for every requirement, in order. Vectors: those of the phrases() of each document."""
    if not candidate.evidence:
        return [Reading(NONE) for _line in job.requirements]
    if not job.requirements:
        return []
    model = model or shipped_model()
    scores = model.line_scores(line_features(job, job_vectors, candidate, candidate_vectors))
    scores[:, [not phrase for phrase in candidate.phrases()[: len(candidate.evidence)]]] = SAYS_NOTHING
    bands, best = model.bands(scores), scores.argmax(axis=1)
    readings = []
    for row, requirement in enumerate(job.requirements):
        band, line = BANDS[bands[row]], int(best[row])
        named = candidate.evidence[line]
        if band == CLEAR and (named.kind == Evidence.Kind.PERSONAL or not named.is_valid(candidate.asked_on)):
            band = PARTIAL  # what somebody says of themselves is a start, not a showing; so is a card that ran out
        if band == CLEAR and _is_on_another_machine(requirement, named, candidate):
            band = PARTIAL
        reading = _known(requirement, candidate) or Reading(band, line)
        readings.append(_long_enough(reading, requirement, candidate, scores[row]))
    return readings


def _is_on_another_machine(requirement: Requirement, named: EvidenceLine, candidate: CandidateDocument) -> bool:
    """Work with a machine that takes a ticket, where neither the ticket is held nor the line names such a machine."""
    machines = machines_asked(requirement.text)
    return bool(machines) and not machines & (machines_named(named.text) | candidate.credentials())


def _long_enough(
    reading: Reading, requirement: Requirement, candidate: CandidateDocument, scores: np.ndarray
) -> Reading:
    """Where a line asks for so much experience, less of it is partial, whatever else shows it."""
    asked = months_asked(requirement.text)
    if not asked or reading.band == NONE:
        return reading
    shows = [line for line, score in zip(candidate.evidence, scores, strict=True) if score >= LIKELY]
    months = months_of(line.period for line in (*shows, candidate.evidence[reading.evidence]) if line.period)
    return Reading(PARTIAL if months < asked else reading.band, reading.evidence, months)


def months_of(periods: Iterable[tuple[date, date]]) -> int:
    """How many months some stretches of work come to; days that lie in two of them count once."""
    days, until = 0, date.min
    for start, end in sorted(periods):
        if end > until:
            days += (end - max(start, until)).days
            until = end
    return round(days / DAYS_IN_A_MONTH)


def _known(requirement: Requirement, candidate: CandidateDocument) -> Reading | None:
    """What needs no likeness: an age, the very same words, or a credential that is held or is not."""
    if not requirement.credentials and asks_only_for_age(requirement.text):
        return Reading(NONE)  # nobody is matched by age: the page tells it
    same = requirement.text.strip().casefold()
    for position, line in enumerate(candidate.evidence):
        if line.text.strip().casefold() == same and line.is_valid(candidate.asked_on):
            return Reading(PARTIAL if line.kind == Evidence.Kind.PERSONAL else CLEAR, position)
    if not requirement.credentials:
        return None
    has_all = all(wanted & candidate.credentials() for wanted in requirement.further)
    for position, line in enumerate(candidate.evidence):
        if line.credentials & requirement.credentials and line.is_valid(candidate.asked_on):
            return Reading(CLEAR if has_all else PARTIAL, position)
    for position, line in enumerate(candidate.evidence):
        if line.implied & requirement.credentials & candidate.implied_credentials():
            return Reading(PARTIAL, position)  # the work is there; the card has still to be seen
    return Reading(NONE) if requirement.kind == "credential" else None
