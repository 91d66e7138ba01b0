"""Each rule says the same thing twice: as filters of an engine and as a check of one pair. Here the two must agree."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.engines.base import Query
from search.engines.embedded import EmbeddedEngine
from search.indexing import indexed_candidate, indexed_job
from search.matching import candidate_side, job_side
from search.rules import RULES, TooFar, stops
from tests.fake_encoder import FakeEncoder

TODAY = date(2026, 11, 21)
LEEDS, BRADFORD, LONDON = (53.79, -1.54), (53.79, -1.75), (51.51, -0.13)
CARD, TRUCK = "cscs-labourer", "ticket-truck"

days = st.one_of(st.none(), st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n)))
places = st.sampled_from([None, LEEDS, BRADFORD, LONDON])
groups = st.sampled_from([frozenset({CARD}), frozenset({TRUCK, "ticket-reach"})])
requirements = st.builds(
    Requirement,
    text=st.just("a ticket"),
    is_essential=st.booleans(),
    credentials=st.one_of(st.just(frozenset()), groups),
    is_training_given=st.booleans(),
)
jobs = st.builds(
    JobDocument,
    id=st.just("job"),
    title=st.just("Driver"),
    requirements=st.lists(requirements, max_size=3).map(tuple),
    position=places,
    is_anywhere=st.booleans(),
    is_published=st.booleans(),
    closing_date=days,
    start_date=days,
    pledge_until=days,
)
lines = st.builds(
    EvidenceLine,
    text=st.just("drive"),
    credentials=st.sampled_from([frozenset(), frozenset({CARD}), frozenset({TRUCK})]),
    expires=days,
)
candidates = st.builds(
    CandidateDocument,
    id=st.just("candidate"),
    evidence=st.lists(lines, max_size=2).map(tuple),
    position=places,
    travel_miles=st.sampled_from([5, 20, 300]),
    available_from=days,
    is_released=st.booleans(),
    asked_on=st.just(TODAY),
    within_reach=st.sampled_from([frozenset(), frozenset({CARD})]),
)
MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def engine(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    with engine.rebuild():
        pass
    return engine


def vectors(document):
    return FakeEncoder().encode(document.phrases()).reshape(-1, 384)


def found(engine, kind, filters):
    return engine.search(Query(kind, np.zeros(384, np.float32), filters=tuple(filters))).total == 1


@pytest.mark.parametrize("rule", [*RULES, TooFar(10)], ids=lambda rule: f"{rule.name}-{getattr(rule, 'miles', '')}")
@MANY
@given(job=jobs, candidate=candidates)
def test_filters_and_check_agree(engine, rule, job, candidate):
    engine.put([indexed_job(job, job_side(job, vectors(job)), engine_version())])
    engine.put([indexed_candidate(candidate, candidate_side(candidate, vectors(candidate)), engine_version())])
    passes = rule.stop(job, candidate, TODAY) is None
    assert found(engine, "candidate", rule.on_candidates(job, TODAY)) == passes
    if rule.name != "not_released":  # looking for oneself needs nobody's release
        assert found(engine, "job", rule.on_jobs(candidate, TODAY)) == passes


_versions = iter(range(1, 10**9))


def engine_version():
    return next(_versions)


def open_job(**changes):
    fields = {
        "position": LEEDS,
        "start_date": TODAY + timedelta(days=30),
        "pledge_until": TODAY + timedelta(days=100),
    }
    return JobDocument("1", "Driver", **{"requirements": (), **fields, **changes})


def ready_candidate(**changes):
    fields = {"position": BRADFORD, "travel_miles": 20, "available_from": TODAY, "asked_on": TODAY}
    return CandidateDocument("2", **{"evidence": (), **fields, **changes})


def reasons(job, candidate):
    return [stop.reason for stop in stops(RULES, job, candidate, TODAY)]


def test_a_pair_that_no_rule_stops():
    assert reasons(open_job(), ready_candidate()) == []


@pytest.mark.parametrize(
    ("job", "candidate", "reason"),
    [
        ({"is_published": False}, {}, "The job is not published."),
        ({"closing_date": TODAY - timedelta(days=1)}, {}, "The job closed on 20 November 2026."),
        ({"pledge_until": None}, {}, "The employer has no accepted pledge to ban the box."),
        (
            {"pledge_until": TODAY - timedelta(days=1)},
            {},
            "The employer's pledge to ban the box ran out on 20 November 2026.",
        ),
        ({}, {"is_released": False}, "The candidate has not yet said yes to being shown to employers."),
        ({}, {"position": LONDON}, "The job is 168 miles from home, and the limit is 20."),
        ({}, {"position": None}, "We do not know where the candidate will live. Add a home postcode district."),
        ({"position": None}, {}, "The job does not say where it is. Ask the employer for its postcode district."),
        ({}, {"travel_miles": None}, "We do not know how far the candidate can travel. Add a distance in miles."),
        ({}, {"available_from": None}, "We do not know when the candidate can start. Add a date."),
        (
            {},
            {"available_from": TODAY + timedelta(days=31)},
            "The job starts on 21 December 2026, and the candidate can start on 22 December 2026.",
        ),
    ],
)
def test_each_rule_says_why(job, candidate, reason):
    assert reasons(open_job(**job), ready_candidate(**candidate)) == [reason]


def test_work_from_home_is_never_too_far():
    assert reasons(open_job(position=None, is_anywhere=True), ready_candidate(position=None)) == []


def must(*slugs, **changes):
    return open_job(requirements=(Requirement("a ticket", credentials=frozenset(slugs), **changes),))


def test_a_missing_must_have_is_named():
    [reason] = reasons(must("forklift-counterbalance"), ready_candidate())
    assert reason.startswith("Needs ")
    assert "fork" in reason.lower()


def test_any_one_of_several_will_do():
    held = ready_candidate(evidence=(EvidenceLine("mine", credentials=frozenset({TRUCK})),))
    assert reasons(must(CARD, TRUCK), held) == []


def test_a_card_that_ran_out_is_named_as_such():
    card = EvidenceLine("my card", credentials=frozenset({TRUCK}), expires=TODAY - timedelta(days=1))
    [reason] = reasons(must(TRUCK), ready_candidate(evidence=(card,)))
    assert reason == "Needs ticket-truck: the one held ran out on 20 November 2026."


def test_a_card_that_a_course_awards_in_time_lowers_and_does_not_stop():
    job = open_job(requirements=(Requirement("Site card", credentials=frozenset({CARD})),))
    assert "must_have_missing" in [stop.rule for stop in stops(RULES, job, ready_candidate(), TODAY)]
    taught = ready_candidate(within_reach=frozenset({CARD}))
    assert not stops(RULES, job, taught, TODAY)
    assert not taught.credentials()


@pytest.mark.parametrize("changes", [{"is_training_given": True}, {"is_essential": False}])
def test_what_is_taught_or_only_wished_for_stops_nobody(changes):
    assert reasons(must(TRUCK, **changes), ready_candidate()) == []


def test_work_that_implies_a_licence_stops_nobody_until_the_licence_is_known_to_have_run_out():
    driver = EvidenceLine("delivery driver", "role", implied=frozenset({"driving-b"}))
    assert reasons(must("driving-b"), ready_candidate(evidence=(driver,))) == []
    ended = EvidenceLine("car licence", credentials=frozenset({"driving-b"}), expires=TODAY - timedelta(days=1))
    [reason] = reasons(must("driving-b"), ready_candidate(evidence=(driver, ended)))
    assert reason.endswith("ran out on 20 November 2026.")
