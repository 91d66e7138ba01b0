"""An employer pastes an advert, corrects the lines that were found in it, and publishes."""

import pytest
from playwright.sync_api import expect

from jobs.models import Job
from tests.browser import look_at
from tests.factories.accounts import OutcodeFactory
from tests.factories.employers import EmployerFactory, EmployerMemberFactory
from tests.factories.jobs import JobFactory, RequirementFactory

pytestmark = pytest.mark.slow

ADVERT = """Warehouse operative

What you will do
- Pick and pack orders with a scanner
- Load and unload lorries

What you need
- Experience of warehouse work
- A valid counterbalance fork lift licence
"""


@pytest.fixture
def owner(site_url):
    OutcodeFactory()
    return EmployerMemberFactory().user


def post_a_job(page, check):
    page.goto("/jobs/mine/")
    look_at(page, check)
    page.get_by_role("link", name="Post your first job").click()
    look_at(page, check)
    page.get_by_label("The advert").fill(ADVERT)
    page.get_by_label("Town").fill("Leeds")
    page.get_by_label("First half of the postcode").fill("nowhere")
    page.get_by_role("button", name="Find what the job needs").click()
    expect(page.get_by_role("link", name="We do not know that postcode.")).to_be_visible()
    look_at(page, check)
    page.get_by_label("First half of the postcode").fill("LS10")
    page.get_by_label("Job title").fill("Warehouse operative")
    page.get_by_role("button", name="Find what the job needs").click()

    expect(page.get_by_role("heading", level=1, name="What the job is, and what it needs")).to_be_visible()
    look_at(page, check)
    first, new = page.get_by_role("group", name="Line 1"), page.get_by_role("group", name="A new line").first
    first.get_by_label("Line", exact=True).fill("Pick orders with a hand scanner")
    first.get_by_label("Kind").select_option("What you will do")
    new.get_by_label("Line", exact=True).fill("Start at six in the morning")
    expect(new.get_by_label("Essential")).not_to_be_checked()
    page.get_by_role("button", name="Save and preview").click()

    expect(page.get_by_text("This is how people will read it.")).to_be_visible()
    expect(page.get_by_text("Pick orders with a hand scanner")).to_be_visible()
    expect(page.get_by_text("Start at six in the morning")).to_be_visible()
    look_at(page, check)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is open. Advisers see who fits from now on.")).to_be_visible()
    look_at(page, check)
    assert Job.objects.open().get().title == "Warehouse operative"

    page.get_by_role("row", name="Warehouse operative").get_by_role("link", name="Close").click()
    look_at(page, check)
    page.get_by_role("button", name="Close the job").click()
    expect(page.get_by_text("“Warehouse operative” is closed.")).to_be_visible()


def test_an_employer_posts_corrects_and_publishes_a_job(page, owner, sign_in_as):
    sign_in_as(page, owner)
    post_a_job(page, check=True)


def test_an_employer_posts_a_job_without_scripts(page_without_scripts, owner, sign_in_as):
    sign_in_as(page_without_scripts, owner)
    post_a_job(page_without_scripts, check=False)


def test_an_employer_without_a_pledge_is_told_what_is_missing(page, site_url, sign_in_as):
    member = EmployerMemberFactory(employer=EmployerFactory())
    job = RequirementFactory(job=JobFactory(employer=member.employer, draft=True)).job
    sign_in_as(page, member.user)
    page.goto(f"/jobs/{job.slug}/publish/")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("You need an accepted pledge before you can publish a job.")).to_be_visible()
    look_at(page, True)
    page.goto(f"/jobs/{job.slug}/edit/")
    look_at(page, True)
