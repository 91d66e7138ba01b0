"""Candidates from a file into the database: all of them or none, and a second time nothing changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, Outcode
from candidates.models import Candidate, Evidence, new_reference
from candidates.rows import CandidateRow
from candidates.signals import candidates_changed
from jobs.imports import ImportSummary
from jobs.models import Credential
from jobs.rows import FileProblems, RowProblem
from jobs.vocabularies import PersonalSkill, PrisonWork

Advance = Callable[[int], None]
_NEEDED = ("candidate_id", "kind", "text", "from_date", "to_date")
Held = Callable[[str], Sequence[str]]  # the slugs of the credentials that a line of text says somebody holds


class Line(NamedTuple):
    kind: str
    text: str
    proof: str
    from_date: date | None = None
    to_date: date | None = None


def evidence_lines(row: CandidateRow) -> Iterator[Line]:
    """The row as evidence lines, each once, in the order of the file's fields."""
    kinds, proofs = Evidence.Kind, Evidence.Proof
    lines = [Line(kinds.SKILL, text, proofs.TOLD_US) for text in row.skills]
    lines += [Line(kinds.QUALIFICATION, text, proofs.AWARDED) for text in row.qualifications]
    lines += [Line(kinds.LICENCE, text, proofs.AWARDED) for text in row.licences]
    for placement in row.placements:
        lines.append(Line(placement.kind, placement.role, placement.proof, placement.from_date, placement.to_date))
    lines += [
        Line(kinds.PRISON_WORK, str(PrisonWork(code).label), proofs.OBSERVED)
        for code in row.in_prison_work
        if code != PrisonWork.OTHER
    ]
    lines += [
        Line(kinds.PERSONAL, str(PersonalSkill(code).label), proofs.TOLD_US)
        for code in row.personal_skills
        if code != PersonalSkill.OTHER
    ]
    once: dict[tuple[str, str], Line] = {}
    for line in lines:
        known = once.setdefault((line.kind, line.text), line)
        if line.from_date and not known.from_date:
            once[line.kind, line.text] = line
    for line in once.values():
        yield line._replace(kind=str(line.kind), proof=str(line.proof))


@transaction.atomic
def import_candidates(
    rows: Sequence[CandidateRow], *, agency: Agency, held: Held, advance: Advance | None = None
) -> ImportSummary:
    """Write checked rows as candidates of `agency`; a candidate is known again by the row's id.

    Evidence is added, never taken away: a person may have written lines of their own since. Months are written where a
    line has none, and never changed. Fields that a row leaves out stay as they are. Nobody is released to employers by
    an import: that is their own yes.
    Raises FileProblems, with nothing written, if any row cannot be a candidate here.
    """
    # Two imports for one agency come one after the other: the second finds what the first wrote.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    known = {
        candidate.external_reference: candidate
        for candidate in Candidate.objects.select_for_update().filter(external_reference__isnull=False)
    }
    _check(rows, known, agency)
    summary = ImportSummary(warnings=_warnings(rows))
    new = [_new_candidate(row, agency) for row in rows if row.id not in known]
    _make_references_unique(new)
    Candidate.objects.bulk_create(new, batch_size=200)
    added = {candidate.external_reference for candidate in new}
    known.update((candidate.external_reference, candidate) for candidate in new)
    changed = {known[row.id].pk for row in rows if row.id not in added and _update(known[row.id], row)}
    with_more = _add_evidence([(row, known[row.id]) for row in rows], held, advance)
    summary.added = len(new)
    summary.updated = len((changed | with_more) - {candidate.pk for candidate in new})
    summary.unchanged = len(rows) - summary.added - summary.updated
    if ids := sorted(changed | with_more | {candidate.pk for candidate in new}):
        candidates_changed.send(sender=Candidate, ids=ids)
    return summary


def _given(row: CandidateRow) -> dict[str, object]:
    """The candidate's own fields that the row says something about."""
    fields = {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "home_outcode_id": row.home_outcode,
        "travel_miles": row.travel_miles,
        "available_from": row.available_from,
        "work_interests": list(row.work_interests),
    }
    return {name: value for name, value in fields.items() if value}


def _new_candidate(row: CandidateRow, agency: Agency) -> Candidate:
    return Candidate(external_reference=row.id, agency=agency, prison=agency.prison, **_given(row))


def _make_references_unique(new: Sequence[Candidate]) -> None:
    """Draw again where chance gave a reference twice, which among some ten thousand people it does."""
    taken = set(Candidate.objects.values_list("reference", flat=True))
    for candidate in new:
        while candidate.reference in taken:
            candidate.reference = new_reference()
        taken.add(candidate.reference)


def _update(candidate: Candidate, row: CandidateRow) -> bool:
    fields = {name: value for name, value in _given(row).items() if getattr(candidate, name) != value}
    if fields:
        Candidate.objects.filter(pk=candidate.pk).update(**fields, updated_at=timezone.now())
    return bool(fields)


def _add_evidence(pairs: Sequence[tuple[CandidateRow, Candidate]], held: Held, advance: Advance | None) -> set[int]:
    """Write lines that are not there yet, and months where there are none; the ids of the candidates who got some."""
    agencies = {candidate.agency_id for _row, candidate in pairs}
    imported = Evidence.objects.filter(candidate__external_reference__isnull=False, candidate__agency__in=agencies)
    there = {(line.candidate_id, line.kind, line.text): line for line in imported.only(*_NEEDED)}
    new: list[Evidence] = []
    dated: list[Evidence] = []
    for row, candidate in pairs:
        for line in evidence_lines(row):
            known = there.get((candidate.pk, line.kind, line.text))
            if known is None:
                new.append(Evidence(candidate=candidate, **line._asdict()))
            elif line.from_date and (not known.from_date or (line.from_date == known.from_date and not known.to_date)):
                known.from_date, known.to_date = line.from_date, line.to_date
                dated.append(known)
        if advance:
            advance(1)
    Evidence.objects.bulk_create(new, batch_size=400)
    Evidence.objects.bulk_update(dated, ["from_date", "to_date"], batch_size=400)
    link_credentials(new, held)
    return {line.candidate_id for line in (*new, *dated)}


def link_credentials(lines: Sequence[Evidence], held: Held) -> None:
    """Say which cards and qualifications the lines of those kinds prove."""
    slugs = set(Credential.objects.values_list("slug", flat=True))
    through = Evidence.credentials.through
    through.objects.bulk_create(
        [
            through(evidence_id=line.pk, credential_id=slug)
            for line in lines
            if line.kind in (Evidence.Kind.LICENCE, Evidence.Kind.QUALIFICATION)
            for slug in held(line.text)
            if slug in slugs
        ],
        batch_size=400,
    )


def _warnings(rows: Sequence[CandidateRow]) -> list[RowProblem]:
    message = _("There is nothing here to match yet. Add skills, qualifications, licences or roles.")
    twice = _('"%s" stands here with months of two times. Only the first are kept: write where each was.')
    warnings = [RowProblem(row.line, "", message) for row in rows if row.is_empty]
    for row in rows:
        times: dict[tuple[str, str], set] = defaultdict(set)
        for one in row.placements:
            if one.from_date:
                times[one.kind, one.role].add((one.from_date, one.to_date))
        roles = [role for (_kind, role), found in times.items() if len(found) > 1]
        warnings += [RowProblem(row.line, "placements", twice % role) for role in roles]
    return warnings


def _check(rows: Sequence[CandidateRow], known: dict[str, Candidate], agency: Agency) -> None:
    """Raises FileProblems for rows that may be matched but cannot be kept."""
    outcodes = set(Outcode.objects.values_list("code", flat=True))
    longest_line = Evidence._meta.get_field("text").max_length
    longest_id = Candidate._meta.get_field("external_reference").max_length
    too_long = _("This is %(long)d characters long, and at most %(most)d can be kept. Shorten it.")
    problems = []
    for row in rows:
        if len(row.id) > longest_id:
            problems.append(RowProblem(row.line, "id", too_long % {"long": len(row.id), "most": longest_id}))
        for name, texts in (
            ("skills", row.skills),
            ("qualifications", row.qualifications),
            ("licences", row.licences),
            ("placements", [placement.role for placement in row.placements]),
        ):
            problems += [
                RowProblem(row.line, name, too_long % {"long": len(text), "most": longest_line})
                for text in texts
                if len(text) > longest_line
            ]
        if row.home_outcode and row.home_outcode not in outcodes:
            message = _("Postcode districts are not loaded. Run manage.py load_reference_data first.")
            problems.append(RowProblem(row.line, "home_outcode", message))
        if row.id in known and known[row.id].agency_id != agency.pk:
            message = _('"%s" belongs to another agency here. Take the row out, or import it for that agency.')
            problems.append(RowProblem(row.line, "id", message % row.id))
    if problems:
        raise FileProblems(problems)
