"""An adviser looks at who fits, reads the reasons, and puts somebody on the shortlist with a note."""

import pytest
from playwright.sync_api import expect

from candidates.models import Application, Evidence
from tests.browser import look_at
from tests.factories.accounts import AgencyMemberFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def adviser(site_url):
    """With a job, two people who fit it and one who lacks a card."""
    member = AgencyMemberFactory(user__first_name="Nia", user__last_name="Rees")
    card = CredentialFactory(name="Lift truck card")
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(job=job, text="Lift truck card", kind="credential", credentials=[card])
    RequirementFactory(job=job, text="Picking and packing orders")
    for first_name, text, cards in (
        ("Ffion", "Picking and packing orders", [card]),
        ("Kofi", "Cutting hair", [card]),
        ("Marek", "Loading lorries", []),
    ):
        person = CandidateFactory(first_name=first_name, last_name="Hale", agency=member.agency)
        EvidenceFactory(candidate=person, text=text, proof=Evidence.Proof.OBSERVED)
        if cards:
            EvidenceFactory(candidate=person, text="I hold the card", kind="licence", credentials=cards)
    return member.user


def shortlist(page, check):
    page.goto("/adviser/jobs/")
    look_at(page, check)
    expect(page.get_by_role("row", name="Warehouse operative")).to_contain_text("2 pass the rules")
    page.get_by_role("link", name="Warehouse operative").click()
    expect(page.get_by_role("heading", level=1, name="Who fits: Warehouse operative")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Picking and packing orders")).to_be_visible()
    expect(page.get_by_role("rowheader").first).to_contain_text("Ffion Hale")
    expect(page.get_by_role("row", name="Ffion Hale").get_by_role("cell").nth(1)).to_contain_text("clear")
    look_at(page, check)

    page.get_by_role("link", name="1 person was stopped, and why").click()
    expect(page.get_by_role("row", name="Marek Hale")).to_contain_text("Needs")
    look_at(page, check)
    page.go_back()

    page.get_by_role("link", name="Ffion Hale", exact=True).click()
    expect(page.get_by_role("row", name="Picking and packing orders")).to_contain_text("observed")
    look_at(page, check)
    page.get_by_role("link", name="Put forward").click()
    page.get_by_role("button", name="Put forward").click()
    expect(page.get_by_role("link", name="Write why this person.")).to_be_visible()
    look_at(page, check)
    page.get_by_label("Why this person?").fill("Packed orders here for a year.")
    page.get_by_role("button", name="Put forward").click()

    expect(page.get_by_text("Ffion Hale is on the shortlist")).to_be_visible()
    expect(page.get_by_role("cell", name="Packed orders here for a year.")).to_be_visible()
    look_at(page, check)
    page.get_by_role("row", name="Ffion Hale").get_by_role("button", name="Take off the shortlist").click()
    expect(page.get_by_text("Ffion Hale is off the shortlist")).to_be_visible()
    assert Application.objects.get().changes.count() == 2


def test_an_adviser_puts_somebody_on_the_shortlist_and_takes_them_off(page, adviser, sign_in_as):
    sign_in_as(page, adviser)
    shortlist(page, check=True)


def test_an_adviser_shortlists_without_scripts(page_without_scripts, adviser, sign_in_as):
    sign_in_as(page_without_scripts, adviser)
    shortlist(page_without_scripts, check=False)


def test_the_other_pages_of_an_adviser_are_accessible(page, adviser, sign_in_as):
    sign_in_as(page, adviser)
    person = CandidateFactory._meta.model.objects.get(first_name="Ffion")
    for path in (
        "/candidates/",
        f"/candidates/{person.reference}/",
        f"/candidates/{person.reference}/facts/",
        f"/candidates/{person.reference}/lines/{person.evidence.first().pk}/remove/",
        f"/adviser/candidates/{person.reference}/jobs/",
        f"/adviser/candidates/{person.reference}/jobs/?show=stopped",
    ):
        page.goto(path)
        look_at(page, True)


def test_the_grid_prints_without_its_buttons_and_filters(page, adviser, sign_in_as):
    sign_in_as(page, adviser)
    page.goto("/adviser/jobs/warehouse-operative-leeds/")
    page.emulate_media(media="print")
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("link", name="Put forward").first).to_be_hidden()
    expect(page.get_by_text("Change filters")).to_be_hidden()
