"""The least experience and the least age that a line of a job asks for.

Experience is held against the dates of the record; age is told and never matched: no record here is searched by how
old anybody is. Where a line is not plain about it, it asks for nothing: a false alarm takes a clear showing away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
} | {"eighteen": 18}
_NUMBER = r"(?:\d{1,2}(?:\.5)?|" + "|".join(_NUMBERS) + ")"
# "3-5 years", "3/4 years", "between 2 and 5 years" ask for the less; "two (2) years" for two.
LENGTH = re.compile(
    rf"(?<![\d.,/£-])(?<!level )(?<!nvq )\b(?P<number>{_NUMBER})"
    rf"(?: ?(?:-|–|/|to|or|and) ?{_NUMBER}\b| \(\d{{1,2}}\))? ?"
    r"(?:\+|plus|or more|full)? ?-?(?P<unit>years?|yrs?|months?|mths?)\b(?! ?-?olds?\b| of age\b)\.?['’+]?s?",
    re.IGNORECASE,
)
_WORK = (
    r"(?:experience[ds]?|exp\b|track record|background|post[- ]qualif\w+|practice|qualified|time[- ]served|"
    r"in (?:an? |the )?(?:\w+ ){0,2}?(?:role|trade|industry|position|setting|environment)|"
    r"on the (?:tools|trowel)|in the trade|"
    r"(?:working|worked) (?:as|in|with|on)|as an? \w+)"
)
AFTER = re.compile(rf"^\s*(?:of\s+)?(?:[\w/&'’+()-]+[\s,]+){{0,6}}?{_WORK}", re.IGNORECASE)
BEFORE = re.compile(
    r"\b(?:experience[ds]?|worked|working|time[- ]served|track record|qualified)\b[^.;]{0,40}?"
    r"(?:\b(?:for|of|least|minimum|min)|[(:])\s*(?:of |at least |a minimum of )?$",
    re.IGNORECASE,
)
# What else a length may be of: the firm's age, a contract, a course, an address, what comes later or is too much.
OF_SOMETHING_ELSE = re.compile(
    r"\b(?:(?:we|we've|we’ve) have|with our|team (?:with|of)|for over|"
    r"(?:firm|company|business|group|employer)\b[^.;,]{0,20} with|"
    r"established|after|gain|get|given|giving|provide|offers?|(?:less|fewer|no more|not more) than|"
    r"up to|under|lived?|resid\w+|convictions?|points|every|last|past|next|train\w* you)"
    r"\b(?: \w+){0,2} ?(?:over|for|at least|the)? ?$",
    re.IGNORECASE,
)
HELD = re.compile(
    r"\b(?:licen[cs]es?|card|passport|insurance)\b[^.;,]{0,20}\bfor\b[^.;,]{0,20}$|\bheld\b[^.;,]{0,30}$", re.IGNORECASE
)
NOT_WORK_AFTER = re.compile(
    r"^\W*(?:(?:fixed|temp|contract|apprentice|placement|probation|course|training|term|address|checkable|employment|history|"
    r"referenc|residen|licen[cs]e|driving licen|guarantee|warranty|holiday|from|after|ago)\w*)",
    re.IGNORECASE,
)
# "NVQ 2 or five years' experience": the other will do.
INSTEAD = re.compile(
    r"\b(?:nvq|level|diploma|degree|qualif\w+|certificate|btec|c&g|apprenticeship|hnc|hnd)\b[^.;]{0,60}\bor\b[^.;]{0,25}$",
    re.IGNORECASE,
)
INSTEAD_AFTER = re.compile(
    r"\bor\b[^.;]{0,40}\b(?:nvq|level|diploma|degree|qualif\w+|certificate|btec|apprenticeship)\b", re.IGNORECASE
)
WISHED = re.compile(r"\b(?:ideally|prefer\w*|desirable|advantage\w*|beneficial|bonus)\b", re.IGNORECASE)
MOST_MONTHS = 15 * 12  # more is somebody's boast
LONGEST = 1_000  # characters of a line

_OLD = r"(?P<age>1[6-9]|2[0-5])"
_OVER = r"(?:or|and) (?:over|above|older|upwards)"
_OR_OVER = rf"(?: ?\+| ?{_OVER}|(?: ?yrs?| years?)(?: old| of age)?(?: ?\+| {_OVER}))"
_UNITS = r"%|\w*kg|kilo|st\b|stone|lb|cm|met|mile|mph|hour|min|day|week|month|tonn|staff|people|years? (?:of )?exp"
AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:aged?|age requirement|minimum age|age)(?: ?(?:of|is|:|over|at least))* {_OLD}\b",
        rf"\b(?:be|least|over) {_OLD} (?:years?|yrs?) (?:old|of age)\b",
        rf"\b(?:must|need to|have to|should|applicants?|candidates?|drivers?)\b[^.;]{{0,20}}\b{_OLD}{_OR_OVER}",
        rf"\b(?:must|need to|have to|should) (?:all )?be (?:(?:at least|over|aged|the age of) ){{1,3}}{_OLD}\b"
        rf"(?! ?(?:{_UNITS}))",
        rf"^\W*(?:over |aged? ){_OLD}(?:s\b| ?\+| (?:or|and) (?:over|above)|\W*$)",
    )
)
NO_LEAST_AGE = re.compile(
    r"\b(?:under|younger|no older|not be over|between|per hour)\b|£|\b\d\d ?(?:-|–|to) ?\d\d\b|"
    r"\b(?:adults|children|people|clients|customers|individuals|pupils|students|learners|residents|service users|those|"
    r"patients|members)(?: who are| of)? (?:aged?|over)\b",
    re.IGNORECASE,
)
SAYS_LITTLE_MORE = 10  # words: a line no longer than that, which names an age, asks for nothing else


@lru_cache(maxsize=20_000)
def months_asked(text: str) -> int:
    """The months of experience that a line asks for at least; 0 where it names none, or takes something instead."""
    text = _one_line(text)
    return min((months for months in _lengths(text) if 0 < months <= MOST_MONTHS), default=0)


def _lengths(text: str) -> Iterator[int]:
    for match in LENGTH.finditer(text):
        before, after = text[: match.start()][-80:], text[match.end() :][:100]
        clause = re.split(r"[.;]", after)[0]
        if OF_SOMETHING_ELSE.search(before) or HELD.search(before) or NOT_WORK_AFTER.search(after):
            continue
        if INSTEAD.search(before) or INSTEAD_AFTER.search(clause) or WISHED.search(clause[:40]):
            continue
        if AFTER.search(after) or BEFORE.search(before):
            yield _months(match)


def _months(match: re.Match[str]) -> int:
    found = match["number"].lower()
    number = _NUMBERS[found] if found in _NUMBERS else float(found)
    return round(number * (12 if match["unit"].lower().startswith("y") else 1))


@lru_cache(maxsize=20_000)
def age_asked(text: str) -> int:
    """The least age in years that a line asks for; 0 where it asks for none."""
    for clause in re.split(r"[.;]", _one_line(text)):
        if NO_LEAST_AGE.search(clause):
            continue
        for pattern in AGES:
            if match := pattern.search(clause):
                return int(match["age"])
    return 0


def asks_only_for_age(text: str) -> bool:
    return age_asked(text) > 0 and len(text.split()) <= SAYS_LITTLE_MORE


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
