import json

import numpy as np
import pytest

from search.adverts import AdvertLine
from search.adverts.classifying import KINDS
from search.adverts.cutting import cut
from search.adverts.invented import LABELS, invented_adverts
from search.adverts.training import Example, ReadPiece, held_out_kinds, train
from search.evaluation.adverts import credential_scores, line_scores
from search.evaluation.own_adverts import FILE as MEASURED_FILE

TEXT = "0123456789"
READ = [ReadPiece("a", 0, 4, "TASK"), ReadPiece("a", 4, 6, "NICE"), ReadPiece("a", 6, 10, "PITCH")]


def test_own_adverts_are_read_with_their_offsets(tmp_path):
    pieces = [("Mop floors", "TASK", ". "), ("£12 an hour", "TERMS", ""), ("DBS check", "APPLY", "\n")]
    row = {"title": "Cleaner", "pieces": [{"text": a, "label": b, "after": c} for a, b, c in pieces]}
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    texts, read = invented_adverts(file)
    assert texts == {"own-1": "Mop floors. £12 an hourDBS check\n"}
    assert [(texts[one.advert_id][one.start : one.end], one.label) for one in read] == [(a, b) for a, b, _c in pieces]


@pytest.mark.parametrize("wrong", ["{", '{"pieces": [{"text": "x", "label": "DUTY", "after": ""}]}', '{"title": "x"}'])
def test_a_fault_in_an_own_advert_is_named(tmp_path, wrong):
    good = '{"title": "x", "pieces": []}'
    file = tmp_path / "own.jsonl"
    file.write_text(f"{good}\n{wrong}\n{good}\n{wrong}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 2: .*line 4: "):
        invented_adverts(file)


def test_the_own_adverts_that_ship_are_whole_and_none_is_learned_from_and_measured_by():
    learned, read = invented_adverts()
    measured, read_too = invented_adverts(MEASURED_FILE)
    assert len(learned) >= 250
    assert len(measured) >= 100
    assert {one.label for one in read} == {one.label for one in read_too} == set(LABELS)
    assert not set(learned.values()) & set(measured.values())


def test_line_scores_count_characters():
    lines = {"a": (AdvertLine("", 0, 3, "task", True), AdvertLine("", 4, 8, "skill", False))}
    scores = line_scores({"a": TEXT}, READ, lines)
    assert scores["precision"] == pytest.approx(5 / 7)
    assert scores["recall"] == pytest.approx(5 / 6)
    assert scores["kind right"] == 1
    assert scores["desirable F1"] == pytest.approx(2 * (2 / 4) / (2 / 4 + 1))


def test_nothing_kept_scores_nought():
    assert line_scores({"a": TEXT}, READ, {"a": ()})["F1"] == 0


def test_credential_scores_leave_out_checks():
    text = "You must have a CSCS card. A DBS check is needed. Reach truck licence desirable."
    read = [
        {"advert_id": "a", "start": "16", "end": "25", "type": "card", "status": "must"},
        {"advert_id": "a", "start": "29", "end": "38", "type": "check", "status": "must"},
        {"advert_id": "a", "start": "50", "end": "69", "type": "plant", "status": "must"},
    ]
    (scores,) = credential_scores([{"id": "a", "text": text}], read).values()
    assert scores == {"precision": 1, "recall": 1, "status right": 0.5}


def easy_examples():
    pieces = cut("One\nTwo\nThree\nFour")
    rows = np.eye(4, 6, dtype=np.float32) * 9
    return [Example(f"a{i}", pieces, rows, np.array([0, 1, 3, 2])) for i in range(6)]


def test_training_learns_and_is_the_same_twice():
    first, second = train(easy_examples()), train(easy_examples())
    assert np.array_equal(first.weights, second.weights)
    assert first.probabilities(easy_examples()[0].rows).argmax(axis=1).tolist() == [0, 1, 3, 2]


def test_an_invented_advert_counts_less_than_a_real_one():
    pieces, rows = cut("One\nTwo\nThree\nFour"), np.eye(4, 6, dtype=np.float32) * 9
    others = [Example(f"own-{i}", pieces, rows, np.array([4, 4, 4, 4])) for i in range(6)]
    chain = train(easy_examples(), others)
    assert chain.probabilities(rows).argmax(axis=1).tolist() == [0, 1, 3, 2]
    assert chain.probabilities(rows)[0, 4] > train(easy_examples()).probabilities(rows)[0, 4]


def test_held_out_kinds_cover_every_advert():
    kinds = held_out_kinds(easy_examples(), folds=3)
    assert kinds == {f"a{i}": [KINDS[k] for k in (0, 1, 3, 2)] for i in range(6)}
