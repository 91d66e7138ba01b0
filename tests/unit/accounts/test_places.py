import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.outcodes import known_outcodes, regions
from accounts.places import PlaceAmbiguous, PlaceNotFound, PlaceTooWide, distance_miles, find_place, plain_name
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
@pytest.mark.parametrize("text", ["Leeds LS10", "Leeds, ls10", "Hunslet LS10 1AB"])
def test_a_town_with_its_outcode_is_the_district(text):
    district = OutcodeFactory(code="LS10")
    assert find_place(text).name == district.code


TOWNS = {
    "Bradford": "BD1",
    "Birmingham": "B2",
    "Liverpool": "L1",
    "Sheffield": "S1",
    "Doncaster": "DN1",
    "Wakefield": "WF1",
    "Castleford": "WF10",
    "Warrington": "WA1",
    "Nottingham": "NG1",
    "Newcastle": "NE1",
    "Barnsley": "S70",
    "Rotherham": "S60",
    "Halifax": "HX1",
    "Huddersfield": "HD1",
    "Oldham": "OL1",
    "Salford": "M5",
    "Gateshead": "NE8",
    "Middlesbrough": "TS1",
    "Hull": "HU1",
    "Leicester": "LE1",
    "London": "WC2",
    "Brixton": "SW2",
    "Plymouth": "PL1",
    "Norwich": "NR1",
    "Southend": "SS1",
    "Berwick": "TD15",
    "Cardiff": "CF10",
    "Newport": "NP20",
    "Swansea": "SA1",
    "Wrexham": "LL13",
    "Merthyr Tydfil": "CF47",
    "Barry": "CF62",
    "Llandudno": "LL30",
    "Aberystwyth": "SY23",
}
WELSH = {
    "Caerdydd": "Cardiff",
    "Abertawe": "Swansea",
    "Casnewydd": "Newport",
    "Wrecsam": "Wrexham",
    "Merthyr Tudful": "Merthyr Tydfil",
    "Y Barri": "Barry",
    "Pen-y-bont ar Ogwr": "Bridgend",
    "Castell-nedd": "Neath",
    "Caerfyrddin": "Carmarthen",
    "Caergybi": "Holyhead",
    "Y Drenewydd": "Newtown",
    "Pont-y-pŵl": "Pontypool",
    "Llundain": "London",
    "Manceinion": "Manchester",
}
SAME = [
    ("bradford", "Bradford"),
    ("BRADFORD", "Bradford"),
    ("  City of   Bradford ", "Bradford"),
    ("Bradford, West Yorkshire", "Bradford"),
    ("Dinas Caerdydd", "Cardiff"),
    ("St. Helens", "St Helens"),
    ("saint helens", "St Helens"),
    ("Newcastle-upon-Tyne", "Newcastle upon Tyne"),
    ("newcastle on tyne", "Newcastle upon Tyne"),
    ("Newcastle", "Newcastle upon Tyne"),
    ("Newcastle under Lyme", "Newcastle-under-Lyme"),
    ("Stoke on Trent", "Stoke-on-Trent"),
    ("Burton on Trent", "Burton upon Trent"),
    ("Kings Lynn", "King’s Lynn"),
    ("Pontypwl", "Pontypool"),
    ("The Wirral", "Wirral"),
    ("Durham City", "Durham"),
    ("Manchester city centre", "Manchester"),
    ("Brighton & Hove", "Brighton"),
    ("Newport, Gwent", "Newport"),
]


@pytest.mark.parametrize(("text", "code"), TOWNS.items())
def test_a_town_is_found_where_it_is(text, code):
    place = find_place(text)
    assert distance_miles(place.latitude, place.longitude, *known_outcodes()[code]) < 4


@pytest.mark.parametrize(("text", "english"), WELSH.items())
def test_a_welsh_name_is_the_same_place_and_said_back_in_welsh(text, english):
    welsh, town = find_place(text.lower()), find_place(english)
    assert (welsh.latitude, welsh.longitude) == (town.latitude, town.longitude)
    assert welsh.name == text


@pytest.mark.parametrize(("text", "name"), SAME)
def test_the_ways_a_name_is_written_are_one_name(text, name):
    typed, town = find_place(text), find_place(name)
    assert (typed.latitude, typed.longitude) == (town.latitude, town.longitude)


def test_a_short_name_is_said_back_in_full():
    assert find_place("newcastle").name == "Newcastle upon Tyne"


def test_a_town_is_the_mean_of_the_districts_at_its_centre():
    points = [known_outcodes()[code] for code in ("WF1", "WF2")]
    place = find_place("Wakefield")
    assert place.latitude == pytest.approx(sum(lat for lat, _lon in points) / 2)
    assert place.longitude == pytest.approx(sum(lon for _lat, lon in points) / 2)


def test_a_parish_that_is_no_post_town_is_still_found():
    assert find_place("Hambleton").latitude == known_outcodes()["LE15"][0]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", ",", "Nowhere", "ZZ99", "LS10 1A", "Leeds ZZ9", "🚲"])
def test_an_unknown_place_is_not_found(text):
    with pytest.raises(PlaceNotFound) as caught:
        find_place(text)
    assert caught.value.meant == ""


@pytest.mark.parametrize(
    ("text", "meant"), [("Bradfrod", "Bradford"), ("Birmingam", "Birmingham"), ("Caerdyd", "Caerdydd")]
)
def test_a_misspelt_town_names_the_one_most_like_it(text, meant):
    with pytest.raises(PlaceNotFound) as caught:
        find_place(text)
    assert caught.value.meant == meant


def test_towns_of_one_name_are_offered_each_with_its_district():
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place("Richmond")
    choices = {choice.name: choice.outcode for choice in caught.value.choices}
    assert set(choices) == {"Richmond, North Yorkshire", "Richmond, London"}
    for name, code in choices.items():
        place = find_place(name)
        assert distance_miles(place.latitude, place.longitude, *known_outcodes()[code]) < 5


def test_the_city_is_meant_by_a_bare_name_and_the_others_by_their_county():
    newport = find_place("Newport")
    for other in ("Newport, Isle of Wight", "newport isle of wight", "Newport (Shropshire)", "Trefdraeth"):
        place = find_place(other)
        assert distance_miles(newport.latitude, newport.longitude, place.latitude, place.longitude) > 50
    with pytest.raises(PlaceAmbiguous):
        find_place("Newport, Rutland")


def test_parishes_of_one_name_are_not_averaged():
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place("Norton")
    assert [choice.outcode for choice in caught.value.choices] == ["S1", "TS20"]


@pytest.mark.parametrize("text", ["Yorkshire", "the North East", "wales", "Cymru", "Sir Benfro", "Co. Durham", "Kent"])
def test_a_region_offers_towns_instead(text):
    with pytest.raises(PlaceTooWide) as caught:
        find_place(text)
    assert len(caught.value.towns) >= 2


def test_every_town_that_a_region_offers_is_found():
    for region in regions():
        assert len(region.towns) >= 2, region.name
        for town in region.towns:
            find_place(town)


@given(st.text(max_size=60))
def test_a_plain_name_stays_as_it_is(text):
    assert plain_name(plain_name(text)) == plain_name(text)
