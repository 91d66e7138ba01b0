"""What an adviser finds: the grid, the reasons, who is stopped and why, and the shortlist."""

from datetime import date

import pytest
from django.urls import reverse

from candidates.models import Application, Evidence
from tests.factories.accounts import AgencyMemberFactory, OutcodeFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.jobs import AcademyFactory, CourseFactory, CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(client):
    member = AgencyMemberFactory()
    client.force_login(member.user)
    return member


@pytest.fixture
def job():
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(job=job, text="Picking and packing orders")
    RequirementFactory(job=job, text="Sweeping floors", is_essential=False)
    return job


def person(adviser, *lines, **kwargs):
    candidate = CandidateFactory(agency=adviser.agency, **kwargs)
    for text in lines:
        EvidenceFactory(candidate=candidate, text=text, proof=Evidence.Proof.OBSERVED)
    return candidate


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def test_the_grid_ranks_people_and_shows_a_word_and_the_evidence_in_every_cell(client, adviser, job):
    weak = person(adviser, "Hairdressing")
    strong = person(adviser, "Picking and packing orders")
    response = page(client, "search:job_candidates", job.slug)
    rows = response.context["grid"].rows
    assert [row.candidate for row in rows] == [strong]
    assert rows[0].cells[0].band == "clear"
    text = response.content.decode()
    assert text.count('scope="row" class="tg-grid__person"') == 1
    assert text.count('class="tg-mark ') == 2 + 3  # two cells and the legend
    assert "Picking and packing orders, observed" in text
    assert "nothing yet" in text
    assert [row.candidate for row in response.context["grid"].unmatched] == [weak]
    assert "2 people pass the rules" in text
    assert text.index("</table>") < text.index("Nothing in their record matches this job yet") < text.index(str(weak))
    assert "The order is a suggestion." in text


def test_the_grid_puts_must_haves_first_and_keeps_the_rest_for_the_persons_page(client, adviser):
    job, card = JobFactory(), CredentialFactory()
    for number in range(6):
        RequirementFactory(job=job, text=f"Helpful thing {number}", is_essential=False)
    RequirementFactory(job=job, text="The card itself", credentials=[card], kind="credential")
    holder = person(adviser)
    EvidenceFactory(candidate=holder, text="I hold it", credentials=[card], kind="licence")
    response = page(client, "search:job_candidates", job.slug)
    grid = response.context["grid"]
    assert grid.columns[0].text == "The card itself"
    assert (len(grid.columns), grid.more) == (5, 2)
    assert "2 more lines of this job" in response.content.decode()


def test_only_ones_own_people_are_in_the_grid(client, adviser, job):
    own = person(adviser, "Picking orders")
    CandidateFactory()
    assert [row.candidate for row in page(client, "search:job_candidates", job.slug).context["grid"].rows] == [own]


def test_the_grid_has_ten_people_a_page(client, adviser, job):
    for _number in range(12):
        person(adviser, "Picking orders")
    assert len(page(client, "search:job_candidates", job.slug).context["grid"].rows) == 10
    second = page(client, "search:job_candidates", job.slug, page="2")
    assert len(second.context["grid"].rows) == 2
    past_the_end = page(client, "search:job_candidates", job.slug, page="99")
    assert [row.candidate for row in past_the_end.context["grid"].rows] == [
        row.candidate for row in second.context["grid"].rows
    ]


@pytest.mark.parametrize("number", ["x", "-3", "0", "9" * 40, "²"])
def test_a_page_number_that_is_none_shows_the_first(client, adviser, job, number):
    person(adviser, "Picking orders")
    assert page(client, "search:job_candidates", job.slug, page=number).context["page"].number == 1


def test_filters_say_what_they_do_and_come_off_one_by_one(client, adviser, job):
    card = CredentialFactory(name="CSCS card")
    near = person(adviser)
    EvidenceFactory(candidate=near, text="I hold it", credentials=[card])
    person(adviser, "Picking", home_outcode=OutcodeFactory(code="M1"), travel_miles=90)
    response = page(client, "search:job_candidates", job.slug, within="15", holds=card.slug)
    assert [row.candidate for row in response.context["grid"].everybody] == [near]
    assert response.context["chips"] == [
        ("within 15 miles", f"?holds={card.slug}"),
        ("holds: CSCS card", "?within=15"),
    ]
    assert len(page(client, "search:job_candidates", job.slug, within="nonsense").context["grid"].everybody) == 2


def test_an_empty_grid_says_what_to_do(client, adviser, job):
    assert "Nobody passes the rules of this job yet" in page(client, "search:job_candidates", job.slug).content.decode()


def test_the_course_that_would_help_most_counts_people_whom_one_card_alone_keeps_away(client, adviser, job):
    card = CredentialFactory(name="Lift truck card")
    RequirementFactory(job=job, text="Lift truck card", credentials=[card], kind="credential")
    missing = [person(adviser, "Picking orders") for _number in range(2)]
    person(adviser, "Picking orders", released_to_employers_at=None)  # another rule stops this one as well
    CourseFactory(
        academy=AcademyFactory(prison=adviser.agency.prison), credential=card, title="Lift trucks in a week", places=4
    )
    response = page(client, "search:job_candidates", job.slug)
    assert response.context["step"].opens == 2
    text = response.content.decode()
    assert "2 more people would pass the rules with:" in text
    assert "Lift trucks in a week" in text
    assert "4 places" in text
    listed = page(client, "search:job_stopped", job.slug, lacking=card.slug)
    assert {one.row for one in listed.context["page"]} == set(missing)


def test_nothing_is_said_of_a_course_where_none_would_help(client, adviser, job):
    person(adviser, "Picking orders", released_to_employers_at=None)
    text = page(client, "search:job_candidates", job.slug).content.decode()
    assert "One course would help most" not in text


def test_stopped_people_are_listed_with_every_reason_and_by_rule(client, adviser, job):
    far = person(adviser, home_outcode=OutcodeFactory(code="M1"), travel_miles=5)
    hidden = person(adviser, released_to_employers_at=None)
    fits = person(adviser, "Picking orders")
    response = page(client, "search:job_stopped", job.slug)
    assert {one.row for one in response.context["page"]} == {far, hidden}
    assert "the limit is 5" in response.content.decode()
    assert "has not yet said yes" in response.content.decode()
    by_rule = page(client, "search:job_stopped", job.slug, rule="too_far")
    assert [one.row for one in by_rule.context["page"]] == [far]
    assert fits not in {one.row for one in response.context["page"]}


def test_the_pair_page_shows_every_line_and_how_to_close_a_gap(client, adviser, job):
    card = CredentialFactory(name="Lift truck card")
    RequirementFactory(job=job, text="Lift truck card", credentials=[card], kind="credential", is_essential=False)
    CourseFactory(academy=AcademyFactory(prison=adviser.agency.prison), credential=card, title="Lift trucks")
    candidate = person(adviser, "Picking and packing orders")
    text = page(client, "search:pair", job.slug, candidate.reference).content.decode()
    assert text.count('class="tg-mark tg-mark--') >= 3
    assert "Lift trucks: starts" in text
    assert "Put forward" in text


def test_a_licence_that_only_the_work_speaks_for_is_to_be_checked(client, adviser):
    licence = CredentialFactory(slug="driving-b", name="Driving licence")
    job = JobFactory()
    RequirementFactory(job=job, text="Full UK driving licence", kind="credential", credentials=[licence])
    driver = person(adviser)
    EvidenceFactory(candidate=driver, text="Multi-drop delivery driver", kind="role")
    response = page(client, "search:job_candidates", job.slug)
    assert response.context["grid"].rows[0].cells[0].band == "partial"
    assert "Multi-drop delivery driver, told us; check the licence" in response.content.decode()
    text = page(client, "search:pair", job.slug, driver.reference).content.decode()
    assert "The work implies it; check the licence." in text
    EvidenceFactory(candidate=driver, text="I hold it", kind="licence", credentials=[licence])
    assert "check the licence" not in page(client, "search:pair", job.slug, driver.reference).content.decode()


def test_how_long_is_held_against_what_they_ask_for(client, adviser):
    job = JobFactory()
    RequirementFactory(job=job, text="Warehouse work: at least 2 years' experience of picking orders")
    RequirementFactory(job=job, text="You must be 18 or over")
    picker = person(adviser)
    line = EvidenceFactory(candidate=picker, text="Picking orders in warehouse work", kind="role")
    text = page(client, "search:pair", job.slug, picker.reference).content.decode()
    assert "They ask for 2 years; the record does not say how long." in text
    assert "people of 18 or over" in text
    line.from_date, line.to_date = date(2024, 1, 1), date(2024, 5, 1)
    line.save()
    text = page(client, "search:pair", job.slug, picker.reference).content.decode()
    assert "They ask for 2 years; the record shows 4 months." in text
    assert "they ask for 2 years" in page(client, "search:job_candidates", job.slug).content.decode()
    line.to_date = date(2026, 1, 1)
    line.save()
    assert "They ask for" not in page(client, "search:pair", job.slug, picker.reference).content.decode().replace(
        "They ask for people of 18", ""
    )


def test_a_cell_is_cut_and_the_persons_page_holds_the_whole_line(client, adviser, job):
    text = "Picking and packing orders with a scanner on the early shift in a cold store"
    packer = person(adviser, text)
    assert text not in page(client, "search:job_candidates", job.slug).content.decode()
    assert text in page(client, "search:pair", job.slug, packer.reference).content.decode()


def test_the_pair_page_says_why_somebody_is_stopped_and_offers_no_way_round(client, adviser, job):
    candidate = person(adviser, released_to_employers_at=None)
    text = page(client, "search:pair", job.slug, candidate.reference).content.decode()
    assert "Stopped for now" in text
    assert reverse("search:put_forward", args=[job.slug, candidate.reference]) not in text


class TestShortlist:
    def put(self, client, job, candidate, note="Did this for a year."):
        return client.post(reverse("search:put_forward", args=[job.slug, candidate.reference]), {"note": note})

    def test_putting_forward_keeps_the_reason_and_shows_it(self, client, adviser, job):
        candidate = person(adviser, "Picking orders")
        assert self.put(client, job, candidate).status_code == 302
        response = page(client, "search:job_candidates", job.slug)
        assert [one.note for one in response.context["shortlist"]] == ["Did this for a year."]
        text = response.content.decode()
        assert "Take off the shortlist" in text
        assert "Waiting for the candidate" in text

    def test_a_reason_is_needed(self, client, adviser, job):
        response = self.put(client, job, person(adviser), note=" ")
        assert "Write why this person" in response.content.decode()
        assert not Application.objects.exists()

    def test_a_rule_is_not_overridden_by_posting_straight_away(self, client, adviser, job):
        response = self.put(client, job, person(adviser, released_to_employers_at=None))
        assert "has not yet said yes" in response.content.decode()
        assert not Application.objects.exists()

    def test_taking_off_is_undone_by_putting_forward_again(self, client, adviser, job):
        candidate = person(adviser, "Picking orders")
        self.put(client, job, candidate)
        client.post(reverse("search:take_off", args=[job.slug, candidate.reference]))
        assert not page(client, "search:job_candidates", job.slug).context["shortlist"]
        self.put(client, job, candidate, note="Back again.")
        assert Application.objects.get().note == "Back again."

    def test_somebody_who_said_no_is_not_asked_again(self, client, adviser, job):
        candidate = person(adviser, "Picking orders")
        ApplicationFactory(job=job, candidate=candidate, status=Application.Status.DECLINED)
        self.put(client, job, candidate)
        assert Application.objects.get().status == Application.Status.DECLINED
        assert "Said no" in page(client, "search:job_candidates", job.slug).content.decode()

    def test_the_shortlist_shows_nobody_elses_people(self, client, adviser, job):
        ApplicationFactory(job=job)
        assert not page(client, "search:job_candidates", job.slug).context["shortlist"]


def test_the_list_of_jobs_counts_ones_own_people_who_fit(client, adviser, job):
    person(adviser, "Picking orders")
    person(adviser, released_to_employers_at=None)
    CandidateFactory()
    assert page(client, "search:adviser_jobs").context["rows"] == [(job, 1)]
    assert not page(client, "search:adviser_jobs", words="plumber").context["rows"]


def test_a_candidates_openings_are_ranked_and_the_stopped_ones_say_why(client, adviser, job):
    other = RequirementFactory(job=JobFactory(title="Hairdresser"), text="Cutting hair").job
    far = RequirementFactory(job=JobFactory(outcode=OutcodeFactory(code="M1")), text="Picking orders").job
    candidate = person(adviser, "Picking and packing orders")
    response = page(client, "search:candidate_jobs", candidate.reference)
    assert [one.row for one in response.context["ranked"]] == [job]
    assert [one.row for one in response.context["unmatched"]] == [other]
    assert "Nothing in their record matches these yet" in response.content.decode()
    stopped = page(client, "search:candidate_jobs", candidate.reference, show="stopped")
    assert [one.row for one in stopped.context["ranked"]] == [far]
    assert "miles from home" in stopped.content.decode()


def test_the_caseload_is_found_by_name_reference_and_skill(client, adviser):
    one = person(adviser, "Welding", first_name="Ffion", last_name="Adeyemi")
    two = person(adviser, "Baking")
    CandidateFactory()
    assert set(page(client, "candidates:caseload").context["candidates_page"]) == {one, two}
    for words in ("ffion adeyemi", one.reference, "weld"):
        assert list(page(client, "candidates:caseload", words=words).context["candidates_page"]) == [one]
    assert "Nobody here matches that" in page(client, "candidates:caseload", words="zzz").content.decode()


def test_an_adviser_adds_a_line_with_its_proof(client, adviser):
    candidate = person(adviser)
    url = reverse("candidates:detail", args=[candidate.reference])
    client.post(url, {"text": "Laid bricks", "kind": "skill", "proof": "assessed", "expires_date": "2031-02-03"})
    line = candidate.evidence.get()
    assert (line.text, line.proof, line.recorded_by) == ("Laid bricks", "assessed", adviser.user)
    assert "Laid bricks" in page(client, "candidates:detail", candidate.reference).content.decode()


def test_an_adviser_writes_when_work_was_done(client, adviser):
    candidate = person(adviser)
    url = reverse("candidates:detail", args=[candidate.reference])
    client.post(
        url, {"text": "Bricklayer", "kind": "role", "proof": "told_us", "from_date": "5/2019", "to_date": "4/2021"}
    )
    text = page(client, "candidates:detail", candidate.reference).content.decode()
    assert "Told us. May 2019 to April 2021" in text
    line = candidate.evidence.get()
    months = reverse("candidates:line_months", args=[candidate.reference, line.pk])
    assert months in text
    assert client.post(months, {"from_date": "5/2019", "to_date": "5/2022"}).url == candidate.get_absolute_url()
    line.refresh_from_db()
    assert line.to_date == date(2022, 5, 31)


def test_a_card_that_ran_out_says_so(client, adviser):
    job = JobFactory()
    RequirementFactory(job=job, text="Picking orders in warehouse work")
    picker = person(adviser)
    line = EvidenceFactory(candidate=picker, text="Warehouse work: picking orders", expires_date=date(2020, 2, 3))
    assert "ran out on 3 February 2020" in page(client, "search:pair", job.slug, picker.reference).content.decode()
    assert "ran out in Feb 2020" in page(client, "search:job_candidates", job.slug).content.decode()
    line.expires_date = date(2999, 2, 3)
    line.save()
    assert "valid to 3 February 2999" in page(client, "search:pair", job.slug, picker.reference).content.decode()
    assert "valid to Feb 2999" in page(client, "search:job_candidates", job.slug).content.decode()


def test_an_adviser_changes_time_and_place_but_not_the_persons_yes(client, adviser):
    candidate = person(adviser, released_to_employers_at=None)
    OutcodeFactory(code="M1")
    facts = {"home_outcode": "m1 2ab", "travel_miles": "12", "is_released": "on"}
    client.post(reverse("candidates:facts", args=[candidate.reference]), facts)
    candidate.refresh_from_db()
    assert (candidate.home_outcode_id, candidate.travel_miles) == ("M1", 12)
    assert not candidate.is_released_to_employers


def test_pages_ask_few_questions_however_many_people_there_are(client, adviser, job, django_assert_max_num_queries):
    for _number in range(10):
        ApplicationFactory(job=job, candidate=person(adviser, "Picking orders"), put_forward_by=adviser.user)
    page(client, "search:job_candidates", job.slug)  # the index and the phrases are made
    candidate = adviser.agency.candidates.first()
    for most, name, args in (
        (32, "search:job_candidates", [job.slug]),
        (18, "search:job_stopped", [job.slug]),
        (22, "search:pair", [job.slug, candidate.reference]),
        (14, "search:adviser_jobs", []),
        (12, "candidates:caseload", []),
        (12, "candidates:detail", [candidate.reference]),
        (28, "search:candidate_jobs", [candidate.reference]),
    ):
        with django_assert_max_num_queries(most):
            page(client, name, *args)
