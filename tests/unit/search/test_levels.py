import pytest

from search.levels import level_of_line, level_of_title, level_shown


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Cleaner", 0),
        ("Warehouse operative", 0),
        ("Account Manager", 0),
        ("Trainee manager", 0),
        ("Case manager", 0),
        ("Kitchen team leader", 1),
        ("Site supervisor", 1),
        ("Assistant Manager - Retail", 1),
        ("Senior carer", 1),
        ("Ward manager", 2),
        ("Store Manager", 2),
        ("Registered Care Home Manager", 2),
        ("Operations Director", 3),
        ("Head of Estates", 3),
        ("", 0),
    ],
)
def test_the_level_of_a_title(title, level):
    assert level_of_title(title) == level


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("mop floors", 0),
        ("manage time", 0),
        ("lead a horse", 0),
        ("supervise kitchen staff", 1),
        ("train new staff", 1),
        ("Level 3 Award in Team Leading", 1),
        ("manage staff", 2),
        ("recruit employees", 2),
    ],
)
def test_the_level_that_a_line_shows(line, level):
    assert level_of_line(line) == level


def test_a_record_shows_the_highest_of_its_lines():
    assert level_shown(["site supervisor"], ["lay bricks"]) == 1
    assert level_shown([], ["manage a team of cleaners", "mop floors"]) == 2
    assert level_shown([], []) == 0
