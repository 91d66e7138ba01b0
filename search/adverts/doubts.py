"""What the parser cannot judge, said in words: an advert in another language, of several jobs, under a wrong title."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Doubt(TextChoices):
    """In the order in which they are told."""

    WELSH = (
        "welsh",
        _("The advert seems to be in Welsh. Matching reads English: add what the job needs in English."),
    )
    OTHER_LANGUAGE = (
        "other_language",
        _("The advert does not seem to be in English. Add what the job needs in English."),
    )
    NOTHING_FOUND = "nothing_found", _("We found nothing that the job needs. Write at least three lines.")
    FEW_LINES = (
        "few_lines",
        _("We found very little that the job needs. Add lines, so that we can match it well."),
    )
    SEVERAL_JOBS = "several_jobs", _("The advert seems to be for several jobs. Post each of them by itself.")
    TITLE_DISAGREES = "title_disagrees", _("The title and the text seem to be about different work. Check the title.")


WORD = re.compile(r"[^\W\d_]+")
ENGLISH = frozenset(
    "the and of to in for with on is are be will you your we our this that have at by from or an all any must can "
    "who not other their they it if was were but so would should into work working experience".split()
)
WELSH = frozenset(
    "y yr yn ac ar am gyda bydd byddwch chi eich ein mae neu wrth gan hefyd gweithio swydd sydd sy bod fel rydym rhaid "
    "cael gallu hyn pob dros dan drwy gwaith profiad".split()
)
FEWEST_WORDS = 12  # of a text before its language is judged
LEAST_ENGLISH = 0.1  # share of its words that are common English ones; adverts in English have a quarter and more
FEW = 2  # lines
SEVERAL = re.compile(
    r"(?:^|\n|\\n|[.•*]\s)\s*(?:(?:job|role|vacancy|position|post)\s*(?:title\s*)?(?:[1-9]|[a-c]\b)?\s*[:\-–]\s*\S"
    r"|(?:job|role|vacancy|position|post)\s+[1-9]\b)",
    re.IGNORECASE,
)
APART = 0.02  # cosine of the title and the mean of the lines; of 144 real adverts none had less than .03


def language_doubt(text: str) -> Doubt | None:
    words = [word.lower() for word in WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return None
    if sum(word in WELSH for word in words) > sum(word in ENGLISH for word in words):
        return Doubt.WELSH
    return Doubt.OTHER_LANGUAGE if sum(word in ENGLISH for word in words) < LEAST_ENGLISH * len(words) else None


def find_doubts(text: str, lines: int, title: np.ndarray | None, vectors: Sequence[np.ndarray]) -> tuple[Doubt, ...]:
    """lines: how many were found. title: its vector, None where there is none; vectors: those of the lines."""
    if not text.strip():
        return ()
    found = [language_doubt(text)]
    if not found[0]:
        found.append(Doubt.NOTHING_FOUND if not lines else Doubt.FEW_LINES if lines <= FEW else None)
        if len(SEVERAL.findall(text)) > 1:
            found.append(Doubt.SEVERAL_JOBS)
        elif title is not None and lines > FEW and float(title @ np.mean(vectors, axis=0)) < APART:
            found.append(Doubt.TITLE_DISAGREES)
    return tuple(doubt for doubt in found if doubt)
