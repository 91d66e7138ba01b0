"""Names of one thing found by other names of it: the measure, and that ours is made of what the score is made of."""

import csv
import gzip
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import Embedder
from search.evaluation import names
from search.evaluation.names import NameSet, choices, measured, own_names, scorers
from search.matching import PARTS, candidate_side, job_side, parts_of, together
from search.tuning.texts import Occupation
from tests.fake_encoder import FakeEncoder
from tests.unit.search.test_evaluation import Memory

TEXTS = ("Fork-lift truck driver", "lorry driver", "baker of bread", "hair dresser", "school cook")


@pytest.fixture
def embedder():
    return Embedder(Memory(), FakeEncoder())


@pytest.fixture
def jobs():
    return NameSet(
        "jobs", ("lorry driver", "cook in a school"), TEXTS, np.arange(5), (frozenset({1}), frozenset({2, 4}))
    )


def test_ours_is_cosine_and_words_as_the_matcher_takes_them(jobs, embedder):
    said = replace(jobs, has_sentences=True)  # of one part each
    ours = scorers(said, embedder, embedder, ("words", "published", "ours"))["ours"](jobs.queries)
    plain = scorers(jobs, embedder, embedder, ("words", "published", "ours"))["ours"](jobs.queries)
    for row, query in enumerate(jobs.queries):
        job = JobDocument("1", "", (Requirement(query),))
        sides = [candidate_side(CandidateDocument("1", (EvidenceLine(t),)), embedder.vectors([t])) for t in TEXTS]
        parts = parts_of(job_side(job, embedder.vectors(job.phrases())), together(sides))
        alone = 1 + names.CENTRE  # a thing with one name is that name
        expected = alone * parts[PARTS.index("profile")] + names.WORDS_OF_SENTENCES * parts[PARTS.index("words")]
        assert ours[row] == pytest.approx(expected, abs=1e-3)  # through half precision
        assert plain[row] == pytest.approx(alone * parts[PARTS.index("profile")], abs=1e-3)


def test_a_thing_counts_once_by_its_best_name_and_the_first_right_one_is_what_counts():
    owner = np.array([0, 0, 1, 2])
    asked = NameSet("x", ("a", "b"), ("n0", "n0 too", "n1", "n2"), owner, (frozenset({1}), frozenset({0, 2})))
    scores = np.array([[0.9, 0.8, 0.5, 0.1], [0.1, 0.9, 0.2, 0.3]])
    found = measured(asked, lambda queries: scores[: len(queries)])
    assert found == {"success@10": 1.0, "MRR": pytest.approx((1 / 2 + 1) / 2), "success@10 of names": 1.0}


def test_the_other_names_of_a_thing_are_passed_over_unless_names_are_counted():
    owner = np.array([0] * 10 + [1])
    asked = NameSet("x", ("a",), tuple("abcdefghijk"), owner, (frozenset({1}),))
    found = measured(asked, lambda queries: np.arange(11, 0, -1.0)[None])
    assert (found["success@10"], found["success@10 of names"], found["MRR"]) == (1, 0, 1 / 2)


def test_what_all_names_say_together_decides_between_two_equal_ones(embedder):
    owner = np.array([0, 0, 1, 1])  # the second is drivers alone, the first a driver and a baker
    both = ("lorry driver", "baker of bread", "lorry driver", "driver of a lorry")
    asked = NameSet("x", ("lorry driver",), both, owner, (frozenset({1}),))
    wrong = replace(asked, relevant=(frozenset({0}),))
    found = choices(wrong, embedder)
    assert found[0.0, 0.0]["MRR"] == 1  # the nearest names are equal: a tie
    assert found[0.0, 0.7]["MRR"] == 1 / 2
    scores = scorers(asked, embedder, embedder, ("a", "b", "ours"))["ours"](asked.queries)[0]
    assert scores[2] > scores[0]


def test_own_names_ask_for_occupations_that_no_training_saw():
    people = [
        Occupation("esco", code, "1", tuple(f"{code} {n}" for n in range(7)), ("does",)) for code in map(str, range(40))
    ]
    other = Occupation("onet", "1", "1", ("cook", "chef", "kitchen cook"), ("cooks",))
    own = own_names([*people, other], "esco")
    held = {i for i, one in enumerate(people) if one.is_held_out}
    assert held and {thing for right in own.relevant for thing in right} == held
    assert len(own.queries) == 2 * len(held) and not set(own.queries) & set(own.names)
    for query, right in zip(own.queries, own.relevant, strict=True):
        assert query.split()[0] == own.names[own.starts()[next(iter(right))]].split()[0]


def test_what_lies_beyond_the_tenth_thing_is_not_found():
    asked = NameSet("x", ("a",), tuple("abcdefghijkl"), np.arange(12), (frozenset({11}),))
    assert measured(asked, lambda queries: np.arange(12, 0, -1.0)[None])["success@10"] == 0


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def test_the_benchmarks_are_read_as_they_are_published(tmp_path):
    write(tmp_path / "melo_usa_en_queries.csv.gz", [{"query_id": "Q", "text": "Cooks"}, {"query_id": "R", "text": "X"}])
    of = ((1, 0, "baker"), (2, 0, "cook"), (2, 1, "chef"))
    corpus = [{"doc_id": f"C{number}_en_00{name}", "text": text} for number, name, text in of]
    write(tmp_path / "melo_usa_en_corpus.csv.gz", corpus)
    write(tmp_path / "melo_usa_en_qrels.csv.gz", [{"query_id": "Q", "doc_id": "C2_en_001", "rel": 1}])
    melo = names.melo(tmp_path)
    assert (melo.queries, melo.names, melo.relevant) == (("Cooks",), ("baker", "cook", "chef"), (frozenset({1}),))
    assert melo.owner.tolist() == [0, 1, 1]

    occupations = [
        {"occupation_id": "o1", "label": "cook", "alt_labels": "chef | cook"},
        {"occupation_id": "o2", "label": "baker", "alt_labels": ""},
    ]
    write(tmp_path / "esco_occupations.csv.gz", occupations)
    asked = [{"vacancy_title": "Baker nights", "occupation_id": "o2"}, {"vacancy_title": "?", "occupation_id": "gone"}]
    write(tmp_path / "job_title_normalisation_validation.csv.gz", asked)
    titles = names.job_titles(tmp_path, tmp_path)
    assert (titles.names, titles.owner.tolist()) == (("cook", "chef", "baker"), [0, 0, 1])
    assert (titles.queries, titles.relevant) == (("Baker nights",), (frozenset({1}),))

    write(tmp_path / "skill_extraction_label_space.csv.gz", [{"label": "bake bread"}, {"label": "cook"}])
    said = [
        {"sentence": "You bake.", "label": "bake bread"},
        {"sentence": "You bake.", "label": "LABEL NOT PRESENT"},
        {"sentence": "You sing.", "label": "UNDERSPECIFIED"},
    ]
    write(tmp_path / "skill_extraction_house_validation.csv.gz", said)
    skills = names.skills_in_sentences(tmp_path, "house")
    assert (skills.queries, skills.relevant) == (("You bake.",), (frozenset({0}),))


def test_a_folder_without_occupations_is_named_before_the_search(tmp_path):
    with pytest.raises(CommandError, match=r"occupations cannot be read: .*taxonomy"):
        call_command("choose_weights", str(tmp_path))
