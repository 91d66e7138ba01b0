import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.adverts.cutting import clean, cut


def texts(advert):
    return [piece.text for piece in cut(advert)]


@pytest.mark.parametrize(
    ("advert", "expected"),
    [
        ("", []),
        (" \n • - ", []),
        ("One line only", ["One line only"]),
        ("Cut the grass. Wash the vans.", ["Cut the grass.", "Wash the vans."]),
        ("Reach sales targetsWhat the shop offers", ["Reach sales targets", "What the shop offers"]),
        (r"Cut the grass\nWash the vans", ["Cut the grass", "Wash the vans"]),
        (r"Cut the grass and\nwash the vans", ["Cut the grass and wash the vans"]),
        ("Duties:• Mow• Rake • Sweep", ["Duties:", "Mow", "Rake", "Sweep"]),
        ("<p>Mow &amp; rake</p><ul><li>Sweep</li></ul>", ["Mow & rake", "Sweep"]),
        ("Use of tools e.g. Spades and forks", ["Use of tools e.g. Spades and forks"]),
        ("Work with LinkedIn and McDonalds", ["Work with LinkedIn and McDonalds"]),
        ("割り草をする。\nZamiatać podłogi 🧹", ["割り草をする。", "Zamiatać podłogi 🧹"]),
    ],
)
def test_cut(advert, expected):
    assert texts(advert) == expected


def test_a_long_sentence_without_marks_is_cut_at_capitals():
    advert = (
        "Greeting visitors to the building in a friendly manner Answering the telephone and taking messages for staff "
        "Keeping the front desk and the waiting area tidy throughout the day"
    )
    assert len(cut(advert)) == 3


def test_clean_takes_out_tags_entities_and_broken_line_ends():
    assert clean("<b>Mow</b>\\nthe&nbsp;grass\u00ad  now") == "Mow the grass now"


PARTS = st.sampled_from(
    ["Duties:", "\\n", "\n", "•", "<li>", "</p>", " - ", "&amp;", "wordWord", "Mow the grass. ", "; "]
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=12)), max_size=30).map("".join))
def test_pieces_are_in_order_inside_the_text_and_apart(advert):
    at = 0
    for piece in cut(advert):
        assert at <= piece.start < piece.end <= len(advert)
        assert piece.text == clean(advert[piece.start : piece.end]) != ""
        at = piece.end
