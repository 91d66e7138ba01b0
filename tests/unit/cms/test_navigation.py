import pytest
from django.utils.translation import override

from accounts.roles import Roles
from cms.navigation import navigation_for, page_path


def labels(items):
    return [str(item.label) for item in items]


def test_a_visitor_is_shown_work_and_guidance():
    items = navigation_for(Roles(), "/")
    assert labels(items) == ["Find work", "For employers", "For advisers", "How it works"]
    assert not any(item.is_current for item in items)


def test_the_item_that_the_page_lies_under_is_current():
    items = navigation_for(Roles(), "/jobs/warehouse-operative-leeds/")
    assert [item.is_current for item in items] == [True, False, False, False]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (Roles(is_candidate=True), ["Jobs that fit you", "My story", "Find work", "Help"]),
        (Roles(is_adviser=True), ["Openings", "My caseload", "Find work", "Help"]),
    ],
)
def test_whoever_looks_for_work_is_led_to_all_of_it(roles, told):
    assert labels(navigation_for(roles, "/")) == told
    assert [item.is_current for item in navigation_for(roles, "/jobs/")] == [False, False, True, False]


def test_find_work_stands_once():
    assert labels(navigation_for(Roles(is_adviser=True, is_candidate=True), "/")).count("Find work") == 1


def test_at_most_one_item_is_current():
    roles = Roles(is_employer=True, is_adviser=True, is_candidate=True, is_editor=True)
    for path in [item.url for item in navigation_for(roles, "/")]:
        assert sum(item.is_current for item in navigation_for(roles, path)) == 1


def test_a_page_that_does_not_exist_is_left_out(settings):
    settings.ROOT_URLCONF = "tests.unit.cms.bare_urls"
    assert labels(navigation_for(Roles(is_adviser=True, is_editor=True), "/")) == ["Editors", "Help"]


def test_an_editor_reaches_the_editors_pages():
    assert "Editors" in labels(navigation_for(Roles(is_editor=True), "/"))


@pytest.mark.parametrize(("language", "path"), [("en", "/help/"), ("cy", "/cy/help/")])
def test_page_path_is_in_the_language_shown(language, path):
    with override(language):
        assert page_path("help") == path
