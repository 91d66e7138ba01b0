"""The search for the weights of the score: what is chosen had no say from the queries that it is measured on."""

import numpy as np
import pytest

from search.evaluation import weights
from search.evaluation.weights import FOLDS, Measure, choose
from search.matching import PARTS

QUERIES = 40
HOLDS = np.arange(QUERIES) % FOLDS


def words_help(chosen):
    """Every query is the better for words, up to the most that the grid has."""
    share = chosen[PARTS.index("words")] / max(weights.GRID[PARTS.index("words")])
    return {"figure": np.full(QUERIES, share)}


def test_the_weights_that_do_best_are_chosen_and_what_each_part_is_worth_is_told():
    choice = choose([Measure(words_help, {"figure": HOLDS})])
    assert choice.weights[PARTS.index("words")] == max(weights.GRID[PARTS.index("words")])
    assert choice.figures["figure"] == choice.held_out["figure"] == pytest.approx(1)
    assert choice.without["words"]["figure"] == 0
    assert choice.without["profile"]["figure"] == pytest.approx(1)


def test_a_fold_is_measured_by_weights_chosen_without_it():
    """Each fold alone likes words: chosen on the others, which hate them, it gets none."""

    def figures(chosen):
        has_words = float(chosen[PARTS.index("words")] > min(weights.GRID[PARTS.index("words")]))
        return {f"fold {fold}": np.where(fold == HOLDS, has_words, 1 - has_words) for fold in range(FOLDS)}

    choice = choose([Measure(figures, {f"fold {fold}": HOLDS for fold in range(FOLDS)})])
    assert set(choice.figures) == set(choice.held_out)
    one_fold = Measure(lambda chosen: {"one": figures(chosen)["fold 0"]}, {"one": HOLDS})
    choice = choose([one_fold])
    assert choice.held_out["one"] < 1


def test_each_figure_counts_alike_however_many_queries_it_has():
    few, many = np.ones(FOLDS), np.zeros(FOLDS * 100)

    def figures(chosen):
        has_words = float(chosen[PARTS.index("words")] > min(weights.GRID[PARTS.index("words")]))
        return {"few": few * has_words, "many": many + 0.5 * (1 - has_words)}

    folds = {"few": np.arange(FOLDS), "many": np.arange(FOLDS * 100) % FOLDS}
    assert choose([Measure(figures, folds)]).figures == {"few": 1, "many": 0}
