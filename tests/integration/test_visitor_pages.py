from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.outcodes import known_outcodes
from employers.models import Pledge
from jobs.models import Job
from jobs.pay import pay_in_words
from jobs.vocabularies import BaseLocation, Hours, Sector
from tests.factories.accounts import POSITIONS, OutcodeFactory
from tests.factories.employers import EmployerFactory, EmployerMemberFactory
from tests.factories.jobs import JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def districts(db):
    return {code: OutcodeFactory(code=code) for code in POSITIONS}


def titles(response) -> list[str]:
    return [job.title for job in response.context["jobs_page"]]


def search(client, **parameters):
    response = client.get("/jobs/", parameters)
    assert response.status_code == 200
    return response


def test_only_open_jobs_are_listed(client):
    JobFactory(title="Open")
    JobFactory(title="Draft", draft=True)
    JobFactory(title="Past", closing_date=timezone.localdate() - timedelta(days=1))
    JobFactory(title="Closed", status=Job.Status.CLOSED)
    JobFactory(title="No pledge", employer=EmployerFactory())
    assert titles(search(client)) == ["Open"]


def test_even_an_owner_sees_no_draft_in_the_list(client):
    job = JobFactory(draft=True)
    client.force_login(EmployerMemberFactory(employer=job.employer).user)
    assert titles(search(client)) == []


def test_the_newest_come_first(client):
    now = timezone.now()
    for days in (3, 1, 2):
        JobFactory(title=f"{days} days old", published_at=now - timedelta(days=days))
    assert titles(search(client)) == ["1 days old", "2 days old", "3 days old"]


@pytest.mark.parametrize("words", ["operative", "OPERATIVE", "aire", "scanner", "operative scanner aire"])
def test_words_are_found_in_title_employer_and_requirements(client, words):
    job = JobFactory(title="Warehouse operative", employer=EmployerFactory(name="Aire Logistics", pledged=True))
    RequirementFactory(job=job, text="Keep stock records on a scanner")
    RequirementFactory(job=job, text="Clean the scanner")
    JobFactory(title="Cook", employer=EmployerFactory(name="Calder Kitchens", pledged=True))
    assert titles(search(client, words=words)) == ["Warehouse operative"]


def test_every_word_must_be_found(client):
    JobFactory(title="Warehouse operative")
    assert titles(search(client, words="warehouse astronaut")) == []


def test_a_place_leaves_out_what_is_too_far(client, districts):
    JobFactory(title="Here", outcode=districts["LS10"])
    JobFactory(title="Manchester", outcode=districts["M1"])
    JobFactory(title="Cardiff", outcode=districts["CF10"])
    assert titles(search(client, place="LS1", miles="10")) == ["Here"]
    assert set(titles(search(client, place="ls1", miles="40"))) == {"Here", "Manchester"}


def test_without_a_distance_twenty_miles_are_meant(client, districts):
    JobFactory(title="Manchester", outcode=districts["M1"])
    response = search(client, place="LS1")
    assert titles(response) == []
    assert 'value="20" selected' in response.content.decode()


@pytest.mark.parametrize("place", ["LS10", "ls10 1ab", " Leeds ", "leeds"])
def test_a_place_is_an_outcode_a_postcode_or_a_town(client, districts, place):
    JobFactory(title="Here", outcode=districts["LS10"])
    assert titles(search(client, place=place)) == ["Here"]


def test_nearest_first(client, districts):
    for code in ("M1", "LS10", "L9"):
        JobFactory(title=code, outcode=districts[code])
    JobFactory(title="At home", outcode=None, base_location=BaseLocation.REMOTE)
    assert titles(search(client, place="LS1", miles="80", order="nearest")) == ["LS10", "M1", "L9", "At home"]


def test_the_distance_shown_is_the_distance(client, districts):
    JobFactory(outcode=districts["M1"])
    assert "35 miles away" in search(client, place="LS10", miles="80").content.decode()


@pytest.mark.parametrize("place", ["Nowhere", "ZZ99", "🚲", "<b>x</b>"])
def test_an_unknown_place_says_what_to_type(client, place):
    JobFactory(title="Still listed")
    response = search(client, place=place)
    assert "Type the first half of a postcode" in response.content.decode()
    assert "<b>x</b>" not in response.content.decode()
    assert titles(response) == ["Still listed"]


@pytest.mark.parametrize(
    ("place", "found"), [("Bradford", "Bradford"), ("caerdydd", "Cardiff"), ("Newcastle", "Newcastle")]
)
def test_a_city_is_found_in_either_language(client, place, found):
    for code, town in (("BD5", "Bradford"), ("CF10", "Cardiff"), ("NE1", "Newcastle")):
        latitude, longitude = known_outcodes()[code]
        outcode = OutcodeFactory(code=code, latitude=latitude, longitude=longitude, town=town, region="", country="")
        JobFactory(title=town, outcode=outcode)
    assert titles(search(client, place=place, miles="5")) == [found]


def test_the_place_is_said_back_by_its_name(client):
    chips = dict(search(client, place="caerdydd", miles="5").context["listing"].chips())
    assert list(chips) == ["within 5 miles of Caerdydd"]


def test_a_name_of_several_places_says_which_and_how_to_choose(client):
    text = search(client, place="Richmond").content.decode()
    assert "There is more than one “Richmond”: Richmond, North Yorkshire (DL10); Richmond, London (TW" in text
    assert "Type the first half of the postcode, like DL10." in text


def test_a_region_offers_towns(client):
    text = search(client, place="Yorkshire").content.decode()
    assert "“Yorkshire” is too wide to measure from. Type a town in it, like Leeds or Sheffield." in text


def test_a_misspelt_town_is_asked_about(client):
    assert "We do not know “Bradfrod”. Do you mean Bradford?" in search(client, place="Bradfrod").content.decode()


def test_kind_hours_and_work_narrow_the_list(client):
    JobFactory(title="Yes", opportunity=Job.Opportunity.ROTL, hours=Hours.PART_TIME, sector=Sector.DRIVING)
    JobFactory(title="No")
    for field, value in (("opportunity", "ROTL"), ("hours", "PART_TIME"), ("sector", "DRIVING")):
        assert titles(search(client, **{field: value})) == ["Yes"]


def test_each_filter_is_taken_off_with_one_press(client):
    JobFactory(title="Cook")
    response = search(client, words="pilot", hours="PART_TIME", place="LS10", miles="5")
    chips = dict(response.context["listing"].chips())
    assert set(chips) == {"says “pilot”", "within 5 miles of LS10", "Part time"}
    without_words = client.get("/jobs/" + chips["says “pilot”"])
    assert set(dict(without_words.context["listing"].chips())) == {"within 5 miles of LS10", "Part time"}


def test_nothing_found_offers_a_way_on(client, districts):
    JobFactory(title="Cook", outcode=districts["LS10"])
    response = search(client, words="pilot", place="LS10", miles="5")
    assert "No job fits all of that today" in response.content.decode()
    steps = dict(response.context["listing"].ways_on())
    assert steps["Take all filters off"] == "?"
    assert "miles=10" in steps["Look within 10 miles"]
    assert titles(client.get("/jobs/" + steps["Look for other words"])) == ["Cook"]


def test_an_empty_list_says_so(client):
    assert "There are no open jobs today" in search(client).content.decode()


@pytest.mark.parametrize(
    "parameters",
    [
        {"miles": "x"},
        {"hours": "NEVER"},
        {"page": "99"},
        {"page": "-1"},
        {"order": "x"},
        {"words": "x" * 500},
        {"words": "%_'\"\x00"},
        {"place": "LS10\x00"},
    ],
)
def test_a_bent_address_is_no_error(client, parameters):
    JobFactory()
    search(client, **parameters)


def test_twenty_a_page_in_few_queries(client, django_assert_max_num_queries):
    for number in range(23):
        RequirementFactory(job=JobFactory(title=f"Job {number}"))
    with django_assert_max_num_queries(4):
        response = search(client, place="LS10", words="job", order="nearest")
    assert len(titles(response)) == 20
    assert "23 jobs" in response.content.decode()
    assert len(titles(search(client, page="2"))) == 3
    assert "page=2" in response.content.decode()


def test_a_job_page_shows_the_facts(client, django_assert_max_num_queries):
    job = JobFactory(title="Fork-lift driver", number_of_vacancies=3)
    RequirementFactory(job=job, text="Load lorries")
    RequirementFactory(job=job, text="A counterbalance licence", kind="credential", is_training_given=True)
    RequirementFactory(job=job, text="A year in a warehouse", kind="experience", is_essential=False)
    with django_assert_max_num_queries(4):
        text = client.get(job.get_absolute_url()).content.decode()
    stage = Pledge.objects.get(employer=job.employer).get_records_asked_display()
    for words in ["Fork-lift driver", "£12.50 to £13.50 an hour", "Leeds LS10", stage, job.employer.description]:
        assert words in text
    order = ["What you will do", "Load lorries", "You must have", "A counterbalance licence", "(training given)"]
    places = [text.index(words) for words in [*order, "It helps if you have", "A year in a warehouse"]]
    assert places == sorted(places)


def test_a_title_with_html_is_only_words(client):
    job = JobFactory(title="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(job.get_absolute_url()).content.decode()
    assert "<script>alert" not in search(client).content.decode()


@pytest.mark.parametrize(
    "fields", [{"draft": True}, {"closing_date": timezone.localdate() - timedelta(days=1)}, {"status": "CLOSED"}]
)
def test_a_job_that_is_not_open_is_not_there_for_others(client, fields):
    job = JobFactory(**fields)
    assert client.get(job.get_absolute_url()).status_code == 404
    client.force_login(EmployerMemberFactory().user)
    assert client.get(job.get_absolute_url()).status_code == 404
    client.force_login(EmployerMemberFactory(employer=job.employer).user)
    assert "The job is not open" in client.get(job.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("lowest", "highest", "period", "words"),
    [
        (1290, None, "PER_HOUR", "£12.90 an hour"),
        (1290, 1290, "PER_HOUR", "£12.90 an hour"),
        (1300, 1350, "PER_HOUR", "£13.00 to £13.50 an hour"),
        (2_400_000, 2_600_000, "PER_YEAR", "£24,000 to £26,000 a year"),
        (None, 2_600_050, "PER_YEAR", "up to £26,000.50 a year"),
        (None, None, "PER_HOUR", ""),
    ],
)
def test_pay_in_words(lowest, highest, period, words):
    assert pay_in_words(lowest, highest, period) == words
