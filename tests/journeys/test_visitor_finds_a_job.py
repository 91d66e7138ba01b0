import re

import pytest
from playwright.sync_api import expect

from cms.services import load_pages
from tests.browser import NARROW, WIDE, assert_accessible, assert_fits_its_width
from tests.factories.accounts import POSITIONS, OutcodeFactory
from tests.factories.jobs import JobFactory, RequirementFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(site_url):
    load_pages()
    for code in POSITIONS:
        job = JobFactory(title=f"Cook in {code}", outcode=OutcodeFactory(code=code), town=POSITIONS[code][2])
        RequirementFactory(job=job, text="Cook for forty people")


def find_a_job(page):
    page.goto("/")
    page.get_by_role("link", name="See jobs near you").click()
    expect(page.get_by_role("heading", level=2, name="6 jobs")).to_be_visible()
    page.get_by_label("Place").fill("Nowhere")
    page.get_by_role("button", name="Show jobs").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator(".govuk-error-summary a").click()
    expect(page.get_by_label("Place")).to_be_focused()
    page.get_by_label("Place").fill("LS1")
    page.get_by_role("button", name="Show jobs").click()
    expect(page.get_by_role("heading", level=2, name="2 jobs")).to_be_visible()
    page.get_by_role("link", name="Show nearest first").click()
    page.get_by_role("link", name="Cook in LS1", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Cook in LS1")).to_be_visible()
    expect(page.get_by_text("Cook for forty people")).to_be_visible()


def test_a_visitor_finds_a_job(page, jobs):
    find_a_job(page)
    page.get_by_role("link", name="Find work").first.click()
    page.goto("/jobs/?place=LS1&words=cook")
    page.get_by_role("link", name="Remove filter: within 20 miles of LS1").click()
    expect(page.get_by_role("heading", level=2, name="6 jobs")).to_be_visible()


def test_a_visitor_finds_a_job_without_scripts(page_without_scripts, jobs):
    find_a_job(page_without_scripts)


def test_the_keyboard_reaches_the_page_first(page, jobs):
    page.goto("/jobs/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "320"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_visitor_page_is_accessible(page, jobs, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    addresses = ["/", "/cy/", "/jobs/", "/jobs/?place=LS1&miles=80&order=nearest", "/jobs/?place=Nowhere"]
    addresses += ["/jobs/?words=astronaut", "/jobs/cook-in-ls10-leeds/", "/account/sign-in/", "/help/", "/cy/cookies/"]
    for address in [*addresses, "/data-we-use/", "/nothing-here/"]:
        page.goto(address)
        assert_accessible(page)
        assert_fits_its_width(page)


def test_nothing_is_refused_by_the_content_policy(page, jobs):
    told = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    for address in ["/", "/jobs/", "/account/sign-in/"]:
        page.goto(address)
    assert told == []
