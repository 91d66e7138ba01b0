"""A candidate reads their openings, adds one thing they can do, and sees the order change; says yes to an adviser."""

import pytest
from playwright.sync_api import expect

from candidates.models import Application
from tests.browser import look_at
from tests.factories.accounts import OutcodeFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory, RequirementFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def me(site_url):
    candidate = CandidateFactory()
    EvidenceFactory(candidate=candidate, text="Cutting hair")
    for title, text, outcode in (
        ("Barber", "Cutting hair", "LS10"),
        ("Welder", "Welding steel frames", "LS10"),
        ("Baker", "Baking bread", "M1"),
    ):
        job = JobFactory(title=title, outcode=OutcodeFactory(code=outcode))
        RequirementFactory(job=job, text=text, kind="skill")
    ApplicationFactory(candidate=candidate, job__title="Gardener")
    return candidate


def add_a_line(page, check):
    page.goto("/openings/")
    openings = page.locator("article h2")
    expect(openings).to_have_text(["Barber"])
    expect(page.get_by_role("region", name="Nothing in your story matches these yet")).to_contain_text("Welder")
    look_at(page, check)

    page.get_by_role("link", name="My story").click()
    look_at(page, check)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("link", name="Write what you can do, or what you have.")).to_be_visible()
    look_at(page, check)
    for text in ("Welding steel frames", "Welder of steel frames"):
        page.get_by_label("What can you do? What do you have?").fill(text)
        page.get_by_label("A job I had before").check()
        page.get_by_label("When did it start?").fill("5/2021")
        page.get_by_label("When did it end?").fill("6/2022")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_text("Your line is added.")).to_be_visible()
    expect(page.get_by_text("May 2021 to June 2022")).to_have_count(2)
    page.get_by_role("link", name="Change months").first.click()
    page.get_by_label("When did it end?").fill("4/2021")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="The end is before the start. Check both months.")).to_be_visible()
    look_at(page, check)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="See jobs that fit you").click()
    expect(openings.first).to_have_text("Welder")
    expect(page.get_by_text("You did this job: Welding steel frames.")).to_be_visible()

    page.get_by_role("link", name="1 job you cannot do yet, and why").click()
    expect(page.get_by_text("You said you can travel 20 miles.")).to_be_visible()
    look_at(page, check)

    page.get_by_role("link", name="Jobs that fit you").first.click()
    page.get_by_role("button", name="Yes, I want it Gardener").click()
    expect(page.get_by_text("You said yes to Gardener.")).to_be_visible()
    look_at(page, check)
    assert Application.objects.get().status == Application.Status.ACCEPTED


def test_a_candidate_adds_a_line_and_the_order_changes(page, me, sign_in_as):
    sign_in_as(page, me.user)
    add_a_line(page, check=True)


def test_a_candidate_adds_a_line_without_scripts(page_without_scripts, me, sign_in_as):
    sign_in_as(page_without_scripts, me.user)
    add_a_line(page_without_scripts, check=False)


def test_the_other_pages_of_a_candidate_are_accessible(page, me, sign_in_as):
    sign_in_as(page, me.user)
    for path in ("/candidates/me/facts/", f"/candidates/me/lines/{me.evidence.get().pk}/remove/"):
        page.goto(path)
        look_at(page, True)
    me.evidence.all().delete()
    page.goto("/openings/")
    expect(page.get_by_text("Tell us what you can do")).to_be_visible()
    look_at(page, True)
