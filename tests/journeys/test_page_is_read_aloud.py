"""The button that reads a page aloud: only where the browser has a voice for it, and a second press stops."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_fits_its_width
from tests.factories.accounts import AgencyMemberFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.slow

# Chromium on a server has no voices: this one speaks a line when the test lets it, and keeps what it was told.
VOICES = """
window.told = [];
window.queued = [];
class Utterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Utterance;
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [{lang: 'en-GB', name: 'Test'}],
  speak: (one) => { window.told.push([one.lang, one.text]); window.queued.push(one); },
  cancel: () => { window.queued = []; },
  addEventListener: () => {},
}});
"""
BUTTON = "[data-read-aloud]"


@pytest.fixture
def me(site_url):
    return CandidateFactory().user


def test_a_candidate_has_the_page_read_and_stops_it(page, me, sign_in_as):
    page.add_init_script(VOICES)
    sign_in_as(page, me)
    page.goto("/candidates/me/")
    button = page.get_by_role("button", name="Read aloud")
    expect(button).to_have_attribute("aria-pressed", "false")
    for size in ({"width": 320, "height": 640}, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)
        assert_fits_its_width(page)
        assert_accessible(page)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    told = page.evaluate("window.told")
    assert told[0] == ["en", "My story"]
    assert not any("Sign out" in line for _language, line in told)  # what stands around the page is not read
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.queued.length") == 0
    button.click()
    page.evaluate("window.queued.at(-1).onend()")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_page_without_a_voice_for_its_language_has_no_button(page, me, sign_in_as):
    page.add_init_script(VOICES)
    sign_in_as(page, me)
    page.goto("/cy/candidates/me/")
    expect(page.locator(BUTTON)).to_be_hidden()


def test_a_browser_that_cannot_speak_has_no_button(page, me, sign_in_as):
    page.add_init_script("Object.defineProperty(window, 'speechSynthesis', {value: undefined});")
    sign_in_as(page, me)
    page.goto("/candidates/me/")
    expect(page.locator(BUTTON)).to_be_hidden()


def test_without_scripts_there_is_no_button(page_without_scripts, me, sign_in_as):
    sign_in_as(page_without_scripts, me)
    page_without_scripts.goto("/candidates/me/")
    expect(page_without_scripts.locator(BUTTON)).to_be_hidden()


def test_staff_pages_are_not_read_aloud(page, site_url, sign_in_as):
    page.add_init_script(VOICES)
    sign_in_as(page, AgencyMemberFactory().user)
    page.goto("/candidates/")
    expect(page.locator(BUTTON)).to_have_count(0)
