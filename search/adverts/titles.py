"""The title of an advert that came without one."""

from __future__ import annotations

import re

from search.adverts.cutting import Piece

LONGEST_TITLE = 120
WANTED = r"(?:job|position|role|vacancy|post|job role)"
NAMED = re.compile(rf"^{WANTED}(?: title)?\s*[:\-–]\s*(?P<title>\S.*)$", re.IGNORECASE)
NAMES_NEXT = re.compile(rf"^{WANTED}(?: title)?\s*:$", re.IGNORECASE)
SEEKING = re.compile(
    r"\b(?:looking for|recruiting(?: for)?|seeking|hiring|require|opportunity for|vacancy for|role of)\s(?:an?\s"
    r"|the\s)?"
    r"(?:(?:experienced|enthusiastic|reliable|motivated|friendly|full[- ]time|part[- ]time|passionate|skilled|new"
    r"|dedicated|highly)[\s,]+(?:and\s)?)*"
    r"(?P<title>[A-Z][\w/&'’()\-]*(?:\s(?:[A-Z][\w/&'’()\-]*|of|and|&|to|-|[0-9.]+t?))*)"
)
NOT_A_TITLE = re.compile(
    r"^(?:about|salary|location|hours|pay|we|our|job description|what|why|who|how|role|summary|overview"
    r"|description|duties|contract|company|"
    r"introduction|benefits|key|main|are|do|join|start|the|apply|no|this)\b|[.!?£@]|\d{4}",
    re.IGNORECASE,
)
LOOK_AT = 12


def find_title(pieces: list[Piece]) -> str:
    """What the advert calls itself, the first short line, or what it says it is looking for; "" if none."""
    start = pieces[:LOOK_AT]
    for number, piece in enumerate(start):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        named = NAMED.match(piece.text)
        if named:
            return _short(named.group("title"))
        if NAMES_NEXT.match(piece.text) and following:
            return _short(following.text)
    if start and len(start[0].text) <= 70 and len(start[0].text.split()) <= 9 and not NOT_A_TITLE.search(start[0].text):
        return _short(start[0].text)
    for piece in start:
        seeking = SEEKING.search(piece.text)
        if seeking:
            return _short(seeking.group("title"))
    return ""


def _short(title: str) -> str:
    title = re.sub(r"(?:\s(?:of|and|&|to|-))+$", "", title.strip(" :-–.,;"))
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" :-–.,;")
