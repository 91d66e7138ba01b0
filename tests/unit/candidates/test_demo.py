import io
import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, User
from candidates.demo.adverts import make_openings
from candidates.demo.loader import PASSWORD, SIGN_INS, load_demo
from candidates.demo.material import trades
from candidates.demo.people import as_said, make_people
from candidates.models import Application, Candidate, Evidence
from candidates.signals import candidates_changed
from employers.models import Employer
from jobs.credentials import most_specific
from jobs.models import Academy, Course, Job, ReferenceLoad, Requirement
from jobs.reference_data import load_reference_data
from jobs.signals import jobs_changed
from tests.factories.employers import EmployerFactory
from tests.factories.jobs import JobFactory

TODAY = date(2026, 11, 2)
WAGE_PENCE, APPRENTICE_PENCE = 1271, 800


@pytest.fixture
def demo(db):
    load_reference_data()
    return load_demo()


def state():
    """Every row that the demo makes, as values."""
    models = [Employer, Job, Requirement, Candidate, Evidence, Application, User, Agency, Academy, Course]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_the_same_people_come_out_every_time():
    assert list(make_people(TODAY)) == list(make_people(TODAY))
    assert list(make_openings(TODAY)) == list(make_openings(TODAY))


def test_people_differ_as_people_do():
    people = list(make_people(TODAY))
    lines = [line for person in people for line in person.lines]
    assert len(people) == len({person.reference for person in people}) == 250
    assert len({person.key for person in people}) == 250
    sizes = [len(person.lines) for person in people]
    assert min(sizes) <= 2 and max(sizes) >= 14
    assert sum(person.agency == "LEI" for person in people) == 60
    waits = [(person.available_from - TODAY).days for person in people if person.available_from]
    assert min(waits) < 0 and max(waits) > 500
    assert {line.proof for line in lines} == {"told_us", "observed", "assessed", "awarded"}
    expired = [line for line in lines if line.expires and line.expires < TODAY]
    assert 10 <= len(expired) <= 60
    assert not all(person.is_released_to_employers for person in people)


def test_evidence_fits_its_column_and_is_said_once():
    for person in make_people(TODAY):
        assert len({(line.kind, line.text) for line in person.lines}) == len(person.lines)
        assert all(0 < len(line.text) <= 300 for line in person.lines)
        assert all(not line.to_date or line.from_date <= line.to_date for line in person.lines)


def test_nothing_says_what_nobody_may_know():
    said = " ".join(line.text for person in make_people(TODAY) for line in person.lines).lower()
    assert not re.search(r"\b(offence|offender|convict|sentence|robbery|assault|burglary|drugs|disab|religio)", said)
    adverts = " ".join(plan.fields["advert_text"] for plan in make_openings(TODAY))
    assert not re.search(r"@|https?:|\b0\d{3,4}[ \d]{6,}|offender", said + adverts)


def test_openings_are_concrete_and_paid_by_law():
    openings = list(make_openings(TODAY))
    assert len(openings) == 60
    assert {plan.fields["opportunity"] for plan in openings} == set(Job.Opportunity.values)
    assert {plan.fields["status"] for plan in openings} == set(Job.Status.values)
    assert any(plan.fields["closing_date"] and plan.fields["closing_date"] < TODAY for plan in openings)
    for plan in openings:
        least = APPRENTICE_PENCE if plan.fields["opportunity"] == Job.Opportunity.APPRENTICESHIP else WAGE_PENCE
        assert plan.fields["pay_from_pence"] >= least
        assert 5 <= len(plan.lines) <= 9, plan.reference
        assert all(line.text[0].isupper() for line in plan.lines)
        assert all(line.text in plan.fields["advert_text"] for line in plan.lines if line.kind != "task")


@pytest.mark.parametrize("profile", sorted(trades()))
def test_tasks_are_turned_to_the_first_person(profile):
    for task in trades()[profile].tasks:
        assert not re.search(r"\byou(r|'ll)?\b", as_said(task, random.Random(1)), re.IGNORECASE)


def test_the_credential_that_says_more_is_kept():
    assert most_specific(["forklift", "forklift-counterbalance"]) == ["forklift-counterbalance"]
    assert most_specific(["cscs-green", "manual-handling"]) == ["cscs-green", "manual-handling"]


def test_the_demo_tells_its_main_story(demo):
    assert demo == {"employers": 13, "jobs": 60, "candidates": 250}
    job = Job.objects.open().get(slug="warehouse-operative-leeds")
    assert (job.outcode_id, job.employer.slug) == ("LS10", "calderside-logistics")
    must = job.requirements.get(kind="credential", is_essential=True)
    assert [credential.slug for credential in must.credentials.all()] == ["forklift-counterbalance"]

    def valid(key):
        return Evidence.objects.filter(
            candidate__external_reference=key,
            credentials__slug="forklift-counterbalance",
            expires_date__gte=timezone.localdate(),
        ).exists()

    # Clear, in date by another body, run out, and none.
    assert [valid(f"demo-leeds-0{n}") for n in (1, 2, 3, 4)] == [True, True, False, False]
    course = Course.objects.upcoming().filter(credential="forklift-counterbalance", academy__prison="LEI")
    assert course.exists()


def test_everybody_can_sign_in_and_sees_what_is_theirs(demo):
    users = {sign_in.role: authenticate(None, username=sign_in.name, password=PASSWORD) for sign_in in SIGN_INS}
    assert all(users.values())
    assert Job.objects.editable_by(users["employer"]).count() == 8
    assert Candidate.objects.advised_by(users["adviser"]).count() == 60
    assert Candidate.objects.visible_to(users["candidate"]).get().name == "Marcus Bennett"
    assert users["editor"].has_perm("wagtailadmin.access_admin")
    assert not any(user.is_superuser or user.is_staff for user in users.values())


def test_employers_without_a_pledge_in_force_have_no_open_jobs(demo):
    assert Employer.objects.with_current_pledge().count() == 11
    published = Job.objects.filter(status=Job.Status.PUBLISHED)
    assert published.filter(employer__slug="pickerings-fast-fit").exists()
    assert not Job.objects.open().filter(employer__slug="pickerings-fast-fit").exists()
    assert Counter(Job.objects.values_list("status", flat=True))[Job.Status.PUBLISHED] > 50


def test_a_second_run_changes_nothing_and_says_where_to_sign_in(demo):
    before, out = state(), io.StringIO()
    with CaptureQueriesContext(connection) as queries:
        call_command("load_demo", stdout=out, skip_pages=True)
    assert state() == before
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all(sign_in.name in out.getvalue() for sign_in in SIGN_INS) and PASSWORD in out.getvalue()
    assert "--again" not in out.getvalue()


def test_loading_again_replaces_demo_rows_only(demo):
    theirs = JobFactory(employer=EmployerFactory(pledged=True), reference="demo-01")
    at_demo_employer = JobFactory(employer=Employer.objects.get(slug="calderside-logistics"), reference=None)
    old = set(Candidate.objects.values_list("pk", flat=True))
    ReferenceLoad.objects.filter(name="demo").update(loaded_at=timezone.now() - timedelta(days=40))
    out = io.StringIO()
    call_command("load_demo", stdout=out, skip_pages=True)
    assert "load_demo --again" in out.getvalue()
    announced = {}

    def note(sender, ids, **kwargs):
        announced[sender] = set(ids)

    jobs_changed.connect(note)
    candidates_changed.connect(note)
    call_command("load_demo", again=True, stdout=io.StringIO(), skip_pages=True)
    assert {theirs, at_demo_employer} <= set(Job.objects.all())
    assert (Job.objects.count(), Candidate.objects.count()) == (62, 250)
    assert announced[Candidate] == old | set(Candidate.objects.values_list("pk", flat=True))
    assert User.objects.filter(username="leeds-candidate").count() == 1
    assert Evidence.objects.filter(candidate=None).count() == 0


@pytest.mark.django_db
def test_the_demo_is_refused_where_others_can_reach_the_site(settings):
    settings.ALLOWED_HOSTS = ["throughgate.example"]
    with pytest.raises(CommandError, match="--anyway"):
        call_command("load_demo")
    assert not Candidate.objects.exists()
