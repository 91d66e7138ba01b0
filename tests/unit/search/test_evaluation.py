"""The measures themselves: a figure in the README is worth what these are."""

import gzip
import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from candidates.rows import CandidateRow, PlacementRow
from jobs.rows import JobRow
from search.embeddings import Embedder
from search.evaluation.metrics import average_precision, macro_f1, ndcg, reciprocal_rank
from search.evaluation.peers import added, bm25, whole_texts
from search.evaluation.ranking import (
    JudgedSet,
    both_ways,
    cross_employer_map,
    cross_employer_set,
    judged_set,
    our_scores,
    read_figures,
    titles_hidden,
)
from search.evaluation.world import Trade, compose


class Memory(dict):
    def get(self, keys):
        return {key: self[key] for key in keys if key in self}

    def add(self, vectors):
        self.update(vectors)


def test_ndcg_is_one_for_the_ideal_order_and_less_for_any_other():
    assert ndcg([3, 2, 0], [3, 2, 0], 3) == pytest.approx(1)
    assert ndcg([2, 3, 0], [3, 2, 0], 3) == pytest.approx((3 + 7 / np.log2(3)) / (7 + 3 / np.log2(3)))
    assert ndcg([0, 0, 3], [3, 0, 0], 2) == 0
    assert ndcg([0], [0], 5) == 0


def test_ranks_and_precision():
    assert reciprocal_rank([False, False, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([False]) == 0
    assert average_precision([True, False, True]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([False]) == 0


def test_macro_f1_weighs_every_class_alike():
    truth, said = np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])
    assert macro_f1(truth, said, 2) == pytest.approx((6 / 7 + 0) / 2)
    assert macro_f1(truth, truth, 2) == 1


def test_bm25_prefers_the_rarer_word_and_the_shorter_text():
    scores = bm25(["forklift driver"], ["the forklift", "driver driver", "driver of a van and much else", "hair"])[0]
    assert scores.argmax() == 0  # two texts hold "driver", one "forklift"
    assert scores[1] > scores[2] > scores[3] == 0


def test_methods_are_added_as_z_scores():
    small, large = np.array([[0.0, 1.0]]), np.array([[100.0, 0.0]])
    np.testing.assert_allclose(added(small, large), [[0.0, 0.0]], atol=1e-12)
    assert added(small, np.zeros((1, 2))).argmax() == 1


def test_whole_texts_are_one_vector_each(fake_encoder):
    scores = whole_texts(["drive a lorry"], ["drive a lorry", "cut hair"], Embedder(Memory(), fake_encoder))
    assert scores[0, 0] == pytest.approx(1, abs=1e-3)
    assert scores[0, 1] < 0.5


@pytest.fixture
def folder(tmp_path):
    def write(name, rows):
        path = tmp_path / name
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(rows)
        return path

    people = [{"id": "ann", "skills": ["drive a lorry"]}, {"id": "bob", "skills": ["cut hair"]}]
    jobs = [
        {"id": "a", "title": "Driver", "statements": ["drive a lorry"], "soc2020": "1", "cluster": "x"},
        {"id": "b", "title": "Barber", "statements": ["cut hair"], "soc2020": "2", "cluster": "y"},
        {"id": "c", "title": "Driver", "statements": ["drive a big lorry"], "soc2020": "1", "cluster": "z"},
    ]
    queries = [{"id": "q", "lines": ["drive a lorry"], "soc2020": "1", "cluster": "x"}]
    as_lines = lambda rows: [json.dumps(row) + "\n" for row in rows]  # noqa: E731
    return {
        "people": write("people.jsonl.gz", as_lines(people)),
        "jobs": write("jobs.jsonl.gz", as_lines(jobs)),
        "queries": write("queries.jsonl.gz", as_lines(queries)),
        "grades": write(
            "grades.csv.gz", ["candidate_id,advert_id,grade\n", "ann,a,3\n", "ann,c,3\n", "bob,b,3\n", "bob,a,0\n"]
        ),
    }


def test_a_judged_set_is_scored_both_ways(folder, fake_encoder):
    judged = judged_set("tiny", folder["people"], folder["jobs"], folder["grades"])
    assert judged.grades.tolist() == [[3, 0, 3], [0, 3, 0]]
    assert judged.is_judged.tolist() == [[True, False, True], [True, True, False]]
    scores, _jobs = our_scores(judged, Embedder(Memory(), fake_encoder))
    assert both_ways(judged, scores, scores) == {"c→a nDCG@10": 1.0, "a→c nDCG@10": 1.0}
    assert read_figures(judged, scores)["harm"] == pytest.approx((0 + 1 / 2) / 2)
    worst = both_ways(judged, -scores, -scores)
    assert worst["c→a nDCG@10"] < 1


def test_the_query_s_own_cluster_is_left_out(folder, fake_encoder):
    judged = cross_employer_set(folder["jobs"], folder["queries"])
    scores, _jobs = our_scores(judged, Embedder(Memory(), fake_encoder))
    assert cross_employer_map(judged, scores) == {"MAP": 1.0}
    assert cross_employer_map(judged, -scores) == {"MAP": 0.5}


def test_a_vacancy_s_own_title_is_hidden_in_the_cross_employer_set(tmp_path):
    jobs, queries = tmp_path / "jobs.jsonl.gz", tmp_path / "queries.jsonl.gz"
    row = {"id": "a", "title": "Van Driver", "statements": ["The driver loads the van"], "soc2020": "1", "cluster": "x"}
    for path, one in ((jobs, row), (queries, {"id": "q", "lines": ["x"], "soc2020": "1", "cluster": "y"})):
        with gzip.open(path, "wt") as file:
            file.write(json.dumps(one) + "\n")
    assert cross_employer_set(jobs, queries).jobs[0].statements == ("The loads the",)


def test_a_folder_without_the_sets_is_named(tmp_path):
    with pytest.raises(CommandError, match="has no folder matching/"):
        call_command("evaluate_matching", tmp_path, stdout=StringIO())


@pytest.mark.parametrize("option", ["--pictures={}", "--json={}/figures.json"])
def test_a_folder_that_is_not_there_is_named_before_anything_is_measured(tmp_path, option):
    missing = tmp_path / "nowhere"
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("evaluate_matching", option.format(missing), stdout=StringIO())


def test_the_benchmark_s_world_is_the_same_every_time():
    from datetime import date

    trades = [Trade(f"trade {n}", tuple(f"line {n} {m}" for m in range(6))) for n in range(4)]
    first, second = (compose(trades, 20, 5, date(2026, 11, 21)) for _time in range(2))
    assert first.candidates == second.candidates
    assert first.jobs == second.jobs
    assert len({len(one.evidence) for one in first.candidates}) > 1


def test_titles_hidden_takes_the_roles_the_titles_and_their_words_away():
    job = JobRow("j", "Night Cleaner", "Cleaner wanted:\n- to mop at night", ("A cleaner mops",))
    person = CandidateRow("c", skills=("mop floors",), placements=(PlacementRow("cleaner"),))
    hidden = titles_hidden(JudgedSet("set", (person,), (job,), np.zeros((1, 1), int), np.ones((1, 1), bool)))
    [row], [who] = hidden.jobs, hidden.candidates
    assert (row.title, row.text, row.statements) == ("", " wanted:\n- to mop at ", ("A mops",))
    assert (who.placements, who.skills) == ((), ("mop floors",))
