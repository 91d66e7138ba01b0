"""Jobs from a file into the database: all of them or none, and a second time nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Outcode
from employers.models import Employer
from jobs.models import RESERVED_SLUGS, Credential, Job, Requirement
from jobs.rows import FileProblems, JobRow, RowProblem
from jobs.signals import jobs_changed

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One line of what an advert asks for, as a parser found it. `credentials`: slugs, any one of which meets it."""

    text: str
    kind: str = Requirement.Kind.SKILL
    is_essential: bool = True
    credentials: tuple[str, ...] = ()
    is_training_given: bool = False


Parse = Callable[[JobRow], Sequence[RequirementLine]]


@dataclass
class ImportSummary:
    """What an import did, and what a person should look at although it did not stop the import."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: list[RowProblem] = field(default_factory=list)

    def __str__(self) -> str:
        return _("%(added)d added, %(updated)d updated, %(unchanged)d unchanged") % {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }


def statements_as_lines(row: JobRow) -> list[RequirementLine]:
    """The row's statements as they stand: what is known of a job without a parser."""
    return [RequirementLine(text) for text in row.statements]


@transaction.atomic
def import_jobs(
    rows: Sequence[JobRow],
    *,
    employer: Employer | None = None,
    parse: Parse = statements_as_lines,
    publish: bool = False,
    advance: Advance | None = None,
) -> ImportSummary:
    """Write checked rows as jobs of `employer`, or of the employer that each row names.

    A job is known again by its employer and the row's id. An advert is parsed when it is new or its words have
    changed, so that lines corrected by hand stay. New jobs are drafts unless `publish`.
    Raises FileProblems, with nothing written, if any row cannot be a job.
    """
    employers = _employers_of(rows, employer)
    _check(rows, employers, publish=publish)
    # Two imports for one employer come one after the other: the second finds what the first wrote.
    wanted = {one.pk for one in employers.values()}
    list(Employer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    known = {
        (job.employer_id, job.reference): job
        for job in Job.objects.select_for_update().filter(employer__in=wanted, reference__isnull=False)
    }
    summary = ImportSummary()
    new: list[tuple[JobRow, Job]] = []
    changed: list[Job] = []
    reparse: list[tuple[JobRow, Job]] = []
    for row in rows:
        job = known.get((employers[row.line].pk, row.id))
        fields = _fields(row)
        if job is None:
            new.append((row, Job(employer=employers[row.line], reference=row.id, **fields)))
        elif differing := [name for name, value in fields.items() if getattr(job, name) != value]:
            for name in differing:
                setattr(job, name, fields[name])
            job.updated_at = timezone.now()
            changed.append(job)
            if "advert_text" in differing:
                reparse.append((row, job))
        else:
            summary.unchanged += 1
            if advance:
                advance(1)
    summary.added, summary.updated = len(new), len(changed)
    _add(new, publish=publish)
    Job.objects.bulk_update(
        changed, ["title", "advert_text", "outcode_id", "closing_date", "updated_at"], batch_size=200
    )
    Requirement.objects.filter(job__in=[job for _row, job in reparse]).delete()
    write_requirements(_parsed([*new, *reparse], parse, advance))
    if advance:
        advance(len(changed) - len(reparse))
    if ids := [job.pk for _row, job in new] + [job.pk for job in changed]:
        jobs_changed.send(sender=Job, ids=ids)
    return summary


def _fields(row: JobRow) -> dict[str, object]:
    return {
        "title": row.title,
        "advert_text": row.text or "\n".join(row.statements),
        "outcode_id": row.outcode or None,
        "closing_date": row.closing,
    }


def _employers_of(rows: Sequence[JobRow], employer: Employer | None) -> dict[int, Employer]:
    """Each row's employer by line. Raises FileProblems naming the rows that have none."""
    if employer is not None:
        return {row.line: employer for row in rows}
    by_name = {}
    for known in Employer.objects.all():
        by_name[known.slug] = by_name[known.name.casefold()] = known
    problems = []
    for row in rows:
        if not row.employer:
            message = _("The row names no employer. Add the field, or say --employer SLUG for all rows.")
            problems.append(RowProblem(row.line, "employer", message))
        elif row.employer.casefold() not in by_name:
            message = _('There is no employer "%s" here. Check the spelling, or add the employer first.')
            problems.append(RowProblem(row.line, "employer", message % row.employer[:100]))
    if problems:
        raise FileProblems(problems)
    return {row.line: by_name[row.employer.casefold()] for row in rows}


def _check(rows: Sequence[JobRow], employers: dict[int, Employer], *, publish: bool) -> None:
    """Raises FileProblems for rows that may be matched but cannot be kept as a job."""
    outcodes = set(Outcode.objects.values_list("code", flat=True))
    pledged = set(Employer.objects.with_current_pledge().values_list("pk", flat=True)) if publish else set()
    problems = []
    for row in rows:
        for name, value, most in (
            ("id", row.id, Job._meta.get_field("reference").max_length),
            ("title", row.title, Job._meta.get_field("title").max_length),
            *(("statements", text, Requirement._meta.get_field("text").max_length) for text in row.statements),
        ):
            if len(value) > most:
                message = _("This is %(long)d characters long, and at most %(most)d can be kept. Shorten it.")
                problems.append(RowProblem(row.line, name, message % {"long": len(value), "most": most}))
        if not row.title:
            problems.append(RowProblem(row.line, "title", _("The job has no title. Give it one.")))
        if row.outcode and row.outcode not in outcodes:
            message = _("Postcode districts are not loaded. Run manage.py load_reference_data first.")
            problems.append(RowProblem(row.line, "outcode", message))
        if publish and employers[row.line].pk not in pledged:
            message = _("%s has no accepted pledge, so its jobs cannot be published. Leave out --publish.")
            problems.append(RowProblem(row.line, "employer", message % employers[row.line]))
    if problems:
        raise FileProblems(problems)


def _add(new: Sequence[tuple[JobRow, Job]], *, publish: bool) -> None:
    taken = set(Job.objects.values_list("slug", flat=True))
    for _row, job in new:
        job.slug = free_slug(job.title, taken)
        if publish:
            job.status, job.published_at = Job.Status.PUBLISHED, timezone.now()
    Job.objects.bulk_create([job for _row, job in new], batch_size=200)


def _parsed(
    pairs: Sequence[tuple[JobRow, Job]], parse: Parse, advance: Advance | None
) -> Iterator[tuple[Job, Sequence[RequirementLine]]]:
    for row, job in pairs:
        yield job, parse(row)
        if advance:
            advance(1)


def write_requirements(pairs: Iterable[tuple[Job, Sequence[RequirementLine]]]) -> None:
    """Write the lines of jobs that have none yet, in their order, with the credentials that are in the table."""
    longest = Requirement._meta.get_field("text").max_length
    requirements: list[Requirement] = []
    asked: list[tuple[str, ...]] = []
    for job, lines in pairs:
        for position, line in enumerate(lines, start=1):
            requirements.append(
                Requirement(
                    job=job,
                    position=position,
                    text=line.text[:longest],
                    kind=line.kind,
                    is_essential=line.is_essential,
                    is_training_given=line.is_training_given,
                )
            )
            asked.append(line.credentials)
    Requirement.objects.bulk_create(requirements, batch_size=200)
    through = Requirement.credentials.through
    slugs = set(Credential.objects.values_list("slug", flat=True))
    through.objects.bulk_create(
        [
            through(requirement_id=requirement.pk, credential_id=slug)
            for requirement, wanted in zip(requirements, asked, strict=True)
            for slug in dict.fromkeys(wanted)
            if slug in slugs
        ],
        batch_size=400,
    )


def free_slug(title: str, taken: set[str]) -> str:
    """A slug for the title that is not in `taken`, and is put there."""
    base = slugify(title)[:120] or "job"
    slug, number = base, 2
    while slug in taken or slug in RESERVED_SLUGS:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug
