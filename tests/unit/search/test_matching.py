"""The matcher's promises: who asks, who else is there and in what order lines stand change no score."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.models import Evidence
from search.bands import CLEAR, NONE, PARTIAL, BandModel
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement, _period, split_clauses
from search.matching import best_first, candidate_side, explain, job_side, score_all, together
from tests.fake_encoder import FakeEncoder

WORDS = ["drive", "lorry", "fork-lift", "stock", "hair", "cut", "kitchen", "clean", "weld", "Łódź", "💡", "  "]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
kinds = st.sampled_from([kind.value for kind in Evidence.Kind])
evidence = st.builds(EvidenceLine, text=texts, kind=kinds)
candidates = st.builds(
    CandidateDocument,
    id=st.text(min_size=1, max_size=4),
    evidence=st.lists(evidence, max_size=6, unique_by=lambda line: (line.kind, line.text)).map(tuple),
    interests=st.lists(st.sampled_from(["DRIVING", "RETAIL"]), unique=True).map(tuple),
)
jobs = st.builds(
    JobDocument,
    id=st.text(min_size=1, max_size=4),
    title=st.one_of(st.just(""), texts),
    requirements=st.lists(st.builds(Requirement, text=texts), max_size=6).map(tuple),
)


def vectors(document):
    return FakeEncoder().encode(document.phrases())


def job_numbers(job):
    return job_side(job, vectors(job))


def candidate_numbers(candidate):
    return candidate_side(candidate, vectors(candidate))


def score(job, candidate):
    return float(score_all(job_numbers(job), together([candidate_numbers(candidate)]))[0])


@given(jobs, candidates)
def test_a_score_is_a_number_and_the_same_whoever_asks(job, candidate):
    from_the_job = score(job, candidate)
    from_the_candidate = float(score_all(candidate_numbers(candidate), together([job_numbers(job)]))[0])
    assert np.isfinite(from_the_job)
    assert from_the_job == pytest.approx(from_the_candidate, abs=1e-5)
    assert -1.01 <= from_the_job <= 1.01


@given(jobs, candidates, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_score(job, candidate, draw):
    shuffled_job = replace(job, requirements=tuple(draw.sample(job.requirements, len(job.requirements))))
    shuffled = replace(candidate, evidence=tuple(draw.sample(candidate.evidence, len(candidate.evidence))))
    assert score(shuffled_job, shuffled) == pytest.approx(score(job, candidate), abs=1e-5)


@given(jobs, st.lists(candidates, min_size=1, max_size=5))
def test_who_else_is_there_changes_no_score(job, people):
    scores = score_all(job_numbers(job), together([candidate_numbers(person) for person in people]))
    assert len(scores) == len(people)
    for one, person in zip(scores, people, strict=True):
        assert float(one) == pytest.approx(score(job, person), abs=1e-5)


@given(candidates, st.text(max_size=3), st.integers(1, 50), st.dates())
def test_only_what_a_person_can_show_counts(candidate, agency, miles, day):
    job = JobDocument("1", "drive a lorry", (Requirement("load stock"),))
    other = replace(
        candidate,
        id="another",
        position=(51.0, 0.0),
        travel_miles=miles,
        available_from=day,
        is_released=False,
        filters={"agency": agency},
    )
    assert score(job, other) == score(job, candidate)


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(-1, 1)), unique_by=lambda pair: pair[0]))
def test_ties_keep_still(pairs):
    ids, scores = [id for id, _score in pairs], np.array([score for _id, score in pairs])
    order = [ids[i] for i in best_first(ids, scores)]
    backwards = [ids[::-1][i] for i in best_first(ids[::-1], scores[::-1])]
    assert order == backwards
    assert sorted(order) == sorted(ids)


def test_the_better_record_comes_first():
    job = JobDocument("1", "fork-lift driver", (Requirement("drive a fork-lift truck"), Requirement("load stock")))
    rich = CandidateDocument("a", (EvidenceLine("drive a fork-lift truck"), EvidenceLine("load stock")))
    thin = CandidateDocument("b", (EvidenceLine("load stock"),))
    other = CandidateDocument("c", (EvidenceLine("cut and colour hair"),))
    scores = [score(job, person) for person in (rich, thin, other)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > scores[2]


def test_nobody_is_scored_without_a_line():
    job = JobDocument("1", "driver", (Requirement("drive"),))
    assert score(job, CandidateDocument("a", ())) == 0
    assert score(JobDocument("1", "", ()), CandidateDocument("a", (EvidenceLine("drive"),))) == 0


def test_a_personal_strength_alone_ranks_nobody():
    job = JobDocument("1", "", (Requirement("teamwork"),))
    assert score(job, CandidateDocument("a", (EvidenceLine("teamwork", Evidence.Kind.PERSONAL),))) == 0


@settings(max_examples=40)
@given(jobs, candidates)
def test_every_requirement_is_explained_once_and_by_the_persons_own_line(job, candidate):
    reasons = explain(job, vectors(job), candidate, vectors(candidate))
    assert [reason.requirement for reason in reasons] == list(job.requirements)
    for reason in reasons:
        assert (reason.evidence is None) == (reason.band == NONE)
        assert reason.evidence is None or reason.evidence in candidate.evidence


def explained(requirement, *evidence, asked_on=None):
    job = JobDocument("1", "driver", (requirement,))
    candidate = CandidateDocument("a", evidence, asked_on=asked_on)
    return explain(job, vectors(job), candidate, vectors(candidate))[0]


def test_the_very_same_words_are_clear():
    reason = explained(Requirement("Stack shelves"), EvidenceLine("cut hair"), EvidenceLine("stack shelves"))
    assert reason.band == CLEAR
    assert reason.evidence.text == "stack shelves"


def test_a_credential_held_is_clear_whatever_it_is_called():
    line = Requirement("FLT ticket", "credential", credentials=frozenset({"truck"}))
    reason = explained(line, EvidenceLine("cut hair"), EvidenceLine("RTITB", credentials=frozenset({"truck"})))
    assert (reason.band, reason.evidence.text) == (CLEAR, "RTITB")


def test_a_credential_that_ran_out_is_not_shown():
    line = Requirement("FLT ticket", "credential", credentials=frozenset({"truck"}))
    card = EvidenceLine("FLT ticket I had", credentials=frozenset({"truck"}), expires=date(2026, 3, 1))
    assert explained(line, card, asked_on=date(2026, 3, 1)).band == CLEAR
    assert explained(line, card, asked_on=date(2026, 3, 2)).band == NONE


def test_the_same_words_on_a_card_that_ran_out_are_not_clear():
    line = Requirement("CSCS card", "credential", credentials=frozenset({"cscs"}))
    card = EvidenceLine("CSCS card", "licence", credentials=frozenset({"cscs"}), expires=date(2020, 1, 1))
    assert explained(line, card, asked_on=date(2026, 1, 1)).band == NONE


# Says of everything that it is shown clearly: what is left are the rules about what may be clear.
ALL_CLEAR = BandModel(np.array([0.0, 0, 0, 0, 0, 5]), np.array([[0.0, 0, 0], [0, 0, 1]]))
YEARS = "At least 2 years' experience as a roofer"


def worked(*spans):
    return [
        EvidenceLine(f"roofer, firm {n}", "role", period=(date(*start, 1), date(*end, 1)))
        for n, (start, end) in enumerate(spans)
    ]


@pytest.mark.parametrize(
    ("spans", "months", "band"),
    [
        ([((2020, 1), (2022, 1))], 24, CLEAR),
        ([((2020, 1), (2021, 1)), ((2023, 1), (2024, 1))], 24, CLEAR),  # two jobs of the trade add up
        ([((2020, 1), (2021, 1)), ((2020, 1), (2021, 1))], 12, PARTIAL),  # two at once do not
        ([((2020, 1), (2021, 11))], 22, PARTIAL),
        ([], 0, PARTIAL),
    ],
)
def test_less_time_than_is_asked_for_is_not_clear(monkeypatch, spans, months, band):
    monkeypatch.setattr("search.bands.shipped_model", lambda: ALL_CLEAR)
    record = worked(*spans) or [EvidenceLine("roofer", "role")]
    reason = explained(Requirement(YEARS), *record)
    assert (reason.band, reason.asked_months, reason.shown_months) == (band, 24, months)
    assert reason.is_too_short == (band != CLEAR)
    assert explained(Requirement("Roofing experience"), *record).band == CLEAR


def test_a_card_that_ran_out_shows_no_work_clearly(monkeypatch):
    monkeypatch.setattr("search.bands.shipped_model", lambda: ALL_CLEAR)
    card = EvidenceLine("Counterbalance licence", "licence", expires=date(2026, 9, 30))
    moving = Requirement("Move pallets with a counterbalance truck")
    assert explained(moving, card, asked_on=date(2026, 9, 30)).band == CLEAR
    assert explained(moving, card, asked_on=date(2026, 10, 1)).band == PARTIAL


@pytest.mark.parametrize(
    ("asked", "line", "held", "band"),
    [
        ("Stack pallets with a counterbalance truck", "Good with a hand pallet truck", (), PARTIAL),
        ("Stack pallets with a counterbalance truck", "Good with a hand pallet truck", ("forklift",), CLEAR),
        ("Stack pallets with a counterbalance truck", "Drove a fork-lift in the stores", (), CLEAR),
        ("Stack pallets with a pump truck", "Good with a hand pallet truck", (), CLEAR),
        ("Fell trees with a chainsaw", "Cleared brambles by hand", (), PARTIAL),
        ("Dig footings with a mini digger", "Dug footings with an excavator", (), CLEAR),
        ("Dig footings with a mini digger", "Groundworks", ("180-excavator",), CLEAR),
        ("Dig footings with a mini digger", "Drove a fork-lift in the stores", ("forklift",), PARTIAL),
        ("Operate tower cranes", "Slung loads for the crane", (), CLEAR),
        ("Operate tower cranes", "Groundworks", (), PARTIAL),
        ("Erect scaffolding to drawings", "Laid bricks", (), PARTIAL),
        ("Lay bricks from scaffolds", "Laid bricks", (), CLEAR),
        ("Fix gutters from a scissor lift", "Fixed gutters", ("ipaf",), CLEAR),
    ],
)
def test_work_with_a_machine_that_takes_a_ticket_is_clear_by_the_ticket_or_the_machine(
    monkeypatch, asked, line, held, band
):
    monkeypatch.setattr("search.bands.shipped_model", lambda: ALL_CLEAR)
    assert explained(Requirement(asked), EvidenceLine(line, credentials=frozenset(held))).band == band


def test_a_card_alone_is_no_experience():
    line = Requirement("Minimum 2 years C+E experience", "credential", credentials=frozenset({"driving-ce"}))
    held = EvidenceLine("C+E licence", "licence", credentials=frozenset({"driving-ce"}))
    assert explained(line, held).band == PARTIAL


def test_work_that_does_not_show_it_does_not_count(monkeypatch):
    nothing = BandModel(np.array([0.0, 0, 0, 0, 0, -5]), np.array([[0.0, 0, 0], [0, 0, 1]]))
    monkeypatch.setattr("search.bands.shipped_model", lambda: nothing)
    best, other = worked(((2020, 1), (2021, 1)), ((2010, 1), (2019, 1)))
    assert explained(Requirement(YEARS), best, other).shown_months in (12, 108)  # of the line that is named alone


DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "from_date", "to_date", "period"),
    [
        ("role", date(2020, 1, 1), date(2021, 1, 1), (date(2020, 1, 1), date(2021, 1, 1))),
        ("role", date(2020, 1, 1), None, None),  # when it ended nobody knows
        ("placement", date(2026, 1, 1), None, (date(2026, 1, 1), DAY)),
        ("prison_work", date(2027, 1, 1), None, None),  # it has not begun
        ("placement", None, None, None),
        ("qualification", date(2020, 1, 1), date(2021, 1, 1), None),  # a course is no work
        ("skill", date(2020, 1, 1), date(2021, 1, 1), None),
    ],
)
def test_how_long_is_read_from_the_dates_of_work_alone(kind, from_date, to_date, period):
    assert _period(kind, from_date, to_date, DAY) == period


def test_nobody_is_matched_by_age(monkeypatch):
    monkeypatch.setattr("search.bands.shipped_model", lambda: ALL_CLEAR)
    reason = explained(Requirement("You must be 18 or over"), EvidenceLine("I am 32 years of age"))
    assert (reason.band, reason.asked_age) == (NONE, 18)
    assert explained(Requirement("Cut hair"), EvidenceLine("cut hair")).asked_age == 0


def test_a_ticked_strength_is_never_clear():
    assert explained(Requirement("Teamwork"), EvidenceLine("Teamwork", "personal")).band == PARTIAL


def test_an_empty_record_shows_nothing():
    assert explained(Requirement("drive")).band == NONE


def test_clauses_are_the_parts_of_a_long_line():
    assert split_clauses("Load lorries, check deliveries and keep stock records") == [
        "Load lorries",
        "check deliveries",
        "keep stock records",
    ]
    assert split_clauses("Drive a lorry") == []


def test_a_licence_that_the_work_implies_is_partly_shown():
    line = Requirement("Full driving licence", "credential", credentials=frozenset({"driving-b"}))
    reason = explained(line, EvidenceLine("delivery driver", "role", implied=frozenset({"driving-b"})))
    assert (reason.band, reason.evidence.text) == (PARTIAL, "delivery driver")
