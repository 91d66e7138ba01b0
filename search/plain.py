"""Lists for when nothing can rank: straight from the database, every row held against the rules, in a plain order.

The rules need no engine, so nobody whom one stops is shown as passing. What a record shows of a job is not compared.
However many rows there are, only the first LOOKED_AT in the order of the list are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.places import MILES_A_DEGREE, distance_miles
from candidates.models import Candidate
from jobs.credentials import closure, load_vocabulary
from jobs.models import Job
from jobs.vocabularies import BaseLocation
from search.documents import CandidateDocument, JobDocument, candidate_document, job_document
from search.matching import Match
from search.rules import NotReleased, Rule, stops
from search.services import ALL, Choice, Ranked

LOOKED_AT = 100  # four pages, read and held against the rules in a third of a second
NEAREST, NAME, NEWEST = "nearest", "name", "newest"
SLACK = 1.1  # a flat map errs by less; the rule itself measures again


@dataclass(frozen=True)
class PlainList:
    """rows: without scores and reasons, each with its stops. order: NEAREST, NAME or NEWEST.

    is_whole: whether every row that could belong here was looked at.
    """

    rows: tuple[Ranked, ...]
    order: str
    is_whole: bool

    @property
    def looked_at(self) -> int:
        return LOOKED_AT


def plain_candidates(*, job: Job, by: User, choice: Choice = ALL, on: date | None = None) -> PlainList:
    """Those whom `by` may see and no rule stops; nearest first, or by name where the place does not matter."""
    on = on or timezone.localdate()
    document = job_document(job)
    people = _people(by, choice).released_to_employers()
    if document.start_date:
        people = people.filter(available_from__lte=max(document.start_date, on))
    order = NAME if document.is_anywhere or document.position is None else NEAREST
    if order == NEAREST:
        people = _near(people, *document.position, choice.within).order_by("flat_distance", "pk")
    return _looked_through(people, order, _passing_for(document, choice, on))


def plain_stopped_candidates(*, job: Job, by: User, choice: Choice = ALL, on: date | None = None) -> PlainList:
    """Those whom `by` may see and a rule stops, by name."""
    on = on or timezone.localdate()
    look = _passing_for(job_document(job), choice, on, stopped=True)
    return _looked_through(_people(by, choice), NAME, look)


def plain_jobs(*, candidate: Candidate, by: User, on: date | None = None) -> PlainList:
    """Open jobs from which no rule stops the candidate; nearest first where their home is known."""
    on = on or timezone.localdate()
    document, jobs = candidate_document(candidate, on), Job.objects.open(on).visible_to(by)
    if document.available_from is None:
        jobs = jobs.filter(start_date=None)
    elif document.available_from > on:
        jobs = jobs.filter(Q(start_date=None) | Q(start_date__gte=document.available_from))
    if document.position is None:
        jobs, order = jobs.filter(base_location=BaseLocation.REMOTE).newest_first(), NEWEST
    else:
        jobs, order = jobs.within_miles(*document.position, candidate.travel_miles).nearest_first(), NEAREST
    return _looked_through(jobs, order, _open_to(document, on))


def plain_stopped_jobs(*, candidate: Candidate, by: User, on: date | None = None) -> PlainList:
    """Open jobs from which a rule stops the candidate, newest first."""
    on = on or timezone.localdate()
    jobs = Job.objects.open(on).visible_to(by).newest_first()
    return _looked_through(jobs, NEWEST, _open_to(candidate_document(candidate, on), on, stopped=True))


def _looked_through(rows: QuerySet, order: str, look: Callable[[Candidate | Job], Ranked | None]) -> PlainList:
    read = list(rows.for_matching()[: LOOKED_AT + 1])
    found = (look(row) for row in read[:LOOKED_AT])
    return PlainList(tuple(one for one in found if one), order, len(read) <= LOOKED_AT)


def _passing_for(job: JobDocument, choice: Choice, on: date, stopped: bool = False):
    def look(row: Candidate) -> Ranked | None:
        candidate = candidate_document(row, on)
        if not all(values & candidate.credentials() for values in choice.filters.values() if values):
            return None
        return _ranked(row, stops(choice.rules(), job, candidate, on), job, candidate, stopped)

    return look


def _open_to(candidate: CandidateDocument, on: date, stopped: bool = False):
    rules: tuple[Rule, ...] = tuple(rule for rule in ALL.rules() if rule.name != NotReleased.name)  # for themselves

    def look(row: Job) -> Ranked | None:
        job = job_document(row)
        return _ranked(row, stops(rules, job, candidate, on), job, candidate, stopped)

    return look


def _ranked(row, reasons, job: JobDocument, candidate: CandidateDocument, stopped: bool) -> Ranked | None:
    if bool(reasons) != stopped:
        return None
    is_placed = not job.is_anywhere and job.position and candidate.position
    miles = distance_miles(*job.position, *candidate.position) if is_placed else None
    return Ranked(Match(str(row.pk), 0.0, stops=reasons), row, miles)


def _people(by: User, choice: Choice) -> QuerySet[Candidate]:
    people = Candidate.objects.visible_to(by).advised_by(by)
    for wanted in filter(None, choice.filters.values()):
        holders = [entry.slug for entry in load_vocabulary() if wanted & closure([entry.slug])]
        people = people.filter(evidence__credentials__in={*holders, *wanted}).distinct()
    return people


def _near(people: QuerySet[Candidate], latitude: float, longitude: float, within: int | None) -> QuerySet[Candidate]:
    """Whoever can be near enough, with `flat_distance`, the square of the distance in degrees of latitude."""
    north = F("home_outcode__latitude") - latitude
    east = (F("home_outcode__longitude") - longitude) * cos(radians(latitude))
    flat = ExpressionWrapper(north * north + east * east, output_field=FloatField())
    if within is not None:
        limit = (within * SLACK / MILES_A_DEGREE) ** 2
    else:
        reach = F("travel_miles") * (SLACK / MILES_A_DEGREE)
        limit = ExpressionWrapper(reach * reach, output_field=FloatField())
    return people.annotate(flat_distance=flat).filter(flat_distance__lte=limit)
