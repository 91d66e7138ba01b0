"""Two hundred lines as people write them of themselves; half were set aside, and no rule was made for those."""

import csv
import zlib

import pytest
from django.conf import settings

from jobs.credentials import credentials_by_slug, held_credentials

FILE = settings.BASE_DIR / "search" / "evaluation" / "data" / "own_words.csv"


def lines(set_aside):
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if zlib.crc32(row["text"].encode()) % 2 == set_aside:
                yield row["text"], {slug for slug in row["credentials"].split(" | ") if slug}


@pytest.mark.parametrize(("set_aside", "recall"), [(False, 0.97), (True, 0.9)])
def test_what_people_say_they_hold_is_found(set_aside, recall):
    right = said = held = 0
    for text, wanted in lines(set_aside):
        assert wanted <= credentials_by_slug().keys()
        found = held_credentials(text)
        right, said, held = right + len(found & wanted), said + len(found), held + len(wanted)
    assert right / said >= 0.95
    assert right / held >= recall


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("passed my driving test in 2015", {"driving-b"}),
        ("lorry licence", {"driving-c"}),
        ("lost my lorry licence", set()),
        ("got a labourer's card", {"cscs-green"}),
        ("want a labourer's card", set()),
        ("first aider at work", {"first-aid-at-work"}),
        ("reach truck and counterbalance", {"forklift-reach", "forklift-counterbalance"}),
        ("pat testing", {"pat-testing"}),
        ("English functional skills level 2", {"functional-english-2"}),
        ("scissor lift ticket", {"ipaf"}),
        ("operate a scissor lift", set()),
        ("teach manual handling techniques", set()),
        ("abrasive wheels cert", {"abrasive-wheels"}),
        ("moved stock with a powered pallet truck", set()),
    ],
)
def test_what_people_call_their_cards_is_understood(text, held):
    assert held_credentials(text) == held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("level 2 welding", {"welding-level-2"}),
        ("NVQ 2 in carpentry", {"construction-level-2"}),
        ("level two plastering and level 1 English", {"functional-english-1"}),
        ("level 9 welding", set()),
        ("halfway through level 2 welding", set()),
        ("welding level 2 in progress", set()),
        ("crane driver, CPCS", {"cpcs"}),
    ],
)
def test_a_level_beside_a_trade_is_the_qualification(text, held):
    assert held_credentials(text) == held
