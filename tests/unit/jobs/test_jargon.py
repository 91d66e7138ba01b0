import pytest

from jobs.jargon import ADD, ALONE, EXACT, INSTEAD, in_plain_words, load_jargon


def test_the_vocabulary_is_whole():
    words = [word.casefold() for row in load_jargon() for word in row.words]
    assert len(words) >= 500
    assert len(set(words)) == len(words)
    for row in load_jargon():
        assert row.meaning and row.source and row.how in (ADD, ALONE, INSTEAD), row
        assert all(word.strip() == word and word for word in row.words), row


def test_every_word_of_it_is_found():
    for row in load_jargon():
        for word in row.words:
            word = word.removeprefix(EXACT)
            assert row.meaning in in_plain_words(word) or row.meaning.casefold() in word.casefold(), word


@pytest.mark.parametrize(
    ("phrase", "read_as"),
    [
        ("FLT counterbalance licence", "FLT counterbalance licence (fork-lift truck)"),
        ("flt driver", "flt driver (fork-lift truck)"),
        (
            "Multi-drop in a Luton van",
            "Multi-drop in a Luton van (delivering parcels to many addresses by van; large van with a box body)",
        ),
        ("Wing cleaner", "cleaning corridors, stairs and shared rooms"),
        ("number  one cleaner on A wing", "cleaning corridors, stairs and shared rooms on A wing"),
        ("Listener", "trained peer supporter, listening to people in distress in confidence"),
        ("worked in the DHL workshop", "worked in the picking and packing shop orders in a warehouse, stock control"),
    ],
)
def test_jargon_is_read_with_its_meaning(phrase, read_as):
    assert in_plain_words(phrase) == read_as


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "A good listener",
        "works well with others",
        "a pod of whales",
        "ta very much",
        "DHL delivers our parcels",
        "shunterbalance",
        "in an orderly way",
        "gardens of a stately home",
    ],
)
def test_plain_english_is_left_alone(phrase):
    assert in_plain_words(phrase) == phrase


def test_what_is_said_already_is_not_said_again():
    assert in_plain_words("FLT (fork-lift truck) driver") == "FLT (fork-lift truck) driver"
    assert in_plain_words("flt and FLTs") == "flt and FLTs (fork-lift truck)"


def test_a_phrase_grows_by_four_meanings_at_most():
    assert in_plain_words("FLT, HIAB, CNC, MIG, TIG, POD, WMS and KP").count(";") == 3
