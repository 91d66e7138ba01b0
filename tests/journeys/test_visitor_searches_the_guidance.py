import re

import pytest
from playwright.sync_api import expect

from cms.services import load_pages
from tests.browser import look_at

pytestmark = pytest.mark.slow


@pytest.fixture
def pages(site_url):
    load_pages()


def search_the_guidance(page, check=False):
    page.goto("/help/")
    page.get_by_role("link", name="Search the guidance").click()
    look_at(page, check)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_title(re.compile("^Error: "))
    look_at(page, check)
    page.get_by_label("What are you looking for?").fill("xylophone")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="No page has these words")).to_be_visible()
    look_at(page, check)
    page.get_by_label("What are you looking for?").fill("cookies")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2, name=re.compile("^[0-9]+ pages?$"))).to_be_visible()
    look_at(page, check)
    page.locator("main").get_by_role("link", name="Cookies").click()
    expect(page.get_by_role("heading", level=1, name="Cookies")).to_be_visible()


def test_a_visitor_searches_the_guidance(page, pages):
    search_the_guidance(page, check=True)


def test_a_visitor_searches_the_guidance_without_scripts(page_without_scripts, pages):
    search_the_guidance(page_without_scripts)


def test_a_visitor_searches_in_welsh(page, pages):
    page.goto("/cy/search/?q=cookies")
    look_at(page)
    page.locator("main").get_by_role("link", name="Cookies").click()
    expect(page).to_have_url(re.compile("/cy/cookies/$"))
