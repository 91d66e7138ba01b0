"""Elasticsearch answers as the engine of one machine does: the same sets, the same best, the same order."""

import random
from datetime import date

import numpy as np
import pytest

from search.engines.base import AllMet, AnyOf, AtLeast, AtMost, Query, Within
from search.evaluation.world import Trade, compose
from search.indexing import indexed_candidate, indexed_job
from search.matching import best_first, candidate_side, job_side, score_all
from search.rules import RULES
from search.words import rarest
from tests.engines.engines import ENGINES, document, remove_indices
from tests.fake_encoder import FakeEncoder

ON = date(2026, 11, 22)
OTHERS = sorted(set(ENGINES) - {"embedded"})
WORDS = "pallets lorries hedges boilers ledgers menus tiles engines looms sails ponies hair".split()
DEEDS = "load mend count paint pack clean sort check trim cook".split()


@pytest.fixture(params=OTHERS)
def both(request, tmp_path):
    """The embedded engine and another, with whatever is put put into both."""
    one, other = ENGINES["embedded"](tmp_path), ENGINES[request.param](tmp_path)
    for engine in (one, other):
        with engine.rebuild():
            pass
    yield one, other
    remove_indices(other)


def put(both, documents):
    for engine in both:
        engine.put(documents)


def world(people=400, jobs=12):
    trades = [
        Trade(f"{deed}er of {word}", tuple(f"{deed} {word} {n}" for n in range(7))) for deed in DEEDS for word in WORDS
    ]
    return compose(trades, people, jobs, ON, seed=7)


def side_of(one, make):
    return make(one, FakeEncoder().encode(one.phrases()))


def test_the_matcher_puts_the_same_twenty_on_top_for_every_job(both):
    made = world()
    put(both, [indexed_candidate(one, side_of(one, candidate_side), 1) for one in made.candidates])
    for job in made.jobs:
        side = side_of(job, job_side)
        filters = tuple(wanted for rule in RULES for wanted in rule.on_candidates(job, ON))
        for wanted in (filters, ()):
            query = Query("candidate", side.profile, rarest(job.phrases(), 8), wanted)
            tops, totals = [], []
            for engine in both:
                hits = engine.search(query, limit=100)
                scores = score_all(side, hits)
                tops.append([hits.ids[i] for i in best_first(hits.ids, scores)[:20]])
                totals.append(hits.total)
            assert totals[0] == totals[1]
            assert tops[0] == tops[1]


def test_the_same_jobs_pass_for_every_candidate(both):
    made = world(people=40, jobs=80)
    put(both, [indexed_job(one, side_of(one, job_side), 1) for one in made.jobs])
    for person in made.candidates:
        side = side_of(person, candidate_side)
        filters = tuple(wanted for rule in RULES for wanted in rule.on_jobs(person, ON))
        found = [engine.search(Query("job", side.profile, (), filters)) for engine in both]
        assert set(found[0].ids) == set(found[1].ids)
        assert found[0].total == found[1].total == both[0].count("job", filters) == both[1].count("job", filters)


def test_any_filters_leave_the_same_documents(both):
    draw = random.Random(11)
    groups = ["lgv", "sia|cscs", "cscs", "first-aid|sia"]
    put(
        both,
        [
            document(
                f"{number:03}",
                numbers={
                    name: float(draw.randrange(1, 40))
                    for name in ("travel", "closing", "starts")
                    if draw.random() < 0.7
                },
                keywords={
                    "agency": frozenset(draw.sample("abcd", draw.randrange(3))),
                    "flags": frozenset(draw.sample(["anywhere", "released"], draw.randrange(3))),
                    "must_have": frozenset(draw.sample(groups, draw.randrange(3))),
                },
                position=(draw.uniform(50, 55), draw.uniform(-5, 1.5)) if draw.random() < 0.8 else None,
            )
            for number in range(300)
        ],
    )
    for _time in range(60):
        filters = tuple(draw.sample(_some_filters(draw), draw.randrange(1, 4)))
        sets = [set(engine.search(query_of(filters), limit=300).ids) for engine in both]
        assert sets[0] == sets[1], filters
        assert both[0].count("candidate", filters) == both[1].count("candidate", filters) == len(sets[0])


def _some_filters(draw):
    held = frozenset(draw.sample(["lgv", "sia", "cscs", "first-aid"], draw.randrange(4)))
    place = (draw.uniform(50, 55), draw.uniform(-5, 1.5))
    number, or_missing = float(draw.randrange(1, 40)), draw.random() < 0.5
    return [
        AtMost("closing", number, or_missing),
        AtLeast("starts", number, or_missing),
        AnyOf("agency", frozenset(draw.sample("abcd", draw.randrange(3)))),
        AllMet(held),
        Within(*place, draw.choice([5, 40, 120])),
        Within(*place),
        Within(*place, or_flag="anywhere"),
    ]


def query_of(filters):
    return Query("candidate", FakeEncoder().encode(["load pallets"])[0], (), filters)


def test_equal_ones_come_in_the_same_order_where_the_list_is_cut(both):
    numbers = list(range(250))
    random.Random(3).shuffle(numbers)
    put(both, [document(f"{number:03}") for number in numbers])
    found = [engine.search(query_of(()), limit=40).ids for engine in both]
    assert found[0] == found[1] == tuple(f"{number:03}" for number in range(40))


def test_the_material_comes_back_as_the_same_numbers(both):
    made = world(people=30)
    put(both, [indexed_candidate(one, side_of(one, candidate_side), 1) for one in made.candidates])
    one, other = (engine.search(query_of(()), limit=30) for engine in both)
    assert one.ids == other.ids
    for name in ("profiles", "lines", "starts", "weights", "terms", "term_starts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
