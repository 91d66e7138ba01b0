"""What a document says beside its words, as numbers among its words: the level of a job, and cards asked and held.

So an engine keeps them without knowing of them, and the score reads them where it reads the words. A mark is a number
from TERM_BUCKETS upwards, where no word is, and weighs nothing as a word.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from candidates.models import Evidence
from jobs.credentials import load_vocabulary
from search.documents import CandidateDocument, JobDocument
from search.levels import HIGHEST, level_of_title, level_shown
from search.statistics import MARKS, TERM_BUCKETS
from search.words import segment_sums

ASKS_LEVEL, SHOWS_LEVEL = TERM_BUCKETS, TERM_BUCKETS + 8  # and above: one for each level that is reached
FIRST_CARD = TERM_BUCKETS + 16  # two for each credential: asked, then held
ROLES = (Evidence.Kind.PLACEMENT, Evidence.Kind.ROLE)


@cache
def _number_of() -> dict[str, int]:
    """The mark of each credential that is asked for, in the vocabulary's order; that of the same held comes next."""
    numbers = {entry.slug: FIRST_CARD + 2 * i for i, entry in enumerate(load_vocabulary())}
    if FIRST_CARD + 2 * len(numbers) > TERM_BUCKETS + MARKS:
        raise ValueError("The vocabulary of credentials has outgrown statistics.MARKS")
    return numbers


def job_marks(job: JobDocument) -> np.ndarray:
    """int32. Of cards only those that a line asks for by itself: where any one of several is taken, none is marked."""
    level = level_of_title(job.title)
    number_of = _number_of()
    asked = {
        number_of[slug]
        for line in job.requirements
        for wanted in (line.credentials, *line.further)
        if len(wanted) == 1
        for slug in wanted
        if slug in number_of
    }
    return np.array([*range(ASKS_LEVEL, ASKS_LEVEL + level), *sorted(asked)], np.int32)


def candidate_marks(candidate: CandidateDocument) -> np.ndarray:
    """int32. Cards that are held and have not run out, and all that those cover."""
    roles = [line.text for line in candidate.evidence if line.kind in ROLES]
    level = level_shown(roles, (line.text for line in candidate.evidence if line.kind not in ROLES))
    number_of = _number_of()
    held = sorted(number_of[slug] + 1 for slug in candidate.credentials() if slug in number_of)
    return np.array([*range(SHOWS_LEVEL, SHOWS_LEVEL + level), *held], np.int32)


def level_fit(query: np.ndarray, documents: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """From 1, where the record goes as far as the job or the job asks for nothing, to 0. Arrays as in words.overlap."""
    asked, shown = (
        np.count_nonzero((query >= first) & (query < first + HIGHEST))
        + segment_sums((documents >= first) & (documents < first + HIGHEST), starts)
        for first in (ASKS_LEVEL, SHOWS_LEVEL)
    )
    return 1 - np.maximum(asked - shown, 0) / HIGHEST


def card_fit(query: np.ndarray, documents: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The share of the cards asked for that are held, from 0 to 1; 1 where none is asked for."""
    own = query[query >= FIRST_CARD]
    asked, held = own[own % 2 == FIRST_CARD % 2], own[own % 2 != FIRST_CARD % 2]
    is_card = documents >= FIRST_CARD
    is_asked = is_card & (documents % 2 == FIRST_CARD % 2)
    wanted = len(asked) + segment_sums(is_asked, starts)
    met = segment_sums(np.isin(documents, asked + 1) | (is_asked & np.isin(documents, held - 1)), starts)
    return np.where(wanted > 0, met / np.maximum(wanted, 1), 1.0)
