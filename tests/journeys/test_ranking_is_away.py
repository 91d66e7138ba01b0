"""Elasticsearch does not answer: an adviser still finds and puts people forward, a candidate still finds jobs."""

import socket

import pytest
from playwright.sync_api import expect

from candidates.models import Application
from tests.browser import look_at
from tests.factories.accounts import AgencyMemberFactory, OutcodeFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def away(settings):
    """The site asks an address where nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URLS = "elasticsearch", [f"http://127.0.0.1:{port}"]


@pytest.fixture
def adviser(site_url):
    """With a job, one person who passes its rules and one who lacks a card."""
    member = AgencyMemberFactory(user__first_name="Nia", user__last_name="Rees")
    card = CredentialFactory(name="Lift truck card")
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(job=job, text="Lift truck card", kind="credential", credentials=[card])
    RequirementFactory(job=job, text="Picking and packing orders")
    JobFactory(title="Night porter", outcode=OutcodeFactory(code="M1"))
    ffion = CandidateFactory(first_name="Ffion", last_name="Hale", agency=member.agency)
    EvidenceFactory(candidate=ffion, text="I hold the card", kind="licence", credentials=[card])
    marek = CandidateFactory(first_name="Marek", last_name="Hale", agency=member.agency)
    EvidenceFactory(candidate=marek, text="Loading lorries")
    return member.user


def test_an_adviser_works_on_while_ranking_is_away(page, adviser, sign_in_as, away):
    sign_in_as(page, adviser)
    page.goto("/adviser/jobs/")
    expect(page.get_by_role("region", name="Important")).to_contain_text("Ranking is away just now.")
    expect(page.get_by_role("row", name="Warehouse operative")).to_contain_text("not counted just now")
    look_at(page)
    page.get_by_role("link", name="Warehouse operative").click()
    expect(page.get_by_role("region", name="Important")).to_contain_text("Nothing is lost")
    expect(page.get_by_role("link", name="Ffion Hale")).to_be_visible()
    expect(page.get_by_role("link", name="Marek Hale")).to_have_count(0)
    look_at(page)
    page.get_by_role("link", name="Who was stopped, and why").click()
    expect(page.get_by_role("row", name="Marek Hale")).to_contain_text("Stopped: Needs")
    look_at(page)
    page.get_by_role("link", name="Back to who fits").click()
    page.get_by_role("link", name="Ffion Hale").click()
    look_at(page)
    page.get_by_role("link", name="Their other openings").click()
    expect(page.get_by_role("link", name="Warehouse operative")).to_be_visible()
    expect(page.get_by_role("link", name="Night porter")).to_have_count(0)
    look_at(page)
    page.get_by_role("link", name="Stopped, and why").click()
    expect(page.get_by_role("article", name="Night porter")).to_contain_text("miles from home")
    look_at(page)
    page.goto("/adviser/jobs/warehouse-operative-leeds/")
    page.get_by_role("link", name="Ffion Hale").click()
    page.get_by_role("link", name="Put forward").click()
    page.get_by_label("Why this person?").fill("Holds the card.")
    page.get_by_role("button", name="Put forward").click()
    expect(page.get_by_text("Ffion Hale is on the shortlist")).to_be_visible()
    assert Application.objects.get().candidate.first_name == "Ffion"


def test_a_candidate_finds_jobs_while_ranking_is_away(page, adviser, sign_in_as, away):
    sign_in_as(page, CandidateFactory._meta.model.objects.get(first_name="Ffion").user)
    page.goto("/openings/")
    expect(page.get_by_role("region", name="Important")).to_contain_text("We cannot put the best fit first just now.")
    expect(page.get_by_role("article", name="Warehouse operative")).to_be_visible()
    expect(page.get_by_role("article", name="Night porter")).to_have_count(0)
    look_at(page)
    page.get_by_role("link", name="Jobs you cannot do yet, and why").click()
    expect(page.get_by_role("article", name="Night porter")).to_contain_text("miles from your home")
    look_at(page)
    page.goto("/cy/openings/")
    expect(page.get_by_role("region", name="Pwysig")).to_contain_text("Does dim wedi’i golli.")
    look_at(page)
