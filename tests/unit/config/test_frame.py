"""The frame that every test stands in."""

import socket

import numpy as np
import pytest
from django.conf import settings

from accounts.models import User
from search import embeddings
from tests.browser import assert_accessible, assert_fits_its_width
from tests.conftest import NetworkUsed


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 80)])
def test_no_test_reaches_another_machine(address):
    with pytest.raises(NetworkUsed):
        socket.create_connection(address, timeout=1)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_texts_that_share_words_are_near_and_others_are_not(fake_encoder):
    lift, truck, bread, empty = embeddings.get_encoder().encode(
        ["Fork lift truck driver", "driver of a fork lift truck", "bread baker", ""]
    )
    assert lift @ truck > 0.7
    assert abs(lift @ bread) < 0.3
    assert np.isfinite(empty).all()
    assert np.allclose(np.linalg.norm([lift, bread, empty], axis=1), 1, atol=1e-6)
    assert fake_encoder.encoded[-1] == ""


def test_each_test_has_an_index_of_its_own(tmp_path):
    assert settings.SEARCH_INDEX_DIR.is_relative_to(tmp_path)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_running_site_starts_from_what_migrations_made(site_url, turn):
    from wagtail.models import Locale, Page

    assert Page.objects.filter(depth=1).count() == 1
    assert Locale.objects.exists()
    assert not User.objects.exists()
    User.objects.create_user(username="left-behind")


def test_an_inaccessible_page_is_named_with_its_rule_and_place(page):
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img id='dog' src='data:,'></main></html>")
    with pytest.raises(AssertionError, match=r"(?s)image-alt.*#dog"):
        assert_accessible(page)


def test_a_page_too_wide_for_its_window_is_told(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content("<div style='width: 900px'>x</div>")
    with pytest.raises(AssertionError, match=r"is 9\d\d pixels wide"):
        assert_fits_its_width(page)


def test_a_person_is_signed_in_by_their_session(page, site_url, sign_in_as):
    sign_in_as(page, User.objects.create_user(username="keisha"))
    assert [cookie["name"] for cookie in page.context.cookies(site_url)] == [settings.SESSION_COOKIE_NAME]


def test_a_page_without_scripts_runs_none(page_without_scripts):
    page_without_scripts.set_content("<p>before</p><script>document.body.textContent = 'after'</script>")
    assert page_without_scripts.locator("p").text_content() == "before"
