"""The grid of people and requirements, made ready for its template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from candidates.models import Application, Candidate
from search.documents import Requirement
from search.matching import Match, Reason
from search.services import Ranked

MOST_COLUMNS = 5


@dataclass(frozen=True)
class Row:
    """One person: the marks under the columns, and what stands behind their own page."""

    candidate: Candidate
    distance_miles: float | None
    match: Match
    cells: tuple[Reason, ...]
    application: Application | None = None


@dataclass(frozen=True)
class Grid:
    columns: tuple[Requirement, ...]
    more: int  # requirements without a column
    rows: tuple[Row, ...]
    unmatched: tuple[Row, ...] = ()  # people who pass the rules, and whose record shows none of the requirements

    @property
    def everybody(self) -> tuple[Row, ...]:
        return (*self.rows, *self.unmatched)


def chosen_columns(requirements: Sequence[Requirement]) -> list[int]:
    """Positions of the requirements that get a column: must-haves, then essential ones, in the order of the job."""
    ranked = sorted(
        range(len(requirements)), key=lambda i: (not requirements[i].is_must_have, not requirements[i].is_essential, i)
    )
    return ranked[:MOST_COLUMNS]


def make_grid(ranked: Iterable[Ranked], applications: dict[int, Application]) -> Grid:
    """applications: the latest for this job by candidate."""
    ranked = list(ranked)
    if not ranked:
        return Grid((), 0, ())
    requirements = [reason.requirement for reason in ranked[0].match.lines]
    columns = chosen_columns(requirements)
    rows = [
        Row(
            one.row,
            one.distance_miles,
            one.match,
            tuple(one.match.lines[i] for i in columns),
            applications.get(one.row.pk),
        )
        for one in ranked
    ]
    return Grid(
        columns=tuple(requirements[i] for i in columns),
        more=len(requirements) - len(columns),
        rows=tuple(row for row in rows if row.match.reasons),
        unmatched=tuple(row for row in rows if not row.match.reasons),
    )
