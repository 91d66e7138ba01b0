"""The least experience and age that a line of a job asks for."""

import pytest

from jobs.minimums import age_asked, asks_only_for_age, months_asked


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("At least 2 years' experience in a busy kitchen", 24),
        ("Minimum of two years experience", 24),
        ("3+ years of commercial driving experience", 36),
        ("3-5 years' experience as a joiner", 36),
        ("3/4 years experience in a garage", 36),
        ("Between 2 and 5 years' experience", 24),
        ("1.5 years' experience on a lathe", 18),
        ("two (2) years' experience", 24),
        ("2yrs+ experience", 24),
        ("2 yrs. experience", 24),
        ("2-year experience of stock control", 24),
        ("Eighteen months' experience in care", 18),
        ("Three to five years in a similar role", 36),
        ("Minimum of 5 years in a management role", 60),
        ("3 years as a chef", 36),
        ("6 months' experience on a counterbalance truck", 6),
        ("You will have worked in care for at least 12 months", 12),
        ("Experience as a welder (minimum 18 months)", 18),
        ("Experience: 3 years (required)", 36),
        ("At least two years on the trowel since qualifying", 24),
        ("One year post-qualification experience", 12),
        ("We are looking for someone with at least 2 years' experience", 24),
        ("We require at least 2 years experience", 24),
        ("Our ideal candidate will have 2 years' experience", 24),
        ("Our client requires 12 months experience of picking", 12),
        ("Full UK driving licence and at least 2 years' driving experience", 24),
        ("CSCS card and 2 years' experience", 24),
        ("FLT licence with minimum 1 years' experience", 12),
        ("Good references and 6 months' kitchen experience", 6),
        ("Minimum 2 years C+E experience", 24),
        ("Previous experience is desirable", 0),
        ("Experience of working with people of all ages", 0),
        ("We have over 40 years' experience in the trade", 0),
        ("Join a team with over 10 years' experience", 0),
        ("A leading firm with over 15 years' experience", 0),
        ("Held a full driving licence for at least 2 years", 0),
        ("5 years checkable employment history", 0),
        ("Five years' address history", 0),
        ("A 12 month fixed term contract", 0),
        ("12 month fixed-term contract, working as part of a team", 0),
        ("3 month temp to perm, working in a warehouse", 0),
        ("An 18 month apprenticeship, working in a busy salon", 0),
        ("Gain 6 months work experience", 0),
        ("After 6 months experience you will move to the higher rate", 0),
        ("30 days holiday after 5 years working with us", 0),
        ("No experience is needed, we train you for 12 months", 0),
        ("Lived in the UK for 5 years", 0),
        ("Experience of caring for 2 year olds", 0),
        ("No more than 2 years experience", 0),
        ("Up to 2 years experience", 0),
        ("NVQ Level 2 or 5 years' experience", 0),
        ("5 years' experience or an NVQ at level 3", 0),
        ("2 years' experience would be an advantage", 0),
        ("x" * 50_000 + " 5" + " " * 50_000, 0),
        ("", 0),
    ],
)
def test_experience_asked(text, months):
    assert months_asked(text) == months


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("You must be 18 or over", 18),
        ("Must be over 21 for insurance", 21),
        ("Applicants must be at least 18 years of age", 18),
        ("Must be 18 years of age or older", 18),
        ("Age requirement: 18 years", 18),
        ("You must be 18yrs+", 18),
        ("Minimum age 25", 25),
        ("Over 18s", 18),
        ("Due to licensing laws you must be aged 18+", 18),
        ("Due to the nature of the work with vulnerable adults you must be over 18", 18),
        ("Able to carry over 20 kg. Must be over 18", 18),
        ("Able to lift up to 25 kg", 0),
        ("Must be able to lift over 20 kg", 0),
        ("Lift bundles weighing over 23 kilograms", 0),
        ("Over 20 years of experience", 0),
        ("Established for over 20 years", 0),
        ("Drive vehicles over 18 tonnes", 0),
        ("A team of over 20 people", 0),
        ("Typing speed over 25 wpm", 0),
        ("At least 20+ calls a day", 0),
        ("Must be under the age of 25", 0),
        ("You must not be over 25", 0),
        ("Clients aged 18+", 0),
        ("Support for customers aged 18 and over", 0),
        ("£11.44 per hour (age 21+)", 0),
        ("You must be able to work 16 hours a week", 0),
        ("Shifts of at least 16 hours over two days", 0),
        ("Drive at speeds over 20 mph", 0),
        ("Support young people aged 16-25", 0),
        ("", 0),
    ],
)
def test_age_asked(text, age):
    assert age_asked(text) == age


def test_a_line_that_asks_for_more_than_an_age():
    assert asks_only_for_age("You must be 18 or over")
    assert not asks_only_for_age(
        "You must be 21 or over and hold a full UK driving licence with no more than six points"
    )
    assert not asks_only_for_age("Lay bricks")
