"""Plain facts of a job and of a candidate, as the matcher and the engines read them.

A document is made from database rows or from a row of a file; nothing behind this page knows which. Nothing about an
offence, health or a protected characteristic, no name, no age and no prison ever enters one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.translation import override

from candidates.models import Candidate, Evidence
from candidates.rows import CandidateRow
from jobs.credential_history import implied_credentials
from jobs.credentials import closure, held_credentials
from jobs.jargon import in_plain_words
from jobs.models import Job
from jobs.rows import JobRow
from jobs.vocabularies import PersonalSkill, PrisonWork, Sector
from search.scrubbing import work_only

Position = tuple[float, float]  # latitude, longitude

# How much a line of each kind says about the trade a person belongs to: see docs/matching.md for the ablation.
WORK = (Evidence.Kind.SKILL, Evidence.Kind.PLACEMENT, Evidence.Kind.ROLE)  # kinds that say what somebody did
KIND_WEIGHT = {
    Evidence.Kind.SKILL: 1.0,
    Evidence.Kind.QUALIFICATION: 1.0,
    Evidence.Kind.LICENCE: 0.5,
    Evidence.Kind.PLACEMENT: 2.0,
    Evidence.Kind.ROLE: 2.0,
    Evidence.Kind.PRISON_WORK: 0.5,
    Evidence.Kind.PERSONAL: 0.0,
}
INTEREST_WEIGHT = 0.25  # what a person wants says something of where they belong; it is never evidence


CLAUSE_ENDS = re.compile(
    r"[;:•\n/]|\.\s|,\s|\s-\s|\s(?:and|or|including|such as|as well as|with|to ensure|in order to)\s", re.IGNORECASE
)


def split_clauses(text: str) -> list[str]:
    """The parts of a line that say something by themselves; none where it is one part."""
    parts = [part.strip(" -•.") for part in CLAUSE_ENDS.split(text)]
    parts = [part for part in parts if len(part) >= 8 and " " in part]
    return parts if len(parts) > 1 or (parts and len(parts[0]) < 0.8 * len(text)) else []


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a job. `credentials`: any one of them meets it; empty where the line asks for none.

    further: what the same line asks for besides ("a driving licence and a CSCS card"), any one of each set.
    """

    text: str
    kind: str = "skill"
    is_essential: bool = True
    credentials: frozenset[str] = frozenset()
    is_training_given: bool = False
    further: tuple[frozenset[str], ...] = ()

    @property
    def is_must_have(self) -> bool:
        return self.is_essential and bool(self.credentials) and not self.is_training_given


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of a candidate. `credentials`: what it shows that the person holds, and all that those cover."""

    text: str
    kind: str = Evidence.Kind.SKILL
    proof: str = Evidence.Proof.TOLD_US
    credentials: frozenset[str] = frozenset()
    expires: date | None = None
    implied: frozenset[str] = frozenset()  # licences that the work implies, and that nobody has seen
    period: tuple[date, date] | None = None  # the first and last day of work; None where the record does not say

    @property
    def weight(self) -> float:
        return KIND_WEIGHT[self.kind]

    def is_valid(self, on: date | None) -> bool:
        return on is None or self.expires is None or self.expires >= on


@dataclass(frozen=True)
class JobDocument:
    id: str
    title: str
    requirements: tuple[Requirement, ...]
    position: Position | None = None
    is_anywhere: bool = False
    is_published: bool = True
    closing_date: date | None = None
    start_date: date | None = None
    pledge_until: date | None = None
    filters: dict[str, str] = field(default_factory=dict)  # opportunity, hours, sector

    @cached_property
    def must_haves(self) -> tuple[Requirement, ...]:
        """One for each thing that must be held: a line that asks for two comes twice."""
        return tuple(
            replace(line, credentials=wanted, further=())
            for line in self.requirements
            if line.is_must_have
            for wanted in (line.credentials, *line.further)
        )

    @cached_property
    def clauses(self) -> tuple[tuple[int, str], ...]:
        """The parts of the longer lines, each with the position of its line: one of them may be what is shown."""
        return tuple(
            (position, part) for position, line in enumerate(self.requirements) for part in split_clauses(line.text)
        )

    def lines(self) -> list[str]:
        """The title first ("" where there is none), then the requirements in order; jargon with its meaning."""
        return list(self._phrases[: 1 + len(self.requirements)])

    def phrases(self) -> list[str]:
        """What is embedded: the lines, then the clauses."""
        return list(self._phrases)

    @cached_property
    def _phrases(self) -> tuple[str, ...]:
        texts = [self.title, *(line.text for line in self.requirements), *(part for _position, part in self.clauses)]
        return tuple(map(in_plain_words, texts))


@dataclass(frozen=True)
class CandidateDocument:
    id: str
    evidence: tuple[EvidenceLine, ...]
    position: Position | None = None
    travel_miles: int | None = None
    available_from: date | None = None
    is_released: bool = True
    filters: dict[str, str] = field(default_factory=dict)  # agency
    interests: tuple[str, ...] = ()  # codes of Sector
    asked_on: date | None = None  # the day for which cards that run out are counted; None counts all
    within_reach: frozenset[str] = frozenset()  # what a course awards that ends before the day the person can start

    def phrases(self) -> list[str]:
        """What is embedded: the lines of evidence in order, then what work the person wants.

        Jargon with its meaning, and nothing but work (scrubbing.py): "" where a line says nothing of it.
        """
        return list(self._phrases)

    @cached_property
    def _phrases(self) -> tuple[str, ...]:
        with override("en"):  # the encoder reads English, whatever language is shown
            wanted = [str(Sector(code).label) for code in self.interests]
        return (*(work_only(in_plain_words(line.text)) for line in self.evidence), *wanted)

    def weights(self) -> list[float]:
        """How much each of the phrases says about the trade the person belongs to."""
        return [line.weight for line in self.evidence] + [INTEREST_WEIGHT] * len(self.interests)

    def credentials(self) -> frozenset[str]:
        """Everything held and not run out on the day asked about."""
        return frozenset().union(*(line.credentials for line in self.evidence if line.is_valid(self.asked_on)))

    def passing_credentials(self) -> frozenset[str]:
        """Everything that lets a must-have rule pass: held, implied by work that was done, or within reach."""
        return self.credentials() | self.implied_credentials() | self.within_reach

    def implied_credentials(self) -> frozenset[str]:
        """What the work done implies, unless the record itself says that it ran out."""
        ended = frozenset().union(*(line.credentials for line in self.evidence if not line.is_valid(self.asked_on)))
        return frozenset().union(*(line.implied for line in self.evidence)) - ended


def implied_by(kind: str, text: str) -> frozenset[str]:
    """The licences that a line of work implies, and all that those cover."""
    return closure(implied_credentials(text)) if kind in WORK else frozenset()


def _period(kind: str, start: date | None, end: date | None, on: date | None) -> tuple[date, date] | None:
    """When work was done, by its dates alone: what a line says of years may be of an age or of a sentence.

    A placement or work in prison without an end goes on to this day; a job before without one ended nobody knows when.
    """
    if kind not in Evidence.LASTING or start is None:
        return None
    if end is None and kind != Evidence.Kind.ROLE:
        end = on
    if end and on:
        end = min(end, on)
    return (start, end) if end and end >= start else None


def known_interests(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(codes) if code in Sector.values and code != Sector.OTHER)


def job_document(job: Job) -> JobDocument:
    """From a job read through `Job.objects.for_matching()`."""
    pledges = [pledge.review_date for pledge in job.employer.pledges.all() if pledge.status == pledge.Status.ACCEPTED]
    return JobDocument(
        id=str(job.pk),
        title=job.title,
        requirements=tuple(
            Requirement(
                line.text,
                line.kind,
                line.is_essential,
                frozenset(credential.pk for credential in line.credentials.all()),
                line.is_training_given,
            )
            for line in job.requirements.all()
        ),
        position=(job.outcode.latitude, job.outcode.longitude) if job.outcode else None,
        is_anywhere=job.is_anywhere,
        is_published=job.status == Job.Status.PUBLISHED,
        closing_date=job.closing_date,
        start_date=job.start_date,
        pledge_until=max(pledges, default=None),
        filters={"opportunity": job.opportunity, "hours": job.hours, "sector": job.sector},
    )


def candidate_document(candidate: Candidate, on: date | None = None) -> CandidateDocument:
    """From a candidate read through `Candidate.objects.for_matching()`; cards are counted for the day `on` (today)."""
    on = on or timezone.localdate()
    home = candidate.home_outcode
    return CandidateDocument(
        id=str(candidate.pk),
        evidence=tuple(
            EvidenceLine(
                line.text,
                line.kind,
                line.proof,
                closure(line.credential_slugs),
                line.expires_date,
                implied_by(line.kind, line.text),
                _period(line.kind, line.from_date, line.to_date, on),
            )
            for line in candidate.evidence.all()
        ),
        position=(home.latitude, home.longitude) if home else None,
        travel_miles=candidate.travel_miles,
        available_from=candidate.available_from,
        is_released=candidate.is_released_to_employers,
        filters={"agency": str(candidate.agency_id or "")},
        interests=known_interests(candidate.work_interests),
        asked_on=on,
        within_reach=_within_reach(candidate, on),
    )


def _within_reach(candidate: Candidate, on: date) -> frozenset[str]:
    """What the courses with a place in the person's own prison award before the day on which they can start work."""
    if candidate.prison is None or candidate.available_from is None or candidate.available_from <= on:
        return frozenset()
    courses = (course for academy in candidate.prison.academies.all() for course in academy.courses.all())
    return closure(
        course.credential_id
        for course in courses
        if course.credential_id and course.ends_by(candidate.available_from, on)
    )


def job_document_from_row(
    row: JobRow, title: str, requirements: Iterable[Requirement], positions: dict[str, Position]
) -> JobDocument:
    return JobDocument(
        id=row.id,
        title=title,
        requirements=tuple(requirements),
        position=positions.get(row.outcode),
        closing_date=row.closing,
    )


def candidate_document_from_row(
    row: CandidateRow, positions: dict[str, Position], on: date | None = None
) -> CandidateDocument:
    kinds, proofs = Evidence.Kind, Evidence.Proof
    lines = [EvidenceLine(text, kinds.SKILL, implied=implied_by(kinds.SKILL, text)) for text in row.skills]
    for kind, texts in ((kinds.QUALIFICATION, row.qualifications), (kinds.LICENCE, row.licences)):
        lines += [EvidenceLine(text, kind, proofs.AWARDED, closure(held_credentials(text))) for text in texts]
    for placement in row.placements:
        implied = implied_by(placement.kind, placement.role)
        period = _period(placement.kind, placement.from_date, placement.to_date, on)
        lines.append(EvidenceLine(placement.role, placement.kind, placement.proof, implied=implied, period=period))
    lines += [
        EvidenceLine(str(PrisonWork(code).label), kinds.PRISON_WORK, proofs.OBSERVED)
        for code in row.in_prison_work
        if code != PrisonWork.OTHER
    ]
    lines += [
        EvidenceLine(str(PersonalSkill(code).label), kinds.PERSONAL)
        for code in row.personal_skills
        if code != PersonalSkill.OTHER
    ]
    return CandidateDocument(
        id=row.id,
        evidence=tuple(dict.fromkeys(lines)),
        position=positions.get(row.home_outcode),
        travel_miles=row.travel_miles,
        available_from=row.available_from,
        interests=known_interests(row.work_interests),
        asked_on=on,
    )
