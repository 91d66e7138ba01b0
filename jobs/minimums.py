"""The least experience and the least age that a line asks for, and how long somebody says they did a thing.

Experience is held against what the record says of its length; age is told and never matched: no record here is
searched by how old anybody is.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = "one two three four five six seven eight nine ten twelve".split()
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)} | {"twelve": 12, "a": 1, "an": 1, "couple of": 2}
_NUMBER = r"(?P<number>\d{1,2}|couple of|" + "|".join(_WORDS) + r")"
_UNIT = r"(?P<unit>years?|yrs?|months?|mths?)"
# "3-5 years" and "three to five years" ask for three.
_LENGTH = (
    rf"{_NUMBER}(?:\s*(?:-|–|to|or)\s*(?:\d{{1,2}}|{'|'.join(_WORDS)}))?\s*(?:\+|plus|or more|full)?\s*{_UNIT}\b['’]?"
)
_EXPERIENCE = (
    r"(?:[\w,/&'’-]+\s+){0,6}?(?:experience[ds]?|track record|background|practice|post[- ]qualif\w+|in (?:a|an|the) "
    r"(?:similar|same|comparable|relevant)|in (?:this|that) (?:role|trade|field|industry)|on the tools|on the trowel|"
    r"in the trade|working (?:as|in|with)|worked)"
)
ASKED = re.compile(rf"\b{_LENGTH}\s*(?:of\s+)?{_EXPERIENCE}\b", re.IGNORECASE)
ASKED_BEFORE = re.compile(
    r"\b(?:experience[ds]?|worked|working|time[- ]served|track record|qualified)\b[^.;]{0,40}?"
    rf"\b(?:for|of|least|minimum|min|\()\s*(?:of\s+|at least\s+|a minimum of\s+)?{_LENGTH}",
    re.IGNORECASE,
)
# "With over 40 years' experience we are ..." is about the firm; "held a licence for 2 years" about a card.
NOT_OF_A_PERSON = re.compile(
    r"\b(?:we|we've|we have|our|the company|family[- ]run|established)\b[^.;]{0,60}$", re.IGNORECASE
)
OF_A_CARD = re.compile(r"\b(?:licen[cs]e|card|address|employment|checkable|history|referenc\w+)\b", re.IGNORECASE)
MOST_MONTHS = 15 * 12  # more is somebody's boast

TOLD = re.compile(rf"\b{_LENGTH}", re.IGNORECASE)

_OLD = r"(?P<age>1[6-9]|2[0-5])"
AGE = re.compile(
    r"\b(?:(?:aged?|be|over|least|minimum age|age)\s*(?:of|:|is|the age of|at least|over|a minimum of)*\s*"
    rf"(?:the age of\s*)?{_OLD}(?!\s*(?:[-–]|to\b|%|months|days|hours|weeks|stone|kg|mph|miles|st\b))"
    r"(?:\s*(?:\+|plus|years?(?:\s*(?:old|of age))?|or (?:over|above|older)|and (?:over|above)))?)",
    re.IGNORECASE,
)
_SAYS_AGE = re.compile(
    r"\bage[ds]?\b|\byears? (?:old|of age)\b|\b(?:over|above|under) (?:the age|1[6-9]\b|2[0-5]\b)|\d\d\s?\+|"
    r"\b\d\d (?:or|and|years) (?:or )?(?:over|above|older)\b",
    re.IGNORECASE,
)

# Whom the work is for: "children aged over 16".
_OF_OTHERS = re.compile(
    r"\b(?:adults|children|people|pupils|students|learners|residents|service users|teenagers|those)\b[^.;]{0,20}"
    r"\b(?:aged?|over)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def months_asked(text: str) -> int:
    """How many months of experience a line of a job asks for at least; 0 where it names no length."""
    lengths = []
    for pattern in (ASKED, ASKED_BEFORE):
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - 30) : match.end()]
            if NOT_OF_A_PERSON.search(text[: match.start()]) or OF_A_CARD.search(around):
                continue
            lengths.append(_months(match))
    return max((length for length in lengths if length <= MOST_MONTHS), default=0)


def months_told(text: str) -> int:
    """How long a line of a record says that somebody did it, in months; 0 where it does not say."""
    return max((length for length in map(_months, TOLD.finditer(text)) if length <= 40 * 12), default=0)


@lru_cache(maxsize=20_000)
def age_asked(text: str) -> int:
    """The least age in years that a line asks for; 0 where it asks for none."""
    match = AGE.search(text)
    return int(match["age"]) if match and _SAYS_AGE.search(text) and not _OF_OTHERS.search(text) else 0


def _months(match: re.Match[str]) -> int:
    found = match["number"].lower()
    number = int(found) if found.isdigit() else _NUMBERS[found]
    return number * (12 if match["unit"].lower().startswith("y") else 1)
