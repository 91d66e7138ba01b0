"""Cuts an advert as found into pieces: lines, bullets and sentences, whatever is left of them.

Adverts arrive with lost line breaks ("targetsWhat the school offers"), bullets run together, tags, entities and the
two characters backslash and n where a line ended. A piece keeps its offsets into the text as given, and a clean text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

# Names that look like two words glued together.
_CAMEL_NAMES = (
    "AutoCAD DevOps GitHub HubSpot JavaScript LinkedIn McDonald OneDrive PayPal PowerPoint QuickBooks "
    "SharePoint SystmOne TikTok TypeScript WhatsApp WordPress YouTube eBay eLearning iPad iPhone DfE PhD "
    "MHz kHz BSc MSc"
)
CAMEL_NAMES = frozenset(_CAMEL_NAMES.split())
# A capital after one of these does not begin a new sentence.
_JOINING_WORDS = (
    "a about across after all an and any are as at be between by each either every for from full good has "
    "have having her his in include includes including into is its least like local more near new of on "
    "one or our over own per plus some such than that the their then these this those through to two "
    "under until upon use using via was were when where which while who with within without you your "
    "experienced excellent level basic current valid relevant called based hold holding both not no"
)
JOINING_WORDS = frozenset(_JOINING_WORDS.split())
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|approx|mr|mrs|ms|dr|st|no|nos|inc|ltd|dept|min|max|p\.a|vs|a\.m|p\.m)\.)$", re.I
)

TAG = r"<[a-zA-Z/!][^<>]{0,300}>"
BLOCK_TAG = r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|section|article|header|hr|dt|dd)\b[^<>]{0,300}>"
BREAK = rf"(?:\r\n|\r|\n|\\r\\n|\\n|\\r|\u2028|\u2029|{BLOCK_TAG})"
BULLET = "•●▪■◦‣∙⁃➢➤►▶✓✔✅★☆◆◇–—·"

# Always the end of a piece. The match itself belongs to no piece.
HARD = re.compile(
    rf"(?P<break>(?:[ \t\u00a0]*{BREAK}[ \t\u00a0]*)+)"
    rf"|(?P<bullet>\s*[•●▪■◦‣∙⁃➢➤►▶✓✔✅★☆◆◇·]+\s*)"
    rf"|(?P<dash>(?:(?<=\s)|(?<=[.:;!?]))[-–—*]+\s+(?=[A-Z\"'(]))"
    rf"|(?P<star>\s\*+\s*(?=\w))"
    rf"|(?P<numbered>(?<=\s)(?:\d{{1,2}}\.\d{{1,2}}|\(?[ivx]{{1,4}}\)|\d{{1,2}}[.)])\s+(?=[A-Z]))",
)
# The end of a piece after the match; the match stays with the piece before.
SOFT = re.compile(
    r"(?P<stop>[.!?…]+[\"'”’)\]]*)(?=\s+[\"'“‘(]?[A-Z0-9£])"
    r"|(?P<glued_stop>(?<=[a-z0-9)%A-Z]{2})[.!?]+[)”’]?)(?=[A-Z][a-z]|[A-Z]{2,} |I |A )"
    r"|(?P<semicolon>;)(?=\s)"
    r"|(?P<colon>(?<=[A-Za-z)]):-?)(?=\s*[A-Z])"
    r"|(?P<glued>(?<=[a-z]{2})|(?<=[a-z)]\))|(?<=[A-Za-z]\d)|(?<=\d{4})|(?<=\d%)|(?<=[a-z]\?))(?=[A-Z][a-z]{2,}"
    r"|[A-Z][a-z]?[\s’'][a-z]|[A-Z]{3,} )"
)
DASH_SALAD = re.compile(r"(?<=[a-z.)!])\s?-(?=[A-Z][a-z])")
RUN_ON = re.compile(r"(?<=[a-z0-9)%]) (?=[A-Z][a-z']+ [a-z(])")
LONG = 150
SHORTEST = 45


@dataclass(frozen=True)
class Piece:
    """A stretch of an advert: offsets into the text as given, and what a person reads there."""

    start: int
    end: int
    text: str
    begins_item: bool = False  # after a bullet, a dash or a number


def clean(raw: str) -> str:
    """What a person reads: no tags, entities, broken line ends or doubled spaces."""
    text = re.sub(rf"{TAG}|\\r|\\n|\\t", " ", raw)
    text = html.unescape(text).replace("\u00ad", "").replace("\ufeff", "")
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip(" \t-–—*•·|")


def cut(text: str) -> list[Piece]:
    """Every piece of an advert that has a letter or a digit in it, in order, none overlapping another."""
    ends = _hard_ends(text)
    pieces: list[Piece] = []
    for start, end, is_item in ends:
        first = True
        for a, b in _sentences(text, start, end):
            piece = _trimmed(text, a, b, begins_item=is_item and first)
            first = False
            if piece:
                pieces.append(piece)
    return pieces


def _hard_ends(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, after a bullet) of what lies between line ends and bullets; a wrapped line is not an end."""
    marks = [(m.start(), m.end(), m.lastgroup) for m in HARD.finditer(text) if not _is_wrapped_line(text, m)]
    salad = [(m.start(), m.end(), "dash") for m in DASH_SALAD.finditer(text)]
    if len(salad) >= 5:
        marks += salad
    marks.sort()
    spans, start, is_item = [], 0, False
    for a, b, kind in marks:
        if a < start:
            continue
        spans.append((start, a, is_item))
        start, is_item = b, kind != "break"
    spans.append((start, len(text), is_item))
    return spans


def _is_wrapped_line(text: str, match: re.Match) -> bool:
    """A single line end inside a sentence: the next line goes on in lower case."""
    if match.lastgroup != "break" or len(re.findall(BREAK, match.group())) > 1 or "<" in match.group():
        return False
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    return after.islower() and before not in (".", "!", "?", ":", ";")


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans, at = [], start
    for match in SOFT.finditer(text, start, end):
        stop = match.end()
        if stop <= at or not _is_end(text, at, match):
            continue
        spans.append((at, stop))
        at = stop
    spans.append((at, end))
    return [part for a, b in spans for part in _run_on(text, a, b)]


def _is_end(text: str, at: int, match: re.Match) -> bool:
    stop = match.end()
    if match.lastgroup == "stop":
        return not ABBREVIATION.search(text, at, stop) and not re.search(r"(?:^|\s)[A-Za-z0-9]\.$", text[at:stop])
    if match.lastgroup == "glued":
        word = re.search(r"\w*$", text[at:stop]).group() + re.match(r"\w*", text[stop : stop + 40]).group()
        return not any(name in word for name in CAMEL_NAMES) and not re.search(r"\bMa?c$", text[at:stop])
    if match.lastgroup == "semicolon":
        return not re.search(r"&#?\w{1,10};$", text[at:stop])
    if match.lastgroup == "colon":
        return stop - at < 90
    return True


def _run_on(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences without any mark between them: cut a long one where a capital follows an ordinary word."""
    if end - start < LONG:
        return [(start, end)]
    spans, at = [], start
    for match in RUN_ON.finditer(text, start, end):
        before = re.search(r"(?<![\w'’])[a-z][a-z'’]*$|\w[)%]$", text[max(at, match.start() - 30) : match.start()])
        if match.start() - at < SHORTEST or not before or before.group() in JOINING_WORDS:
            continue
        spans.append((at, match.start()))
        at = match.end()
    spans.append((at, end))
    return spans


def _trimmed(text: str, start: int, end: int, begins_item: bool) -> Piece | None:
    raw = text[start:end]
    lead = re.match(rf"(?:[\s{BULLET}*|_\-]|\\n|\\r|{TAG})*", raw).end()
    tail = re.search(rf"(?:[\s{BULLET}*|_\-]|\\n|\\r|{TAG})*$", raw[lead:]).start()
    shown = clean(raw[lead : lead + tail])
    if not any(c.isalnum() for c in shown):
        return None
    return Piece(start + lead, start + lead + tail, shown, begins_item)
