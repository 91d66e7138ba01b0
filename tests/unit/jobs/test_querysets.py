from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from employers.models import Pledge
from jobs.models import Course, Credential, Job
from tests.factories.accounts import UserFactory
from tests.factories.employers import EmployerFactory, EmployerMemberFactory
from tests.factories.jobs import CourseFactory, CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


# Open, and who sees what


def test_open_keeps_jobs_without_a_closing_date_and_those_that_close_today():
    jobs = {JobFactory(closing_date=None), JobFactory(closing_date=in_days(0))}
    assert set(Job.objects.open()) == jobs


def test_open_leaves_out_jobs_past_their_closing_date():
    job = JobFactory(closing_date=in_days(3))
    assert Job.objects.open(on=in_days(3)).exists()
    assert not Job.objects.open(on=in_days(4)).exists()
    assert job.is_open


@pytest.mark.parametrize("status", [Job.Status.DRAFT, Job.Status.CLOSED])
def test_open_leaves_out_drafts_and_closed_jobs(status):
    assert not JobFactory(status=status).is_open
    assert not Job.objects.open().exists()


def test_open_leaves_out_jobs_of_an_employer_whose_pledge_ran_out():
    job = JobFactory()
    assert Job.objects.open().exists()
    job.employer.pledges.update(review_date=in_days(-1))
    assert not Job.objects.open().exists()


def test_open_leaves_out_jobs_of_an_employer_whose_pledge_waits_to_be_checked():
    job = JobFactory()
    job.employer.pledges.update(status=Pledge.Status.SUBMITTED)
    assert not Job.objects.open().exists()


def test_open_counts_a_job_of_an_employer_with_two_pledges_once():
    from tests.factories.employers import PledgeFactory

    PledgeFactory(employer=JobFactory().employer)
    assert Job.objects.open().count() == 1


def test_visible_to_shows_drafts_to_the_employers_own_people_only():
    draft, published = JobFactory(draft=True), JobFactory()
    owner = EmployerMemberFactory(employer=draft.employer).user
    assert set(Job.objects.visible_to(owner)) == {draft, published}
    assert set(Job.objects.visible_to(EmployerMemberFactory().user)) == {published}
    assert set(Job.objects.visible_to(UserFactory())) == {published}
    assert set(Job.objects.visible_to(AnonymousUser())) == {published}


def test_editable_by_is_the_employers_own_people():
    job = JobFactory()
    owner = EmployerMemberFactory(employer=job.employer).user
    assert list(Job.objects.editable_by(owner)) == [job]
    assert not Job.objects.editable_by(EmployerMemberFactory().user).exists()
    assert not Job.objects.editable_by(AnonymousUser()).exists()


def test_for_matching_reads_everything_in_as_many_queries_for_three_jobs_as_for_one(django_assert_max_num_queries):
    for _unused in range(3):
        RequirementFactory(credentials=[CredentialFactory()])
    with django_assert_max_num_queries(4):
        for job in Job.objects.for_matching():
            assert job.employer.name
            assert job.outcode.code
            assert [list(line.credentials.all()) for line in job.requirements.all()]
            assert job.employer.pledges.all()


# Credentials


def test_closure_follows_implications_to_the_end():
    small = CredentialFactory(slug="van")
    middle = CredentialFactory(slug="lorry", implies=[small])
    CredentialFactory(slug="artic", implies=[middle])
    CredentialFactory(slug="baking")
    assert Credential.objects.closure() == {
        "van": {"van"},
        "lorry": {"lorry", "van"},
        "artic": {"artic", "lorry", "van"},
        "baking": {"baking"},
    }


def test_closure_ends_when_two_credentials_imply_each_other():
    one = CredentialFactory(slug="one")
    two = CredentialFactory(slug="two", implies=[one])
    one.implies.set([two])
    assert Credential.objects.closure() == {"one": {"one", "two"}, "two": {"one", "two"}}


def test_upcoming_courses_come_soonest_first_and_without_those_begun():
    later, sooner = CourseFactory(next_start_date=in_days(20)), CourseFactory(next_start_date=in_days(0))
    CourseFactory(next_start_date=in_days(-1))
    CourseFactory(next_start_date=None)
    assert list(Course.objects.upcoming()) == [sooner, later]


# What must never be false


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("published_job_has_a_day", {"published_at": None}),
        ("pay_to_is_not_below_pay_from", {"pay_from_pence": 1300, "pay_to_pence": 1299}),
        ("job_has_a_post", {"number_of_vacancies": 0}),
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(name, wrong):
    with pytest.raises(IntegrityError, match=name):
        JobFactory(**wrong)


def test_an_employers_reference_names_one_job():
    employer = EmployerFactory(pledged=True)
    JobFactory(employer=employer, reference="A1")
    JobFactory(reference="A1")
    with pytest.raises(IntegrityError):
        JobFactory(employer=employer, reference="A1")


def test_a_job_has_one_requirement_a_position():
    line = RequirementFactory(position=1)
    with pytest.raises(IntegrityError):
        RequirementFactory(job=line.job, position=1)


def test_two_jobs_of_the_same_title_and_town_get_addresses_of_their_own():
    assert [JobFactory().slug for _unused in range(3)] == [
        "warehouse-operative-leeds",
        "warehouse-operative-leeds-2",
        "warehouse-operative-leeds-3",
    ]


def test_a_title_without_a_latin_letter_still_gets_an_address():
    assert JobFactory(title="仓库", town="").slug == "job"
