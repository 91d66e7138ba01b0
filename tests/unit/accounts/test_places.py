import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.places import PlaceAmbiguous, PlaceNotFound, distance_miles, find_place
from jobs.models import Job
from tests.factories.accounts import POSITIONS, OutcodeFactory
from tests.factories.jobs import JobFactory

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def test_leeds_to_manchester():
    assert distance_miles(53.79674, -1.54754, 53.47734, -2.23508) == pytest.approx(35.7, abs=0.3)


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_globe(lat1, lon1, lat2, lon2):
    there, back = distance_miles(lat1, lon1, lat2, lon2), distance_miles(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 12_438


@pytest.mark.django_db
def test_the_database_measures_the_same_distance():
    lat, lon = POSITIONS["LS1"][:2]
    for code in POSITIONS:
        JobFactory(outcode=OutcodeFactory(code=code))
    for job in Job.objects.with_distance_from(lat, lon):
        assert job.distance_miles == pytest.approx(distance_miles(lat, lon, *POSITIONS[job.outcode_id][:2]), abs=1e-6)


@pytest.mark.django_db
def test_the_box_keeps_everything_inside_the_circle():
    lat, lon = POSITIONS["LS1"][:2]
    for code in POSITIONS:
        JobFactory(outcode=OutcodeFactory(code=code))
    for miles in (1, 10, 40, 80, 200):
        near = {code for code in POSITIONS if distance_miles(lat, lon, *POSITIONS[code][:2]) <= miles}
        assert set(Job.objects.within_miles(lat, lon, miles).values_list("outcode", flat=True)) == near


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["LS10", "ls10", "LS10 1AB", "ls101ab"])
def test_an_outcode_or_a_postcode_is_its_district(text):
    district = OutcodeFactory(code="LS10")
    assert find_place(text).latitude == district.latitude


@pytest.mark.django_db
def test_a_town_is_the_middle_of_its_districts():
    for code in ("LS1", "LS10"):
        OutcodeFactory(code=code)
    place = find_place("leeds")
    assert place.name == "Leeds"
    assert place.latitude == pytest.approx((53.76162 + 53.79674) / 2)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "Nowhere", "ZZ99", "LS10 1A"])
def test_an_unknown_place_is_not_found(text):
    OutcodeFactory(town="", region="")
    with pytest.raises(PlaceNotFound):
        find_place(text)


@pytest.mark.django_db
def test_two_towns_of_one_name_are_not_averaged():
    OutcodeFactory(code="LS1", town="Newport")
    OutcodeFactory(code="CF10", town="Newport")
    with pytest.raises(PlaceAmbiguous):
        find_place("Newport")
