"""Who is there when the drills begin: three agencies with their advisers, their candidates, one employer's jobs."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.models import Agency, Outcode, User
from candidates.models import Candidate, Evidence
from candidates.signals import candidates_changed
from employers.models import Employer
from jobs.imports import RequirementLine, write_requirements
from jobs.models import Job
from jobs.signals import jobs_changed
from tests.factories.accounts import AgencyFactory, AgencyMemberFactory, OutcodeFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.employers import EmployerMemberFactory
from tests.factories.jobs import JobFactory

# The last agency is small: a ranking of all its people is compared with the database, one by one.
PEOPLE = (550, 550, 120)
STILL = 450
JOBS, KEPT_OPEN = 40, 12
OPENINGS = "the candidate"  # who looks at the open jobs
DOING = (
    "Picking",
    "Packing",
    "Loading",
    "Sorting",
    "Checking",
    "Cleaning",
    "Repairing",
    "Painting",
    "Moving",
    "Storing",
)
WHAT = (
    "orders",
    "pallets",
    "parcels",
    "tools",
    "kitchens",
    "bicycles",
    "window frames",
    "garden beds",
    "linen",
    "tyres",
)
LINES = [f"{doing} {what}" for doing, what in itertools.product(DOING, WHAT)]


@dataclass(frozen=True)
class World:
    """advisers: one an agency, in the same order. owner: of the employer. person: a candidate who signs in."""

    agencies: list[Agency]
    advisers: list[User]
    employer: Employer
    owner: User
    place: Outcode
    jobs: list[Job]
    candidates: list[Candidate]
    person: Candidate

    def viewer_of(self, agency_id: int) -> str:
        """Who sees the people of an agency."""
        return next(f"adviser {number}" for number, one in enumerate(self.agencies, 1) if one.pk == agency_id)

    def some_agency(self, draw: random.Random) -> Agency:
        """As many people come to each agency as leave it."""
        return draw.choices(self.agencies, PEOPLE)[0]

    @property
    def still(self) -> list[Candidate]:
        """Whom no writer touches."""
        return self.candidates[:STILL]

    @property
    def viewers(self) -> frozenset[str]:
        return frozenset({OPENINGS, *(self.viewer_of(agency.pk) for agency in self.agencies)})


def make_world(seed: int = 7) -> World:
    draw = random.Random(seed)
    place = OutcodeFactory(code="LS10")
    agencies = AgencyFactory.create_batch(len(PEOPLE), kind="CHARITY", prison=None, outcode=place)
    advisers = [AgencyMemberFactory(agency=agency).user for agency in agencies]
    owner = EmployerMemberFactory()
    with transaction.atomic():
        jobs = _jobs(owner.employer, place, draw)
        candidates = [
            one for agency, many in zip(agencies, PEOPLE, strict=True) for one in _people(agency, many, place)
        ]
        Candidate.objects.bulk_create(candidates)
        Evidence.objects.bulk_create([line for candidate in candidates for line in _lines(candidate, draw)])
        person = CandidateFactory(agency=agencies[0], prison=None, home_outcode=place)
        EvidenceFactory(candidate=person, text=LINES[0])
        jobs_changed.send(sender=Job, ids=[job.pk for job in jobs])
        candidates_changed.send(sender=Candidate, ids=[candidate.pk for candidate in candidates])
    return World(agencies, advisers, owner.employer, owner.user, place, jobs, candidates, person)


def _jobs(employer: Employer, place: Outcode, draw: random.Random) -> list[Job]:
    jobs = [JobFactory(employer=employer, outcode=place, title=draw.choice(LINES)) for _unused in range(JOBS)]
    write_requirements([(job, [RequirementLine(text) for text in draw.sample(LINES, 4)]) for job in jobs])
    return jobs


def _people(agency: Agency, many: int, place: Outcode) -> list[Candidate]:
    return CandidateFactory.build_batch(many, user=None, agency=agency, prison=None, home_outcode=place)


def _lines(candidate: Candidate, draw: random.Random) -> list[Evidence]:
    return [EvidenceFactory.build(candidate=candidate, text=text) for text in draw.sample(LINES, 4)]


def session_of(user: User) -> str:
    """What a browser sends when this person is signed in."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
