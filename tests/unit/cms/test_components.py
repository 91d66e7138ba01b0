import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string


@pytest.mark.parametrize(
    ("band", "word"), [("clear", "clear"), ("partial", "partial"), ("none", "not shown"), ("stop", "stopped")]
)
def test_a_mark_is_a_shape_and_a_word(band, word):
    html = render_to_string("components/mark.html", {"band": band})
    assert html.index("<svg") < html.index(f"<span>{word}</span>")
    assert 'aria-hidden="true"' in html


def test_a_chip_says_that_it_takes_the_filter_off():
    html = render_to_string("components/filter_chip.html", {"text": "within 5 miles", "url": "?"})
    assert "Remove filter:" in html


def test_pages_keep_the_filters():
    page = Paginator(range(100), 20).page(3)
    html = render_to_string("components/pagination.html", {"page": page, "query": "words=cook"})
    assert 'href="?words=cook&amp;page=4"' in html
    assert html.count('aria-current="page"') == 1


def test_one_page_needs_no_pages():
    html = render_to_string("components/pagination.html", {"page": Paginator(range(3), 20).page(1), "query": ""})
    assert "<nav" not in html
