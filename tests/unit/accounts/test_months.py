from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from accounts.fields import MonthField, read_month


@pytest.mark.parametrize(
    "text", ["May 2021", " mai  2021", "5/2021", "05-2021", "2021-05", "2021-05-14", "14/5/2021", "5 / 2021"]
)
def test_a_month_as_people_type_it(text):
    assert read_month(text) == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("sept 2020", 9),
        ("Meh 2020", 6),
        ("1st December 2020", 12),
        ("Rhagfyr, 2020", 12),
        ("Gorffennaf 2020", 7),
        ("may-2020", 5),
    ],
)
def test_a_month_by_the_start_of_its_name_in_both_languages(text, month):
    assert read_month(text) == date(2020, month, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2021", "May", "13/2021", "0/2021", "5/21", "5/0000", "ma 2020", "smarch 2021", "May 2021 on", "99/5/2021"],
)
def test_what_names_no_month_of_a_year(text):
    assert read_month(text) is None


def test_an_end_is_the_last_day_and_a_start_the_first():
    assert MonthField().clean("2/2024") == date(2024, 2, 1)
    assert MonthField(is_end=True).clean("2/2024") == date(2024, 2, 29)
    assert MonthField(required=False).clean("  ") is None


def test_what_cannot_be_read_says_how_to_write_it():
    with pytest.raises(forms.ValidationError, match="like 5/2021"):
        MonthField().clean("last year")


def test_a_month_is_shown_as_it_is_read_again():
    for language in ("en", "cy"):
        with override(language):
            shown = MonthField().prepare_value(date(2021, 7, 31))
            assert read_month(shown) == date(2021, 7, 1)
    assert MonthField().prepare_value("Juli") == "Juli"
