"""People and jobs composed from the open lists of occupations: as many as are wanted, the same for the same seed."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Agency, AgencyMember, Outcode, User
from accounts.outcodes import known_outcodes
from candidates.models import Candidate, Evidence
from employers.models import Employer, Pledge
from jobs.models import Job, Requirement
from jobs.vocabularies import BaseLocation
from search.documents import CandidateDocument, EvidenceLine, JobDocument
from search.documents import Requirement as RequiredLine
from search.embeddings import Embedder
from search.gaps import credential_offers
from search.phrases import phrase_key

OCCUPATIONS = settings.BASE_DIR / "jobs" / "reference" / "occupations.csv.gz"
ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Trade:
    """An occupation's title and the lines of work that belong to it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """Composed candidates and jobs, their ids those of the rows they become, and the vectors of their phrases."""

    candidates: tuple[CandidateDocument, ...]
    jobs: tuple[JobDocument, ...]
    vector_of: dict[str, np.ndarray]

    def vectors(self, phrases: Sequence[str]) -> np.ndarray:
        return np.stack([self.vector_of[phrase] for phrase in phrases])

    def phrases(self) -> dict[str, np.ndarray]:
        """The vectors by phrase key, as a phrase store takes them."""
        return {phrase_key(text): vector for text, vector in self.vector_of.items()}


def trades() -> list[Trade]:
    """The unit groups of the UK occupation list, each with its tasks."""
    with gzip.open(OCCUPATIONS, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = [Trade(row["title"], tuple(filter(None, row["tasks"].split(" | ")))) for row in rows]
    return [trade for trade in found if len(trade.lines) >= 4]


def compose(trades: Sequence[Trade], candidates: int, jobs: int, on: date, seed: int = 20) -> World:
    """People of one or two trades and jobs of one, spread over England and Wales, free to start over a year."""
    draw = random.Random(seed)
    places = list(known_outcodes().values())
    # The jobs first, so that they are the same for every number of people.
    vacancies = [_job(number, draw, trades, places, on) for number in range(1, jobs + 1)]
    people = [_person(number, draw, trades, places, on) for number in range(1, candidates + 1)]
    return World(tuple(people), tuple(vacancies), {})


def _job(number: int, draw: random.Random, trades: Sequence[Trade], places: list, on: date) -> JobDocument:
    trade = draw.choice(trades)
    # Four jobs in five ask for a place and a day; the rest can be done from anywhere, at any time.
    is_anywhere = number % 5 == 0
    return JobDocument(
        str(number),
        trade.title[:120],
        tuple(RequiredLine(line[:300]) for line in draw.sample(trade.lines, min(len(trade.lines), 8))),
        position=draw.choice(places),
        is_anywhere=is_anywhere,
        start_date=None if is_anywhere else on + timedelta(days=draw.randrange(30, 365)),
        pledge_until=on + timedelta(days=100),
    )


def _person(number: int, draw: random.Random, trades: Sequence[Trade], places: list, on: date) -> CandidateDocument:
    own = draw.sample(trades, draw.choice((1, 1, 1, 2)))
    lines = {line: None for trade in own for line in draw.sample(trade.lines, min(len(trade.lines), 7))}
    evidence = [EvidenceLine(text[:300]) for text in lines]
    evidence += [EvidenceLine(trade.title, Evidence.Kind.ROLE) for trade in own]
    return CandidateDocument(
        str(number),
        tuple(evidence),
        position=draw.choice(places),
        travel_miles=draw.choice((10, 20, 30, 50)),
        available_from=on + timedelta(days=draw.randrange(365)),
        asked_on=on,
    )


def embed(world: World, embedder: Embedder, progress: Callable[[int, int], None] | None = None) -> World:
    """With the vectors of all that it says, and of the titles that a reason may name."""
    titles = {offer.title for offer in credential_offers()}
    phrases = sorted(titles | {phrase for one in (*world.candidates, *world.jobs) for phrase in one.phrases()})
    vectors = embedder.vectors(phrases, progress)
    return World(world.candidates, world.jobs, dict(zip(phrases, vectors, strict=True)))


# As rows -------------------------------------------------------------------------------------------------------------


def load_staff() -> User:
    """The places, one agency, and its adviser, to whom every candidate here belongs."""
    Outcode.objects.bulk_create(
        [Outcode(code=code, latitude=at[0], longitude=at[1]) for code, at in known_outcodes().items()],
        ignore_conflicts=True,
    )
    agency = Agency.objects.create(name="Benchmark", kind=Agency.Kind.CHARITY)
    adviser = User.objects.create_user(username="benchmark")
    AgencyMember.objects.create(user=adviser, agency=agency, role=AgencyMember.Role.ADVISER)
    return adviser


def load_jobs(world: World) -> dict[str, Job]:
    """The jobs as published rows of an employer with a pledge, by the ids of their documents."""
    employer = Employer.objects.create(name="Benchmark", slug="benchmark")
    until = world.jobs[0].pledge_until
    Pledge.objects.create(
        employer=employer, status=Pledge.Status.ACCEPTED, accepted_at=timezone.now(), review_date=until
    )
    code_of = {at: code for code, at in known_outcodes().items()}
    jobs = [
        Job(
            pk=int(one.id),
            employer=employer,
            title=one.title,
            slug=f"job-{one.id}",
            status=Job.Status.PUBLISHED,
            published_at=timezone.now(),
            outcode_id=code_of[one.position],
            base_location=BaseLocation.REMOTE if one.is_anywhere else BaseLocation.WORKPLACE,
            start_date=one.start_date,
        )
        for one in world.jobs
    ]
    Job.objects.bulk_create(jobs)
    Requirement.objects.bulk_create(
        Requirement(job_id=int(one.id), position=position, text=line.text, kind=Requirement.Kind.TASK)
        for one in world.jobs
        for position, line in enumerate(one.requirements, start=1)
    )
    return {str(job.pk): job for job in Job.objects.for_matching()}


def load_people(people: Sequence[CandidateDocument], progress: Callable[[int], None]) -> None:
    """The candidates as rows of the one agency; the index hears nothing of it."""
    agency, code_of = Agency.objects.get(), {at: code for code, at in known_outcodes().items()}
    for start in range(0, len(people), ROWS_AT_ONCE):
        part = people[start : start + ROWS_AT_ONCE]
        Candidate.objects.bulk_create(
            Candidate(
                pk=int(one.id),
                reference=f"B{one.id}",
                agency=agency,
                home_outcode_id=code_of[one.position],
                travel_miles=one.travel_miles,
                available_from=one.available_from,
                released_to_employers_at=timezone.now(),
            )
            for one in part
        )
        Evidence.objects.bulk_create(
            [
                Evidence(candidate_id=int(one.id), text=line.text, kind=line.kind)
                for one in part
                for line in one.evidence
            ],
            batch_size=5000,
        )
        progress(start + len(part))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as the server does by itself some time after so many new rows
            cursor.execute("VACUUM ANALYZE")
