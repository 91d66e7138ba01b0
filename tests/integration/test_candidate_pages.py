"""What a candidate reads and changes: openings in plain words, their story, their yes or no."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from candidates.forms import in_own_words
from candidates.models import Application
from tests.factories.accounts import OutcodeFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.jobs import AcademyFactory, CourseFactory, CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db
Status = Application.Status


@pytest.fixture
def me(client):
    candidate = CandidateFactory()
    client.force_login(candidate.user)
    return candidate


def opening(title, *lines, **kwargs):
    job = JobFactory(title=title, **kwargs)
    for text in lines:
        RequirementFactory(job=job, text=text, kind="skill")
    return job


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def shown(response):
    """The openings of a page from its top to its end."""
    return [*response.context["openings"], *response.context["unmatched"]]


def order(client):
    return [one.job.title for one in shown(page(client, "search:my_openings"))]


def test_openings_are_ranked_and_say_why_in_plain_words(client, me):
    EvidenceFactory(candidate=me, text="Picking and packing orders", kind="prison_work")
    opening("Barber", "Cutting hair")
    opening("Packer", "Picking and packing orders", "Driving a van")
    response = page(client, "search:my_openings")
    assert [one.job.title for one in response.context["openings"]] == ["Packer"]
    assert [one.job.title for one in response.context["unmatched"]] == ["Barber"]
    text = response.content.decode()
    assert "You did this work in prison: Picking and packing orders." in text
    assert "They ask for: Picking and packing orders" in text
    assert "What is missing" in text
    assert "Asks about your past after the offer" in text
    assert text.count("Why it fits you") == 1
    assert text.index("Packer</a>") < text.index("Nothing in your story matches these yet") < text.index("Barber</a>")
    assert "%" not in response.context["openings"][0].fits[0].text


def test_openings_come_ten_a_page(client, me):
    EvidenceFactory(candidate=me)
    for number in range(11):
        opening(f"Job {number}", "Sweeping")
    assert len(shown(page(client, "search:my_openings"))) == 10
    assert len(shown(page(client, "search:my_openings", page=2))) == 1


def test_somebody_not_yet_shown_to_employers_may_look_all_the_same(client):
    me = CandidateFactory(released_to_employers_at=None)
    EvidenceFactory(candidate=me)
    client.force_login(me.user)
    opening("Packer", "Packing")
    assert order(client) == ["Packer"]


def test_one_step_counts_the_jobs_that_one_card_alone_would_open(client, me):
    EvidenceFactory(candidate=me)
    card, other = CredentialFactory(name="Site card", how_to_get="A day and a test."), CredentialFactory()
    for needed in ([card], [card], [other]):
        RequirementFactory(job=JobFactory(), text="A card", kind="credential", credentials=needed)
    RequirementFactory(job=JobFactory(outcode=OutcodeFactory(code="M1")), credentials=[other])  # too far as well
    response = page(client, "search:my_openings")
    assert (response.context["step"].slug, response.context["step"].opens) == (card.slug, 2)
    assert "A day and a test." in response.content.decode()
    CourseFactory(academy=AcademyFactory(prison=me.prison), credential=card, title="Site card week")
    assert "Next course: Site card week" in page(client, "search:my_openings").content.decode()


def test_the_one_step_stands_above_the_list_once(client, me):
    EvidenceFactory(candidate=me, text="Packing")
    opening("Packer", "Packing")
    RequirementFactory(job=JobFactory(), kind="credential", credentials=[CredentialFactory()])
    text = page(client, "search:my_openings").content.decode()
    assert text.count("One step opens 1 more job:") == 1
    assert text.index("One step opens") < text.index("Packer</a>")


def test_a_long_way_to_a_card_is_left_to_the_adviser(client, me):
    EvidenceFactory(candidate=me, text="Packing")
    site = CredentialFactory(slug="cscs", name="CSCS card", how_to_get="Health, safety and environment test and more.")
    RequirementFactory(job=opening("Stopped"), kind="credential", credentials=[site], text="CSCS card")
    packer = opening("Packer", "Packing")
    RequirementFactory(job=packer, kind="credential", credentials=[site], text="CSCS card", is_essential=False)
    fits = page(client, "search:my_openings").content.decode()
    assert "CSCS card, any colour. Ask your adviser how to get it." in fits
    assert "Ask your adviser how to get it." in page(client, "search:my_stopped").content.decode()
    assert "Health, safety" not in fits + page(client, "search:my_stopped").content.decode()
    CourseFactory(academy=AcademyFactory(prison=me.prison), credential=site, title="Site card week")
    assert "Site card week: starts" in page(client, "search:my_stopped").content.decode()
    assert "Site card week: starts" in page(client, "search:my_openings").content.decode()


def test_who_drove_for_work_is_told_to_take_the_licence(client, me):
    licence = CredentialFactory(slug="driving-b")
    EvidenceFactory(candidate=me, text="Multi-drop delivery driver", kind="role")
    RequirementFactory(job=opening("Driver"), text="Full UK driving licence", kind="credential", credentials=[licence])
    text = page(client, "search:my_openings").content.decode()
    assert "You drove for work. Take your licence with you." in text


def test_how_long_and_how_old_are_told_in_plain_words(client, me):
    EvidenceFactory(candidate=me, text="Picking orders", kind="role")
    opening("Picker", "Picking orders: at least 2 years' experience", "You must be 18 or over")
    text = page(client, "search:my_openings").content.decode()
    assert "They ask for 2 years. Write in your story when you did it." in text
    assert "You must be 18 or over." in text


def test_a_strength_of_the_list_is_said_as_a_person_says_it(client, me):
    EvidenceFactory(candidate=me, text="Self-management", kind="personal")
    opening("Packer", "Self-management")
    assert "I get on with things myself" in page(client, "candidates:my_story").content.decode()
    assert "I get on with things myself" in page(client, "search:my_openings").content.decode()
    with override("cy"):
        assert in_own_words("personal", "Self-management") != "Self-management"
    assert in_own_words("skill", "Self-management") == "Self-management"


def test_ones_own_facts_speak_to_oneself(client, me):
    text = page(client, "candidates:my_story").content.decode()
    assert "Employers may see you" in text
    assert "You want to work in" in text
    assert "Employers may see the record" not in text


def test_jobs_not_yet_say_what_is_in_the_way_and_what_to_do(client, me):
    EvidenceFactory(candidate=me)
    me.available_from = timezone.localdate() + timedelta(days=60)
    me.travel_miles = 30
    me.save()
    opening("Far", "Packing", outcode=OutcodeFactory(code="M1"))
    opening("Soon", "Packing", start_date=timezone.localdate() + timedelta(days=10))
    card = CredentialFactory()
    RequirementFactory(job=JobFactory(title="Card"), kind="credential", credentials=[card], text="Ticket nobody knows")
    response = page(client, "search:my_stopped")
    text = response.content.decode()
    assert response.context["count"] == 3
    assert "You said you can travel 30 miles." in text
    assert "Can you travel further?" in text
    assert "You can start on" in text
    assert "You need: Ticket nobody knows." in text
    assert "The candidate" not in text


def test_a_card_that_ran_out_is_told_with_its_day(client, me):
    card = CredentialFactory(slug="forklift-counterbalance")
    ended = timezone.localdate() - timedelta(days=30)
    EvidenceFactory(candidate=me, text="Counterbalance", kind="licence", credentials=[card], expires_date=ended)
    job = JobFactory(title="Card")
    RequirementFactory(job=job, kind="credential", credentials=[card], text="Counterbalance licence")
    text = page(client, "search:my_stopped").content.decode()
    assert f"Yours ran out on {date_format(ended, 'j F Y')}." in text


def test_without_a_story_the_page_asks_for_one_thing(client, me):
    opening("Packer", "Packing")
    text = page(client, "search:my_openings").content.decode()
    assert "Tell us what you can do" in text
    assert reverse("candidates:my_story") in text


def test_with_nothing_near_the_page_says_what_to_change(client, me):
    EvidenceFactory(candidate=me)
    opening("Far", "Packing", outcode=OutcodeFactory(code="B1"))
    text = page(client, "search:my_openings").content.decode()
    assert "No job fits you today" in text
    assert "Say that you can travel further" in text
    assert "1 job you cannot do yet, and why" in text


def test_a_new_line_changes_the_order_of_the_next_page(client, me, django_capture_on_commit_callbacks):
    EvidenceFactory(candidate=me, text="Cutting hair")
    opening("Barber", "Cutting hair")
    opening("Welder", "Welding steel frames")
    assert order(client) == ["Barber", "Welder"]
    with django_capture_on_commit_callbacks(execute=True):
        for text in ("Welding steel frames", "Welding steel", "Welder of steel frames"):
            added = client.post(reverse("candidates:my_story"), {"text": text, "kind": "role"}, follow=True)
    assert "Your line is added." in added.content.decode()
    assert "has changed" not in added.content.decode()
    assert order(client) == ["Welder", "Barber"]
    with django_capture_on_commit_callbacks(execute=True):
        for line in me.evidence.filter(kind="role"):
            client.post(reverse("candidates:remove_my_line", args=[line.pk]))
    assert order(client) == ["Barber", "Welder"]


def test_a_new_line_computes_one_vector(client, me, fake_encoder, django_capture_on_commit_callbacks):
    EvidenceFactory(candidate=me, text="Cutting hair")
    opening("Barber", "Cutting hair")
    order(client)
    before = len(fake_encoder.encoded)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("candidates:my_story"), {"text": "Welding steel frames", "kind": "skill"})
    order(client)
    assert fake_encoder.encoded[before:] == ["Welding steel frames"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text": "", "kind": "skill"}, "Write what you can do"),
        ({"text": "x" * 301, "kind": "skill"}, "You have used 301"),
        ({"text": "Welding"}, "Pick one."),
        ({"text": "Welding", "kind": "crime"}, "Select a valid choice"),
        ({"text": "Welding", "kind": "role", "from_date": "last year"}, "like 5/2021"),
        ({"text": "Welding", "kind": "role", "from_date": "5/2021"}, "Write when the job ended"),
        ({"text": "Welding", "kind": "role", "to_date": "5/2021"}, "when it started too"),
        ({"text": "Welding", "kind": "skill", "from_date": "5/2021"}, "Leave the months empty"),
        ({"text": "Welding", "kind": "role", "from_date": "5/1021"}, "too long ago"),
        ({"text": "Welding", "kind": "role", "from_date": "5" * 41}, "like 5/2021"),
        ({"text": "Welding", "kind": "role", "from_date": "5/2021", "to_date": "4/2021"}, "before the start"),
        ({"text": "Welding", "kind": "role", "from_date": "5/2021", "to_date": "1/2999"}, "not come yet"),
        ({"text": "Cutting hair", "kind": "skill"}, "already there"),
    ],
)
def test_a_line_that_cannot_be_kept_says_why_and_loses_nothing(client, me, data, told):
    EvidenceFactory(candidate=me, text="Cutting hair")
    response = client.post(reverse("candidates:my_story"), data)
    assert told in response.content.decode()
    for name in data:
        assert response.context["form"][name].value() == data[name]
    assert me.evidence.count() == 1


def test_words_in_other_scripts_and_markup_are_kept_as_words(client, me):
    text = "نجّار 木工 🔨 <b>joiner</b>"
    client.post(reverse("candidates:my_story"), {"text": text, "kind": "role"})
    assert me.evidence.get().text == text
    assert "&lt;b&gt;joiner&lt;/b&gt;" in page(client, "candidates:my_story").content.decode()


def test_a_person_cannot_prove_a_line_by_saying_so(client, me):
    client.post(reverse("candidates:my_story"), {"text": "Welding", "kind": "skill", "proof": "awarded"})
    assert me.evidence.get().proof == "told_us"


def test_a_person_says_when_they_did_a_job_and_changes_it(client, me):
    data = {"text": "Welding frames", "kind": "role", "from_date": "May 2021", "to_date": "6/2022"}
    client.post(reverse("candidates:my_story"), data)
    assert "May 2021 to June 2022" in page(client, "candidates:my_story").content.decode()
    line = me.evidence.get()
    edit = page(client, "candidates:my_line_months", line.pk)
    assert 'value="May 2021"' in edit.content.decode()
    url = reverse("candidates:my_line_months", args=[line.pk])
    refused = client.post(url, {"from_date": "May 2021", "to_date": ""})
    assert "Write when the job ended" in refused.content.decode()
    assert "Saved." in client.post(url, {"from_date": "May 2021", "to_date": "7/2023"}, follow=True).content.decode()
    line.refresh_from_db()
    assert (line.from_date, line.to_date) == (date(2021, 5, 1), date(2023, 7, 31))
    client.post(url, {})
    line.refresh_from_db()
    assert line.from_date is None
    assert "Add months" in page(client, "candidates:my_story").content.decode()


def test_work_that_goes_on_has_no_end(client, me):
    client.post(reverse("candidates:my_story"), {"text": "Gardens", "kind": "prison_work", "from_date": "1/2026"})
    assert "Since January 2026" in page(client, "candidates:my_story").content.decode()


def test_a_card_that_ran_out_is_not_said_to_last(client, me):
    EvidenceFactory(candidate=me, text="Packing orders card", kind="licence", expires_date=date(2020, 2, 3))
    opening("Packer", "Packing orders")
    text = page(client, "search:my_openings").content.decode()
    assert "You have: Packing orders card. It ran out on 3 February 2020." in text
    assert "It lasts until" not in text


def test_taking_a_line_out_asks_first(client, me):
    line = EvidenceFactory(candidate=me, text="Cutting hair")
    url = reverse("candidates:remove_my_line", args=[line.pk])
    assert "Cutting hair" in page(client, "candidates:remove_my_line", line.pk).content.decode()
    assert me.evidence.count() == 1
    client.post(url)
    assert not me.evidence.exists()
    assert client.post(url).status_code == 404


def test_facts_are_changed_and_the_yes_is_ones_own(client, me):
    OutcodeFactory(code="M1")
    facts = {"home_outcode": "M1 1AA", "travel_miles": "9", "available_from": "9/1/2031", "work_interests": ["DRIVING"]}
    client.post(reverse("candidates:my_facts"), facts)
    me.refresh_from_db()
    assert (me.home_outcode_id, me.travel_miles, me.available_from.isoformat()) == ("M1", 9, "2031-01-09")
    assert (me.work_interests, me.is_released_to_employers) == (["DRIVING"], False)
    client.post(reverse("candidates:my_facts"), facts | {"is_released": "on"})
    me.refresh_from_db()
    assert me.is_released_to_employers


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"home_outcode": "ZZ99"}, "We do not know that postcode"),
        ({"travel_miles": "many"}, "Write a number of miles"),
        ({"travel_miles": "0"}, "greater than or equal to 1"),
        ({"available_from": "soon"}, "Write a day like"),
    ],
)
def test_facts_that_are_none_say_what_to_write(client, me, facts, told):
    response = client.post(reverse("candidates:my_facts"), {"travel_miles": "5"} | facts)
    assert told in response.content.decode()


def test_the_adviser_asks_and_the_person_answers(client, me):
    application = ApplicationFactory(candidate=me, job=opening("Packer", "Packing"))
    assert "Do you want this job? Packer" in page(client, "search:my_openings").content.decode()
    url = reverse("search:answer", args=[application.pk])
    client.post(url, {"answer": "yes"})
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED
    text = page(client, "search:my_openings").content.decode()
    assert "Do you want this job?" not in text
    assert "You said yes." in text
    client.post(url, {"answer": "no"})
    application.refresh_from_db()
    assert application.status == Status.DECLINED


def test_an_answer_after_being_taken_off_changes_nothing(client, me):
    application = ApplicationFactory(candidate=me, status=Status.WITHDRAWN)
    response = client.post(reverse("search:answer", args=[application.pk]), {"answer": "yes"}, follow=True)
    assert "You were taken off the list" in response.content.decode()
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


def test_an_answer_that_is_neither_changes_nothing(client, me):
    application = ApplicationFactory(candidate=me)
    client.post(reverse("search:answer", args=[application.pk]), {"answer": "perhaps"})
    application.refresh_from_db()
    assert application.status == Status.PUT_FORWARD


def test_pages_ask_few_questions(client, me, django_assert_max_num_queries):
    EvidenceFactory(candidate=me)
    for number in range(10):
        opening(f"Job {number}", "Picking orders")
    page(client, "search:my_openings")
    for most, name in ((30, "search:my_openings"), (16, "search:my_stopped"), (12, "candidates:my_story")):
        with django_assert_max_num_queries(most):
            page(client, name)
