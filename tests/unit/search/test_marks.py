from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.credentials import closure, load_vocabulary
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.marks import candidate_marks, card_fit, job_marks, level_fit
from search.statistics import TERM_BUCKETS, term_weights
from search.words import overlap, terms

DAY = date(2026, 11, 22)


def job(title="Cleaner", *credentials):
    return JobDocument("1", title, tuple(Requirement("a card", credentials=frozenset(one)) for one in credentials))


def person(*lines):
    return CandidateDocument("2", lines, asked_on=DAY)


def card(slug, **facts):
    return EvidenceLine("a card", "LICENCE", credentials=closure([slug]), **facts)


def fits(one, other):
    """Both ways round: it must not matter who asks."""
    a, b = job_marks(one), candidate_marks(other)
    found = []
    for measure in (level_fit, card_fit):
        forth, back = (measure(x, y, np.array([0, len(y)]))[0] for x, y in ((a, b), (b, a)))
        assert forth == back
        found.append(float(forth))
    return found


def test_nothing_asked_is_all_met():
    assert fits(job(), person()) == [1, 1]


@pytest.mark.parametrize(
    ("title", "lines", "fit"),
    [
        ("Ward manager", (), 1 / 3),
        ("Ward manager", (EvidenceLine("manage staff"),), 1),
        ("Site supervisor", (), 2 / 3),
        ("Site supervisor", (EvidenceLine("gang foreman", "ROLE"),), 1),
        ("Cleaner", (EvidenceLine("manage staff"),), 1),
    ],
)
def test_the_level_counts_what_is_missing_to_the_job(title, lines, fit):
    assert fits(job(title), person(*lines))[0] == pytest.approx(fit)


def test_cards_held_and_covered_count_and_cards_that_ran_out_do_not():
    asks = job("Driver", {"driving-c"}, {"cscs-green"})
    assert fits(asks, person())[1] == 0
    assert fits(asks, person(card("driving-ce")))[1] == 0.5
    assert fits(asks, person(card("driving-ce"), card("cscs-green")))[1] == 1
    assert fits(asks, person(card("driving-ce", expires=date(2026, 1, 1))))[1] == 0


def test_where_any_of_several_is_taken_none_is_marked():
    assert fits(job("Driver", {"driving-c", "driving-d"}), person())[1] == 1


@given(st.lists(st.sampled_from([entry.slug for entry in load_vocabulary()]), max_size=5))
def test_marks_are_no_words(slugs):
    marks = np.concatenate(
        [job_marks(job("Head chef", *({slug} for slug in slugs))), candidate_marks(person(*map(card, slugs)))]
    )
    assert (marks >= TERM_BUCKETS).all()
    assert len(set(job_marks(job("Head chef", *({slug} for slug in slugs))).tolist())) == 2 + len(set(slugs))
    assert not term_weights()[marks].any()
    words = terms(["lay bricks"])
    with_marks = np.append(words, marks)
    alone, beside = (overlap(words, own, np.array([0, len(own)])) for own in (words, with_marks))
    assert alone == pytest.approx(beside)
