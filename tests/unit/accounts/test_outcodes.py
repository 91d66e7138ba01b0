import re
from collections import Counter

import pytest

from accounts.outcodes import districts_in, known_outcodes, post_town_of, post_towns, read_outcodes, regions
from accounts.places import distance_miles, plain_name

FURTHEST_MILES = 30  # from a post town to the middle of a district of its


def test_every_district_of_england_and_wales_has_one_post_town():
    towns = Counter(code for town in post_towns() for code in town.outcodes)
    assert [code for code, number in towns.items() if number > 1] == []
    assert [
        row["outcode"] for row in read_outcodes() if row["country"] in ("England", "Wales") if not towns[row["outcode"]]
    ] == []


@pytest.mark.parametrize(
    ("code", "town"),
    [
        ("BD5", "Bradford"),
        ("CF10", "Cardiff"),
        ("WF10", "Castleford"),
        ("S70", "Barnsley"),
        ("EC1A", "London"),
        ("E1W", "London"),
    ],
)
def test_the_post_town_of_a_district(code, town):
    assert post_town_of()[code] == town


def test_a_town_lies_near_its_districts():
    for town in post_towns():
        points = [known_outcodes()[code] for code in town.centre]
        assert points, town.name
        middle = sum(lat for lat, _lon in points) / len(points), sum(lon for _lat, lon in points) / len(points)
        for code in (*town.centre, *town.outcodes):
            assert distance_miles(*middle, *known_outcodes()[code]) < FURTHEST_MILES, (town.name, code)


def test_towns_share_a_name_only_with_their_counties_told_apart():
    seen: dict[str, list] = {}
    for town in post_towns():
        for name in {plain_name(name) for name in (town.name, town.welsh, *town.other_names) if name}:
            seen.setdefault(name, []).append(town)
    for name, towns in seen.items():
        if len(towns) > 1:
            assert all(town.county for town in towns), name
            assert len({town.county for town in towns}) == len(towns), name
            assert sum(town.is_main for town in towns) <= 1, name
    wide = [plain_name(name) for region in regions() for name in (region.name, *region.other_names)]
    assert not set(wide) & set(seen)
    assert len(set(wide)) == len(wide)


def test_a_span_of_districts_is_read_with_its_letters():
    assert districts_in("BD1-BD3 HX7") == ("BD1", "BD2", "BD3", "HX7")
    assert set(districts_in("E1")) == {"E1", "E1W"}
    assert all(re.match("EC[0-9]", code) for code in districts_in("EC"))


@pytest.mark.parametrize("cell", ["BD1-LS3", "bd1", "BD1,BD2", "BD1-"])
def test_a_span_that_is_none_is_named(cell):
    with pytest.raises(ValueError, match=re.escape(cell)):
        districts_in(cell)
