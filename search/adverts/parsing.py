"""From an advert as an employer wrote it to a title, requirement lines and credentials."""

from __future__ import annotations

import re
import threading

from jobs.credential_status import ABOUT, MUST, NICE, NOT_NEEDED, accepts_equivalent
from jobs.credentials import find_credentials, mention_status
from jobs.rows import MAX_ADVERT
from search.adverts.classifying import KINDS, Chain, feature_rows, kinds_of, shipped_chain
from search.adverts.cues import DESIRABLE, ESSENTIAL, EXPERIENCE, heading_kinds, is_bare_heading
from search.adverts.cutting import Piece, clean, cut
from search.adverts.doubts import Doubt, find_doubts
from search.adverts.lines import (
    CREDENTIAL,
    SKILL,
    TASK,
    AdvertCredential,
    AdvertLine,
    ParsedAdvert,
)
from search.adverts.lines import (
    EXPERIENCE as EXPERIENCE_KIND,
)
from search.adverts.titles import find_title
from search.embeddings import Embedder
from search.errors import AdvertTooLong
from search.phrases import FilePhrases

NEEDED = re.compile(r"\byou (?:must|will need|need to)\b|\bmust (?:have|be)\b", re.IGNORECASE)
_own = threading.local()


def default_embedder() -> Embedder:
    """The product's encoder with a store beside the database, so that nothing is written into it; one a thread."""
    from django.conf import settings

    if not hasattr(_own, "embedder"):
        _own.embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
    return _own.embedder


def parse_advert(text: str, *, title: str = "", embedder: Embedder | None = None) -> ParsedAdvert:
    """Lines in the order of the text, none overlapping another; without a title the best one in the text.

    Raises AdvertTooLong, and EncoderUnavailable if a new phrase cannot be embedded.
    """
    if len(text) > MAX_ADVERT:
        raise AdvertTooLong(len(text), MAX_ADVERT)
    pieces = cut(text)
    credentials = advert_credentials(text)
    embedder = embedder or default_embedder()
    lines = classify(pieces, credentials, embedder, shipped_chain()) if pieces else ()
    title = clean(title) or find_title(pieces)
    return ParsedAdvert(title, lines, credentials, text, _doubts(text, title, lines, embedder))


def _doubts(text: str, title: str, lines: tuple[AdvertLine, ...], embedder: Embedder) -> tuple[Doubt, ...]:
    vectors = embedder.vectors([title, *(line.text for line in lines)])
    return find_doubts(text, len(lines), vectors[0] if title else None, vectors[1:])


def advert_credentials(text: str) -> tuple[AdvertCredential, ...]:
    return tuple(
        AdvertCredential(
            found.start,
            found.end,
            found.slug,
            found.kind,
            found.text,
            mention_status(text, found),
            accepts_equivalent(text, found.start, found.end),
        )
        for found in find_credentials(text)
    )


def classify(
    pieces: list[Piece], credentials: tuple[AdvertCredential, ...], embedder: Embedder, chain: Chain
) -> tuple[AdvertLine, ...]:
    vectors = embedder.vectors([piece.text for piece in pieces])
    numbers = kinds_of(chain.probabilities(feature_rows(pieces, vectors)), pieces)
    return lines_from(pieces, [KINDS[number] for number in numbers], credentials)


def lines_from(
    pieces: list[Piece], kinds: list[str], credentials: tuple[AdvertCredential, ...]
) -> tuple[AdvertLine, ...]:
    lines, under_desirable = [], False
    for piece, kind in zip(pieces, kinds, strict=True):
        named = [found for found in credentials if found.start < piece.end and piece.start < found.end]
        if heading_kinds(piece):
            under_desirable = _announces_desirable(piece)
        if kind not in ("TASK", "NEED") or (is_bare_heading(piece) and not named):
            continue
        line_kind = _line_kind(piece, kind, named)
        essential = line_kind == TASK or _is_essential(piece, named, under_desirable)
        lines.append(AdvertLine(piece.text, piece.start, piece.end, line_kind, essential))
    return tuple(lines)


def _line_kind(piece: Piece, kind: str, named: list[AdvertCredential]) -> str:
    asked = [found for found in named if found.status not in (ABOUT, NOT_NEEDED)]
    if kind == "TASK":
        return CREDENTIAL if any(found.status == MUST and found.slug for found in asked) else TASK
    if asked:
        return CREDENTIAL
    return EXPERIENCE_KIND if EXPERIENCE.search(piece.text) else SKILL


def _announces_desirable(piece: Piece) -> bool:
    return bool(DESIRABLE.search(piece.text)) and not ESSENTIAL.search(piece.text)


def _is_essential(piece: Piece, named: list[AdvertCredential], under_desirable: bool) -> bool:
    asked = [found.status for found in named if found.status in (MUST, NICE)]
    if DESIRABLE.search(piece.text):
        if NEEDED.search(piece.text):
            return True  # "you will need basic English; cleaning experience is desirable" asks for one of the two
        return MUST in asked and NICE not in asked
    if under_desirable:
        return bool(ESSENTIAL.search(piece.text))
    return True
