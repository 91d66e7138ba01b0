"""What an employer does: post from pasted text, correct the lines, publish with a pledge, close."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employers.models import Pledge
from jobs.models import Job
from jobs.rows import MAX_ADVERT
from search.errors import EncoderUnavailable
from tests.factories.accounts import OutcodeFactory
from tests.factories.employers import EmployerFactory, EmployerMemberFactory, PledgeFactory
from tests.factories.jobs import CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db

ADVERT = """Warehouse Operative

What you will do:
- Pick and pack orders with a scanner
- Load and unload lorries

You must have:
- A valid counterbalance fork lift licence
- Experience of warehouse work
"""
FACTS = {
    "title": "Warehouse operative",
    "town": "Leeds",
    "outcode": "LS10",
    "base_location": "WORKPLACE",
    "opportunity": "JOB",
    "sector": "WAREHOUSING",
    "hours": "FULL_TIME",
    "work_pattern": "STANDARD_WEEKDAYS",
    "contract_type": "PERMANENT",
    "pay_from_pence": "£12.90",
    "pay_period": "PER_HOUR",
    "number_of_vacancies": "3",
}


@pytest.fixture
def member(client):
    member = EmployerMemberFactory()
    client.force_login(member.user)
    OutcodeFactory()
    return member


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def post_job(client, **changes):
    return client.post(reverse("search:post_job"), {**FACTS, "text": ADVERT, **changes})


def line_data(*lines, job=None):
    """A filled-in page of lines: each a dict of fields."""
    data = {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": str(job.requirements.count() if job else 0)}
    for number, line in enumerate(lines):
        data |= {f"form-{number}-{name}": value for name, value in ({"kind": "skill"} | line).items()}
    return data


class TestPosting:
    def test_the_advert_becomes_a_draft_with_lines_to_correct(self, client, member):
        response = post_job(client)
        job = Job.objects.get()
        assert response.url == reverse("search:edit_lines", args=[job.slug])
        assert (job.status, job.employer, job.advert_text) == ("DRAFT", member.employer, ADVERT.strip())
        assert (job.pay_from_pence, job.number_of_vacancies, job.outcode_id) == (1290, 3, "LS10")
        assert job.requirements.exists()

    def test_a_must_in_the_advert_becomes_a_must_have_of_its_line(self, client, member):
        card = CredentialFactory(slug="forklift-counterbalance")
        post_job(client)
        lines = Job.objects.get().requirements.filter(credentials=card)
        assert [(line.is_essential, line.is_training_given) for line in lines] == [(True, False)]

    def test_the_title_may_come_from_the_advert(self, client, member):
        post_job(client, title="")
        assert "warehouse operative" in Job.objects.get().title.lower()

    def test_an_advert_that_cannot_be_read_now_is_kept_for_writing_the_lines(self, client, member, monkeypatch):
        def fail(*args, **kwargs):
            raise EncoderUnavailable("no weights")

        monkeypatch.setattr("search.views.employer.parse_advert", fail)
        response = client.post(reverse("search:post_job"), {**FACTS, "text": ADVERT}, follow=True)
        assert "We cannot read adverts just now: write what the job needs." in response.content.decode()
        assert not Job.objects.get().requirements.exists()

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"text": ""}, "Paste the advert"),
            ({"text": "x" * (MAX_ADVERT + 1)}, "letters or fewer"),
            ({"outcode": "ZZ99"}, "We do not know that postcode"),
            ({"pay_from_pence": "lots"}, "Write an amount in pounds"),
            ({"pay_from_pence": "13", "pay_to_pence": "12"}, "must not be less"),
            ({"closing_date": "2020-01-01"}, "That day has passed"),
            ({"number_of_vacancies": "0"}, "greater than or equal to 1"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, client, member, changes, told):
        response = post_job(client, **changes)
        assert told in response.content.decode()
        assert response.context["form"]["town"].value() == "Leeds"
        assert not Job.objects.exists()

    def test_somebody_elses_employer_cannot_be_chosen(self, client, member):
        EmployerMemberFactory(user=member.user)
        other = EmployerFactory()
        assert "Select a valid choice" in post_job(client, employer=str(other.pk)).content.decode()
        assert not Job.objects.exists()


class TestLines:
    def test_lines_are_corrected_taken_out_and_added_in_order(self, client, member):
        card = CredentialFactory()
        job = JobFactory(employer=member.employer, draft=True)
        kept = RequirementFactory(job=job, text="The card", kind="credential", credentials=[card])
        changed, gone = RequirementFactory(job=job), RequirementFactory(job=job)
        data = line_data(
            {"id": kept.pk, "text": "The card", "kind": "credential", "is_essential": "on"},
            {"id": changed.pk, "text": "Sweep the floors", "kind": "task"},
            {"id": gone.pk, "text": gone.text, "DELETE": "on"},
            {"text": "Start at six"},
            {"text": "", "is_essential": "on"},
            job=job,
        )
        response = client.post(reverse("search:edit_lines", args=[job.slug]), data)
        assert response.url == reverse("jobs:publish", args=[job.slug])
        lines = list(job.requirements.all())
        assert [(line.text, line.is_essential) for line in lines] == [
            ("The card", True),
            ("Sweep the floors", False),
            ("Start at six", False),
        ]
        assert list(lines[0].credentials.all()) == [card]

    def test_a_new_line_is_essential_only_if_somebody_says_so(self, client, member):
        line = RequirementFactory(job__employer=member.employer)
        own, *new = page(client, "search:edit_lines", line.job.slug).context["formset"].forms
        assert own["is_essential"].value()
        assert new
        assert not any(form["is_essential"].value() for form in new)

    def test_new_words_are_read_for_what_they_ask(self, client, member):
        card = CredentialFactory(slug="forklift-counterbalance")
        job = JobFactory(employer=member.employer, draft=True)
        text = "You must hold a counterbalance fork lift licence"
        client.post(
            reverse("search:edit_lines", args=[job.slug]), line_data({"text": text, "is_essential": "on"}, job=job)
        )
        assert list(job.requirements.get().credentials.all()) == [card]
        assert "Nobody is put forward without:" in page(client, "search:edit_lines", job.slug).content.decode()

    def test_more_room_keeps_one_on_the_page(self, client, member):
        job = RequirementFactory(job__employer=member.employer).job
        line = job.requirements.get()
        data = line_data({"id": line.pk, "text": line.text}, {"text": "One more"}, job=job) | {"more": "1"}
        response = client.post(reverse("search:edit_lines", args=[job.slug]), data)
        assert response.url == reverse("search:edit_lines", args=[job.slug])
        assert job.requirements.count() == 2

    def test_a_line_too_long_is_said_by_its_number(self, client, member):
        job = JobFactory(employer=member.employer, draft=True)
        data = line_data({"text": "Fine"}, {"text": "x" * 1001}, job=job)
        text = client.post(reverse("search:edit_lines", args=[job.slug]), data).content.decode()
        assert "Line 2:" in text
        assert not job.requirements.exists()

    def test_an_open_job_keeps_its_last_line(self, client, member):
        line = RequirementFactory(job__employer=member.employer)
        data = line_data({"id": line.pk, "text": line.text, "DELETE": "on"}, job=line.job)
        response = client.post(reverse("search:edit_lines", args=[line.job.slug]), data, follow=True)
        assert "at least one line" in response.content.decode()
        assert line.job.requirements.count() == 1


class TestPublishing:
    def test_with_a_pledge_the_job_opens_for_everybody(self, client, member):
        job = RequirementFactory(job=JobFactory(employer=member.employer, draft=True)).job
        assert "This is how people will read it." in page(client, "jobs:publish", job.slug).content.decode()
        client.post(reverse("jobs:publish", args=[job.slug]))
        client.logout()
        assert page(client, "jobs:detail", job.slug).context["job"].is_open

    def test_without_a_pledge_the_page_says_what_is_missing(self, client, member):
        member.employer.pledges.all().delete()
        job = RequirementFactory(job=JobFactory(employer=member.employer, draft=True)).job
        assert "has no accepted pledge" in page(client, "jobs:publish", job.slug).content.decode()
        response = client.post(reverse("jobs:publish", args=[job.slug]))
        assert response.status_code == 409
        assert "You need an accepted pledge" in response.content.decode()
        job.refresh_from_db()
        assert job.status == Job.Status.DRAFT

    def test_a_draft_without_lines_or_place_is_told_so(self, client, member):
        job = JobFactory(employer=member.employer, draft=True, outcode=None)
        response = client.post(reverse("jobs:publish", args=[job.slug]), follow=True)
        assert "first half of its postcode" in response.content.decode()
        assert "at least one line" in response.content.decode()

    def test_facts_are_changed(self, client, member):
        job = JobFactory(employer=member.employer, draft=True)
        first = page(client, "jobs:edit", job.slug).context["form"]
        assert first["pay_from_pence"].value() == "12.50"
        client.post(reverse("jobs:edit", args=[job.slug]), FACTS | {"title": "Night packer", "pay_from_pence": "14"})
        job.refresh_from_db()
        assert (job.title, job.pay_from_pence, job.pay_to_pence) == ("Night packer", 1400, None)

    def test_closing_asks_first(self, client, member):
        job = RequirementFactory(job__employer=member.employer).job
        assert "Close “" in page(client, "jobs:close", job.slug).content.decode()
        client.post(reverse("jobs:close", args=[job.slug]))
        job.refresh_from_db()
        assert job.status == Job.Status.CLOSED


class TestMyJobs:
    def test_own_jobs_with_counts_by_status(self, client, member):
        JobFactory(employer=member.employer)
        draft = JobFactory(employer=member.employer, draft=True)
        JobFactory()
        response = page(client, "jobs:mine")
        assert response.context["total"] == 2
        assert "Draft (1)" in response.content.decode()
        assert list(page(client, "jobs:mine", status="DRAFT").context["jobs"]) == [draft]
        assert len(page(client, "jobs:mine", status="nonsense").context["jobs"]) == 2

    def test_the_title_of_an_open_job_leads_to_the_job_and_of_a_draft_to_its_preview(self, client, member):
        job, draft = JobFactory(employer=member.employer), JobFactory(employer=member.employer, draft=True)
        text = page(client, "jobs:mine").content.decode()
        assert f'href="{job.get_absolute_url()}">{job.title}</a>' in text
        assert f'href="{reverse("jobs:publish", args=[draft.slug])}">{draft.title}</a>' in text

    def test_an_empty_list_says_how_to_begin(self, client, member):
        assert "Post your first job" in page(client, "jobs:mine").content.decode()

    @pytest.mark.parametrize(
        ("pledge", "told"),
        [
            (None, "there is none yet"),
            ({"submitted": True}, "waiting to be checked"),
            ({"review_date": timezone.localdate() - timedelta(days=1)}, "it has run out"),
            ({}, "accepted, good until"),
        ],
    )
    def test_the_state_of_the_pledge_is_said(self, client, member, pledge, told):
        Pledge.objects.all().delete()
        if pledge is not None:
            PledgeFactory(employer=member.employer, **pledge)
        assert told in page(client, "jobs:mine").content.decode()

    def test_pages_ask_few_questions(self, client, member, django_assert_max_num_queries):
        for _number in range(8):
            job = RequirementFactory(job__employer=member.employer, credentials=[CredentialFactory()]).job
        for name, args in (("jobs:mine", []), ("jobs:publish", [job.slug]), ("search:edit_lines", [job.slug])):
            with django_assert_max_num_queries(14):
                page(client, name, *args)
