"""Several credentials in one line: is each of them asked for, or any one?

In doubt any one: a false "all of them" stops a person from a job they could do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from jobs.credentials import closure

CHOICE = re.compile(r"\bor\b|/|\beither\b|\bone of\b|\bany of\b|\be\.?g\b|\bsuch as\b", re.IGNORECASE)
OR = re.compile(r"\bor\b|/", re.IGNORECASE)
BESIDES = re.compile(
    r"\b(?:and|plus|also|as well as|together with|along with|in addition to)\b|&|\+|[.;•]\s", re.IGNORECASE
)
LIST_BREAK = re.compile(r"^\s*,")
WIDEST_GAP = 60  # characters between two credentials of one list


class Mention(Protocol):
    """A credential named in a text."""

    slug: str
    start: int
    end: int


def wanted_together(text: str, mentions: Sequence[Mention]) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """What a line asks for first, any one of the set, and the sets of what it asks for besides."""
    kept = alternatives(text, mentions)
    first_of = {}
    for mention in sorted(mentions, key=lambda one: one.start):
        if mention.slug in kept:
            first_of.setdefault(mention.slug, mention)
    order = list(first_of.values())
    if len(order) < 2 or not _is_list_of_all(text, order):
        return kept, ()
    groups = [frozenset({mention.slug}) for mention in order]
    return groups[0], tuple(groups[1:])


def _is_list_of_all(text: str, order: Sequence[Mention]) -> bool:
    between = [text[one.end : other.start] for one, other in pairwise(order)]
    before, after = text[max(0, order[0].start - 25) : order[0].start], text[order[-1].end : order[-1].end + 12]
    if any(CHOICE.search(part) for part in (*between, before, after)):
        return False
    if not all(len(part) <= WIDEST_GAP and (BESIDES.search(part) or LIST_BREAK.match(part)) for part in between):
        return False
    return any(BESIDES.search(part) for part in between)


def alternatives(text: str, mentions: Sequence[Mention]) -> frozenset[str]:
    """The credentials of which any one meets a line of the text.

    One that another implies is the same thing said twice ("counterbalance licence (RTITB)"), unless the text
    offers the two as a choice ("category C or C+E").
    """
    kept = set()
    for mention in mentions:
        implying = [other for other in mentions if mention.slug in closure([other.slug]) - {other.slug}]
        if all(_is_choice(text, mention, other) for other in implying):
            kept.add(mention.slug)
    return frozenset(kept)


def _is_choice(text: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda mention: mention.start)
    between = text[first.end : second.start].lstrip()
    if between.startswith("(") and not between[1:].lstrip().lower().startswith("or "):
        return False  # a bracket explains: "counterbalance licence (RTITB or ITSSAR)"
    return OR.search(between) is not None
