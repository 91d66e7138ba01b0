"""The fitting of the bands: which line is named is learned from our own records too, the bands from others' pairs."""

import numpy as np
import pytest

from search.bands import BANDS, CLEAR, NONE, PARTIAL
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.evaluation.explanations import ReadPair, fit, folds

KNOWN = 4  # words, each an axis of its own
AXES = np.eye(KNOWN)
SAID, NAMED = (CLEAR, PARTIAL, NONE), ((0,), (1,), ())


def pair(group, said, lines):
    """Four words as evidence; one line asks for the first, one for something near the second, one for neither."""
    asked = JobDocument(group, "", (Requirement("mix dough"), Requirement("bake cakes"), Requirement("lay bricks")))
    person = CandidateDocument(group, tuple(EvidenceLine(f"{group} word {n}") for n in range(KNOWN)))
    job_vectors = np.vstack([np.zeros(KNOWN), 0.9 * AXES[0], 0.5 * AXES[1], 0.1 * AXES.sum(axis=0)])
    return ReadPair(group, asked, person, job_vectors, AXES, np.array([BANDS.index(band) for band in said]), lines)


@pytest.fixture
def pairs():
    return [pair(name, SAID, NAMED) for name in "abcdef"]


def test_the_line_that_readers_name_scores_highest_and_the_bands_follow(pairs):
    model = fit(pairs)
    scores = model.line_scores(pairs[0].features)
    assert scores[0].argmax() == 0
    assert [BANDS[band] for band in model.bands(scores)] == list(SAID)


def test_our_own_records_teach_the_line_and_never_the_band(pairs):
    own = [pair(str(n), SAID[::-1], NAMED) for n in range(100)]  # bands turned round
    both = fit(pairs, own)
    assert [BANDS[band] for band in both.bands(both.line_scores(pairs[0].features))] == list(SAID)


@pytest.mark.parametrize(("count", "is_swayed"), [(30, False), (300, True)])
def test_a_pair_of_others_counts_as_several_of_our_own(pairs, count, is_swayed):
    own = [pair(str(n), SAID, ((2,), (3,), ())) for n in range(count)]  # name what is least alike
    best = fit(pairs, own).line_scores(pairs[0].features)[0].argmax()
    assert (best != 0) == is_swayed


def test_what_is_named_is_a_grid_of_requirements_and_lines(pairs):
    assert pairs[0].named.tolist() == [[True, False, False, False], [False, True, False, False], [False] * KNOWN]
    assert pairs[0].features.shape[:2] == (3, KNOWN)


def test_nobody_is_fitted_on_and_scored_and_every_pair_is_scored_once():
    several = [pair(name, SAID, NAMED) for name in "abcdefgh" for _job in range(2)]
    parts = folds(several)
    for train, test in parts:
        assert len(train) + len(test) == len(several)
        assert not {one.group for one in train} & {one.group for one in test}
    assert sorted(id(one) for _train, test in parts for one in test) == sorted(map(id, several))
