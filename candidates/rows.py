"""Rows of a file of candidates, checked and typed. Nothing here touches the database."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.fields import end_of_month, read_month
from candidates.models import Evidence
from candidates.months import months_problem
from jobs.rows import Row, RowReader, read_checked
from jobs.vocabularies import PersonalSkill, PrisonWork, Sector

ON_DAY_RELEASE = re.compile(r"\b(rotl|release)\b", re.IGNORECASE)
IN_PRISON = re.compile(r"\b(in[ -](prison|custody)|prison (work|jobs?|workshops?|kitchens?|laundry))\b", re.IGNORECASE)
PLACEMENT = re.compile(r"\bplacement\b", re.IGNORECASE)
MOST_TRAVEL_MILES = 500


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A role somebody had: on day release, or in a job before custody."""

    role: str
    type: str = ""  # as the file says it, such as "ROTL placement" or "job before custody"
    from_date: date | None = None
    to_date: date | None = None

    @property
    def kind(self) -> str:
        """Evidence.Kind.PLACEMENT or PRISON_WORK if the file says so, otherwise Evidence.Kind.ROLE."""
        for words, kind in (
            (ON_DAY_RELEASE, Evidence.Kind.PLACEMENT),
            (IN_PRISON, Evidence.Kind.PRISON_WORK),
            (PLACEMENT, Evidence.Kind.PLACEMENT),
        ):
            if words.search(self.type):
                return kind
        return Evidence.Kind.ROLE

    @property
    def proof(self) -> str:
        return Evidence.Proof.TOLD_US if self.kind == Evidence.Kind.ROLE else Evidence.Proof.OBSERVED


@dataclass(frozen=True, slots=True)
class CandidateRow:
    id: str
    skills: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    placements: tuple[PlacementRow, ...] = ()
    in_prison_work: tuple[str, ...] = ()  # codes of PrisonWork
    work_interests: tuple[str, ...] = ()  # codes of Sector
    personal_skills: tuple[str, ...] = ()  # codes of PersonalSkill
    home_outcode: str = ""
    first_name: str = ""
    last_name: str = ""
    available_from: date | None = None
    travel_miles: int | None = None
    line: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the row says nothing that a match could rest on."""
        return not (
            self.skills
            or self.qualifications
            or self.licences
            or self.placements
            or self.in_prison_work
            or self.personal_skills
        )


def read_candidates(path: Path, outcodes: Container[str]) -> list[CandidateRow]:
    """Every candidate of the file, checked. Raises FileProblems with the problems of all lines."""
    return read_checked(path, lambda row: check_candidate_row(row, outcodes))


def check_candidate_row(row: Row, outcodes: Container[str]) -> CandidateRow:
    """A candidate's fields, typed; every other field is left unread. Raises FileProblems with all that is wrong."""
    reader = RowReader(row, outcodes)
    candidate = CandidateRow(
        id=reader.id(),
        skills=reader.lines("skills"),
        qualifications=reader.lines("qualifications"),
        licences=reader.lines("licences"),
        placements=_placements(reader),
        in_prison_work=reader.codes("in_prison_work", PrisonWork.values),
        work_interests=reader.codes("work_interests", Sector.values),
        personal_skills=reader.codes("personal_skills", PersonalSkill.values),
        home_outcode=reader.outcode("home_outcode"),
        first_name=reader.text("first_name", most=60),
        last_name=reader.text("last_name", most=60),
        available_from=reader.day("available_from"),
        travel_miles=reader.number("travel_miles", least=1, most=MOST_TRAVEL_MILES),
        line=row.number,
    )
    reader.finish()
    return candidate


def _placements(reader: RowReader) -> tuple[PlacementRow, ...]:
    found = []
    for number, item in enumerate(reader.objects("placements"), start=1):
        role, kind = item.get("role"), item.get("type")
        if not isinstance(role, str) or not role.strip():
            reader.add("placements", _('Item %d has no role. Write it as {"role": "kitchen porter"}.') % number)
            continue
        try:
            months = _month(item, "from"), _month(item, "to")
        except ValueError as error:
            message = _('Item %(number)d: "%(name)s" is not a month. Write it as 2024-05 or May 2024.')
            reader.add("placements", message % {"number": number, "name": error})
            continue
        role = reader.clean("placements", role.strip())
        placement = PlacementRow(role, kind if isinstance(kind, str) else "", *months)
        if problem := months_problem(placement.kind, *months):
            reader.add("placements", _("Item %(number)d: %(problem)s") % {"number": number, "problem": problem[1]})
        found.append(placement)
    return tuple(found)


def _month(item: dict[str, object], name: str) -> date | None:
    """The first day of the month in `from`, the last of that in `to`; a whole date counts as its month.

    Raises ValueError with the name of what holds no month.
    """
    value = item.get(name)
    if value is None or value == "":
        return None
    month = read_month(value) if isinstance(value, str) else None
    if month is None:
        raise ValueError(name)
    return end_of_month(month) if name == "to" else month
