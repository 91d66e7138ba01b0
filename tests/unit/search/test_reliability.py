from xml.etree import ElementTree

import numpy as np
import pytest

from search.bands import CLEAR, NONE
from search.documents import Requirement
from search.evaluation.reliability import JudgedPairs, choose_limits, picture, word_figures
from search.fits import Fit, Limits, shipped_limits
from search.matching import Match, Reason
from search.rules import Stop

RNG = np.random.default_rng(4)


def pairs(scores, is_worth):
    scores = np.asarray(scores, float)
    return JudgedPairs(scores, np.asarray(is_worth, bool), np.arange(len(scores)) % 12)


@pytest.fixture
def honest():
    """A score that is the chance of being worth it."""
    scores = RNG.random(1200)
    return pairs(scores, RNG.random(1200) < scores**2)


def test_the_limits_keep_their_promise_on_what_they_were_chosen_by(honest):
    limits = choose_limits(honest)
    assert honest.is_worth[honest.scores >= limits.strong].mean() >= 0.85
    assert honest.is_worth[honest.scores < limits.some].mean() <= 0.10
    assert limits.some < limits.strong


def test_on_other_people_the_words_still_mean_what_they_say(honest):
    figures = word_figures(honest)
    assert figures["strong"]["worth putting forward"] > 0.75 > figures["some"]["worth putting forward"]
    assert figures["not yet"]["worth putting forward"] < 0.2
    assert sum(figure["pairs"] for figure in figures.values()) == len(honest.scores)


def test_where_no_score_promises_anything_nobody_is_strong_and_nobody_is_not_yet():
    none = pairs(RNG.random(100), np.arange(100) % 2)
    limits = choose_limits(none)
    assert limits.fit_of(0.99) == Fit.SOME
    assert limits.fit_of(0.01) == Fit.SOME


def test_the_picture_is_an_image_with_a_bar_for_each_eighth(honest):
    drawn = ElementTree.fromstring(picture(honest, choose_limits(honest)))
    assert drawn.find("{http://www.w3.org/2000/svg}title").text
    assert len(drawn.findall("{http://www.w3.org/2000/svg}rect")) == 1 + 8


def test_a_match_in_one_word():
    limits = shipped_limits()
    assert 0 < limits.some < limits.strong < 1
    assert Match("1", limits.strong).fit == Fit.STRONG
    assert Match("1", limits.some - 0.01).fit == Fit.NOT_YET
    assert Match("1", limits.strong, stops=(Stop("too_far", "far"),)).fit == Fit.NOT_YET
    assert Match("1", limits.strong, by_words_alone=True).fit is None
    assert Limits(0.3, 0.6).fit_of(0.4) == Fit.SOME
    card, skill = Requirement("A card", credentials=frozenset({"cscs-green"})), Requirement("Sweep")
    assert Match("1", limits.strong, lines=(Reason(card, NONE),)).fit == Fit.SOME
    assert Match("1", limits.strong, lines=(Reason(card, CLEAR), Reason(skill, NONE))).fit == Fit.STRONG
