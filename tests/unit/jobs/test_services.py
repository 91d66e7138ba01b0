from datetime import timedelta

import pytest
from django.utils import timezone

from employers.models import Pledge
from jobs.credentials import find_credentials
from jobs.errors import JobIsClosed, JobNotReady, PledgeMissing
from jobs.imports import RequirementLine
from jobs.lines import lines_from_text
from jobs.models import Job, Requirement
from jobs.services import close_job, create_job, publish_job, replace_requirements, update_job
from search.models import IndexChange
from tests.factories.accounts import OutcodeFactory, UserFactory
from tests.factories.employers import EmployerFactory, PledgeFactory
from tests.factories.jobs import CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db
Status = Job.Status


def draft(**kwargs):
    """A draft with one line, ready to be published."""
    return RequirementFactory(job=JobFactory(draft=True, **kwargs)).job


def test_create_job_makes_a_draft_with_its_lines_in_order():
    credential = CredentialFactory()
    lines = [RequirementLine("Drive a lorry", "task"), RequirementLine("Ticket", credentials=(credential.slug,))]
    facts = {"title": "Driver", "outcode": OutcodeFactory()}
    job = create_job(employer=EmployerFactory(), facts=facts, lines=lines, by=UserFactory())
    assert job.status == Status.DRAFT
    assert [(line.position, line.text) for line in job.requirements.all()] == [(1, "Drive a lorry"), (2, "Ticket")]
    assert list(job.requirements.last().credentials.all()) == [credential]


@pytest.mark.parametrize("title", ["Post", "Mine"])
def test_create_job_takes_no_address_of_another_page(title):
    job = create_job(employer=EmployerFactory(), facts={"title": title}, by=UserFactory())
    assert job.slug not in {"post", "mine"}


def test_replace_requirements_leaves_only_the_new_lines_and_queues_the_job():
    line = RequirementFactory()
    IndexChange.objects.all().delete()
    replace_requirements(job=line.job, lines=[RequirementLine("Sweep floors")], by=UserFactory())
    assert [line.text for line in line.job.requirements.all()] == ["Sweep floors"]
    assert ("job", line.job.pk) in set(IndexChange.objects.values_list("kind", "object_id"))


def test_replace_requirements_leaves_an_open_job_with_a_line():
    line = RequirementFactory()
    with pytest.raises(JobNotReady):
        replace_requirements(job=line.job, lines=[], by=UserFactory())
    assert line.job.requirements.count() == 1


def test_publish_job_opens_it_from_now_and_twice_changes_nothing():
    job = draft()
    first = publish_job(job=job, by=UserFactory())
    assert first.is_open
    assert publish_job(job=job, by=UserFactory()).published_at == first.published_at


@pytest.mark.parametrize(
    "pledge",
    [None, {"submitted": True}, {"review_date": timezone.localdate() - timedelta(days=1)}],
    ids=["none", "waiting", "run out"],
)
def test_publish_job_needs_a_pledge_that_stands(pledge):
    employer = EmployerFactory()
    if pledge:
        PledgeFactory(employer=employer, **pledge)
    job = draft(employer=employer)
    with pytest.raises(PledgeMissing):
        publish_job(job=job, by=UserFactory())
    job.refresh_from_db()
    assert (job.status, job.published_at) == (Status.DRAFT, None)
    assert not Pledge.objects.current().exists()


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"outcode": None}, "postcode"), ({"closing_date": timezone.localdate() - timedelta(days=1)}, "closing date")],
)
def test_publish_job_names_what_is_missing(facts, word):
    job = draft(**facts)
    with pytest.raises(JobNotReady) as caught:
        publish_job(job=job, by=UserFactory())
    (told,) = caught.value.missing
    assert word in told


def test_publish_job_needs_a_line():
    with pytest.raises(JobNotReady) as caught:
        publish_job(job=JobFactory(draft=True), by=UserFactory())
    assert "line" in caught.value.public_message


def test_publish_job_does_not_open_a_closed_one():
    job = draft()
    close_job(job=job, by=UserFactory())
    with pytest.raises(JobIsClosed):
        publish_job(job=job, by=UserFactory())


def test_close_job_takes_an_open_one_off_the_list():
    job = RequirementFactory().job
    for _time in range(2):
        close_job(job=job, by=UserFactory())
    assert not Job.objects.open().filter(pk=job.pk).exists()


def test_update_job_keeps_an_open_job_findable():
    job = JobFactory()
    with pytest.raises(JobNotReady):
        update_job(job=job, facts={"outcode": None}, by=UserFactory())
    job.refresh_from_db()
    assert job.outcode_id
    slug = job.slug
    assert update_job(job=job, facts={"title": "Night packer"}, by=UserFactory()).slug == slug


def test_lines_from_text_knows_what_it_insists_on():
    text = "You must hold a CSCS labourer card"
    slugs = {mention.slug for mention in find_credentials(text)}
    [line] = lines_from_text(text)
    assert set(line.credentials) == slugs
    assert (line.kind, line.is_training_given) == (Requirement.Kind.CREDENTIAL, False)


def test_lines_from_text_lets_nobody_be_stopped_by_what_an_equivalent_may_replace():
    [line] = lines_from_text("You must hold a CSCS labourer card or equivalent")
    assert not line.credentials
    [line] = lines_from_text("Sweep the floors", kind="task")
    assert line.kind == "task"


def test_a_line_that_asks_for_two_things_is_two_lines():
    first, second = lines_from_text("You must hold a full UK driving licence and a CSCS labourer card")
    assert (first.text, first.credentials) == (
        "You must hold a full UK driving licence and a CSCS labourer card",
        ("driving-b",),
    )
    assert second.credentials == ("cscs-green",)
    assert (second.kind, second.is_essential) == (Requirement.Kind.CREDENTIAL, True)
