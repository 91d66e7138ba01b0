"""How senior a job is and how far somebody's record goes, read from titles and lines: nobody starts as the manager.

0 is an entry or a skilled role, 1 leads others at their work, 2 manages, 3 directs; a record that says nothing of it
is 0. The level is one part of the score: it moves a job down a list and stops nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

HIGHEST = 3

_DIRECTS = (
    r"(?:managing |executive |finance |medical |clinical |operations |regional |sales |deputy |assistant )?directors?|"
    r"chief \w+(?: \w+)? officers?|ceo|cfo|head of \w+|vice[- ]president|general managers?|regional managers?|"
    r"area managers?|head ?teachers?|principal"
)
_MANAGES = r"managers?|head chefs?|matrons?|superintendents?|bursars?"
_LEADS = (
    r"supervis\w+|team[- ]?lead(?:er|ers|ing)?|shift (?:lead\w*|managers?)|charge ?hands?|fore(?:man|men|woman|person)|"
    r"assistant managers?|deputy managers?|section leaders?|senior|lead|sous chefs?|sisters?|gangers?"
)
# "Account manager", "case manager" and their like manage no people; a trainee manager is at the beginning.
NO_PEOPLE = re.compile(
    r"\b(?:accounts?|case|key account|diary|waste|data|content|community|product|category|social media|bid|"
    r"territory|relationship|property|lettings?|traffic|caseload|stock)[- ]managers?\b|\b(?:trainee|apprentice|"
    r"graduate|junior|assistant to|reporting to|support(?:ing)? the)\b",
    re.IGNORECASE,
)
TITLE_LEVELS = tuple(
    (level, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for level, pattern in (
        (3, _DIRECTS),
        (1, r"assistant managers?|deputy managers?|shift managers?"),
        (2, _MANAGES),
        (1, _LEADS),
    )
)
# What a line of a record says that somebody did.
LINE_LEVELS = tuple(
    (level, re.compile(pattern, re.IGNORECASE))
    for level, pattern in (
        (
            2,
            r"\bmanag(?:e|es|ed|ing)\b.{0,25}\b(?:staff|teams?|employees|personnel|people|departments?|volunteers|"
            r"sites?|budgets?|business|company)\b|\b(?:recruit|hire|appraise)\w*\b.{0,15}\b(?:staff|employees|personnel)\b|"
            r"\bbudget(?:s|ing)? (?:management|planning)\b|\blevel 5\b.{0,40}\b(?:management|leadership)\b",
        ),
        (
            1,
            r"\bsupervis\w+\b|\blead(?:s|ing)? (?:an? |the )?(?:\w+ )?(?:teams?|crew|staff|shift|others)\b|"
            r"\b(?:coordinat|organis|direct)\w*\b.{0,15}\b(?:staff|teams?|crew|personnel|operatives)\b|"
            r"\btrain(?:s|ed|ing)?\b.{0,15}\b(?:staff|employees|personnel|new starters)\b|\bteam[- ]lead\w*|"
            r"\blevel 3\b.{0,40}\b(?:management|leadership|team leading)\b|\bforeman\b|\bcharge ?hand\b",
        ),
    )
)


@lru_cache(maxsize=20_000)
def level_of_title(title: str) -> int:
    """Of a job, or of a role that somebody had."""
    if NO_PEOPLE.search(title):
        return 0
    return next((level for level, pattern in TITLE_LEVELS if pattern.search(title)), 0)


@lru_cache(maxsize=50_000)
def level_of_line(line: str) -> int:
    return next((level for level, pattern in LINE_LEVELS if pattern.search(line)), 0)


def level_shown(roles: Iterable[str], lines: Iterable[str]) -> int:
    """The highest that a record shows. roles: titles of jobs and placements; lines: everything else."""
    return max([0, *map(level_of_title, roles), *map(level_of_line, lines)])
