from itertools import pairwise

import pytest

from jobs.credential_status import accepts_equivalent
from jobs.credentials import (
    closure,
    credential_name,
    find_credentials,
    held_credentials,
    load_vocabulary,
    mention_status,
)
from jobs.models import Credential


def slugs(text):
    return [mention.slug for mention in find_credentials(text)]


def status(text, slug=None):
    mentions = [mention for mention in find_credentials(text) if slug is None or mention.slug == slug]
    assert mentions, f"nothing found in {text!r}"
    return mention_status(text, mentions[0])


def test_vocabulary_is_whole():
    entries = load_vocabulary()
    known = {entry.slug for entry in entries}
    assert len(known) == len(entries) >= 180
    for entry in entries:
        assert entry.kind in Credential.Kind.values, entry.slug
        assert set(entry.implies) <= known - {entry.slug}, entry.slug
        assert entry.name and entry.how_to_get and entry.source, entry.slug
        assert len(entry.name) <= 120 and len(entry.how_to_get) <= 300 and len(entry.slug) <= 80


def test_every_name_of_the_vocabulary_is_found_again():
    missed = []
    for entry in load_vocabulary():
        for name in entry.other_names:
            if name in entry.weak_names:
                continue
            if not find_credentials(f"You must have {name}."):
                missed.append((entry.slug, name))
    assert missed == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Full UK driving licence", "driving-b"),
        ("full, clean drivers license", "driving-b"),
        ("HGV Class 1 licence", "driving-ce"),
        ("Cat C+E entitlement", "driving-ce"),
        ("LGV 2 licence", "driving-c"),
        ("C1 on licence", "driving-c1"),
        ("valid DQC", "driver-cpc"),
        ("digi-tacho card", "tachograph-card"),
        ("counter-balance forklift licences", "forklift-counterbalance"),
        ("FLT reach licence", "forklift-reach"),
        ("CSCS cards", "cscs"),
        ("blue cscs card", "cscs-blue"),
        ("SIA door supervisor licence", "sia-door"),
        ("PTS card", "pts"),
        ("18th edition", "edition-18"),
        ("Level 2 Food Safety", "food-hygiene-2"),
        ("NMC-registered", "nmc"),
        ("NVQ Level 3 in Health and Social Care", "care-level-3"),
        ("GCSE Maths", "gcse-maths"),
        ("Functional Skills English Level 2", "functional-english-2"),
    ],
)
def test_finds_spellings(text, slug):
    assert slug in slugs(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "B",
        "Vitamin C and vitamin D",
        "rail",
        "You will work beside the rail replacement buses",
        "Use your points card in store",
        "Please send a card to the team",
        "a class 2 building",
        "Plan B is ready",
        "drive results and sales",
        "We are a licensed premises",
        "You will load the reach truck",
        "level 5 of the car park",
        "a high degree of independence",
        "Work with the forklift drivers",
        "Follow food hygiene rules",
        "the sia of our hopes",
        "HMP Moorland, a category C prison",
        "moved to a Cat D prison last year",
    ],
)
def test_no_false_alarm(text):
    assert find_credentials(text) == []


@pytest.mark.parametrize("text", ["a relevant professional qualification", "BTEC Level 3", "educated to degree level"])
def test_general_mentions_are_found_without_a_slug(text):
    (mention,) = find_credentials(text)
    assert mention.slug == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You must have a full UK driving licence.", "must"),
        ("Essential: CSCS card", "must"),
        ("Hold a valid SIA licence", "must"),
        ("FLT licence desirable", "nice"),
        ("A CSCS card would be an advantage.", "nice"),
        ("Forklift licence preferred but not essential", "nice"),
        ("No driving licence required.", "not_needed"),
        ("A driving licence is not required for this role.", "not_needed"),
        ("You don't need a CSCS card", "not_needed"),
        ("We will train you and pay for your forklift licence.", "training"),
        ("You will be working towards an NVQ Level 2 in Cleaning.", "training"),
        ("NVQ Level 2 in Catering, or willing to work towards it", "training"),
        ("Assisting the registered nurse with rounds as required", "about"),
        ("You will follow the NMC code of conduct and report to the ward manager every day of the week", "about"),
    ],
)
def test_status(text, expected):
    assert status(text) == expected


def test_a_heading_speaks_for_the_items_below_it():
    text = "Desirable:\n- CSCS card\n- IPAF\nEssential:\n- Full driving licence"
    assert [status(text, slug) for slug in ("cscs", "ipaf", "driving-b")] == ["nice", "nice", "must"]


def test_or_equivalent_is_told():
    text = "NVQ Level 2 in Catering or equivalent is essential"
    (mention,) = find_credentials(text)
    assert accepts_equivalent(text, mention.start, mention.end)
    assert not accepts_equivalent("CSCS card is essential", 0, 9)


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("CSCS green card", {"cscs-green"}),
        ("Full UK driving licence", {"driving-b"}),
        ("18th Edition wiring regulations", {"edition-18"}),
        ("had my HGV 1 before", {"driving-ce"}),
        ("did my cscs inside", {"cscs"}),
        ("PASMA & IPAF 3a 3b", {"pasma", "ipaf"}),
        ("Reach truck licence (ITSSAR)", {"forklift-reach", "forklift"}),
        ("Functional Skills English and Maths Level 1", {"functional-english-1", "functional-maths-1"}),
        ("Forklift driver at a warehouse", set()),
        ("no licence", set()),
        ("I want to get my CSCS card", set()),
        ("working towards my SIA licence", set()),
        ("rail worker for five years", set()),
    ],
)
def test_held_credentials(line, held):
    assert held_credentials(line) == held


def test_closure_follows_every_step():
    assert closure({"driving-ce"}) >= {"driving-ce", "driving-c", "driving-c1", "driving-b"}
    assert "driving-ce" not in closure({"driving-b"})
    assert closure([]) == frozenset()
    assert closure(["not-in-the-vocabulary"]) == {"not-in-the-vocabulary"}


def test_mentions_are_in_order_and_keep_their_words():
    text = "CSCS card\\nand PTS card,\nfull driving licence; level 2 food hygiene"
    mentions = find_credentials(text)
    assert [text[m.start : m.end] for m in mentions] == [m.text for m in mentions]
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert len(mentions) == 4


def test_credential_name_of_an_unknown_slug_is_the_slug():
    assert credential_name("cscs-green") == "CSCS green Labourer card"
    assert credential_name("unheard-of") == "unheard-of"
