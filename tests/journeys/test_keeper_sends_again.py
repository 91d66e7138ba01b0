"""Whoever keeps the site running sees what the index refused, and sends it again."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import expect

from search.models import IndexChange
from search.rebuilding import rebuild
from tests.browser import look_at
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def keeper(site_url):
    rows = [("job", JobFactory().pk), *(("candidate", c.pk) for c in CandidateFactory.create_batch(2))]
    rebuild()
    IndexChange.objects.all().delete()
    for kind, pk in rows:
        IndexChange.objects.create(
            kind=kind,
            object_id=pk,
            parked_at=timezone.now(),
            attempts=1,
            error=f"The search index refuses {kind} {pk}: it is too long (2,412 lines, 1,240,551 characters).",
        )
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="change_indexchange"))
    return user


def send_again(page):
    page.goto("/staff/index/")
    expect(page.get_by_role("heading", level=1, name="The search index")).to_be_visible()
    look_at(page)
    page.get_by_role("row", name="Job").get_by_role("button", name="Send again").press("Enter")
    expect(page.get_by_text("1 change is sent again.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(3)
    look_at(page)
    page.get_by_role("button", name="Send all of them again").press("Enter")
    expect(page.get_by_text("2 changes are sent again.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing was refused")).to_be_visible()
    look_at(page)


def test_the_keeper_sends_again_what_was_refused(page, keeper, sign_in_as):
    sign_in_as(page, keeper)
    send_again(page)


def test_in_welsh_it_fits_too(page, keeper, sign_in_as):
    sign_in_as(page, keeper)
    page.goto("/cy/staff/index/")
    expect(page.get_by_role("heading", level=1, name="Y mynegai chwilio")).to_be_visible()
    look_at(page)


def test_the_page_works_without_scripts(page_without_scripts, keeper, sign_in_as):
    page = page_without_scripts
    sign_in_as(page, keeper)
    page.goto("/staff/index/")
    page.get_by_role("button", name="Send all of them again").click()
    expect(page.get_by_text("3 changes are sent again.")).to_be_visible()
