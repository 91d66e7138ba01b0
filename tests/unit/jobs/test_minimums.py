"""The least experience and age that a line asks for."""

import pytest

from jobs.minimums import age_asked, months_asked, months_told


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("At least 2 years' experience in a busy kitchen", 24),
        ("Minimum of two years experience", 24),
        ("3+ years of commercial driving experience", 36),
        ("3-5 years' experience as a joiner", 36),
        ("Three to five years in a similar role", 36),
        ("6 months' experience on a counterbalance truck", 6),
        ("You will have worked in care for at least 12 months", 12),
        ("Experience as a welder (minimum 18 months)", 18),
        ("At least two years on the trowel since qualifying", 24),
        ("One year post-qualification experience", 12),
        ("Previous experience is desirable", 0),
        ("Experience of working with people of all ages", 0),
        ("We have over 40 years' experience in the trade", 0),
        ("A family-run firm with 12 years of experience", 0),
        ("Held a full driving licence for at least 2 years", 0),
        ("5 years checkable employment history", 0),
        ("A 12 month fixed term contract", 0),
        ("Five years' address history", 0),
        ("", 0),
    ],
)
def test_experience_asked(text, months):
    assert months_asked(text) == months


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("chef in a hotel, 3 years", 36),
        ("I did two years in a warehouse", 24),
        ("18 months as a roofer", 18),
        ("kitchen porter", 0),
        ("operated a 360 excavator", 0),
        ("99 years", 0),
    ],
)
def test_experience_told(text, months):
    assert months_told(text) == months


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("You must be 18 or over", 18),
        ("Must be over 21 for insurance", 21),
        ("Applicants must be at least 18 years of age", 18),
        ("Minimum age 25", 25),
        ("Due to licensing laws you must be aged 18+", 18),
        ("over the age of 18", 18),
        ("Able to lift up to 25 kg", 0),
        ("You must be able to work 16 hours a week", 0),
        ("Shifts of at least 16 hours over two days", 0),
        ("Working with adults aged well over sixty", 0),
        ("Drive at speeds over 20 mph", 0),
        ("Support young people aged 16-25", 0),
        ("", 0),
    ],
)
def test_age_asked(text, age):
    assert age_asked(text) == age
