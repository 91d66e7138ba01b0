"""How well a job and a candidate fit, and why: arrays and dataclasses in and out, no database and no engine.

The score orders a list and nothing else. It is the same number whichever of the two asks, and it does not change
because somebody else joins: everything in it is a property of the pair. docs/matching.md gives the ablation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobs.minimums import age_asked, months_asked
from search.bands import CLEAR, NONE, PARTIAL, Reading, read_lines
from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import DIMENSIONS, unit_length
from search.engines.base import Hits
from search.fits import Fit, shipped_limits
from search.marks import candidate_marks, card_fit, job_marks, level_fit
from search.rules import Stop
from search.trades import Trades
from search.words import overlap, terms

# What each part adds to the score, in the order of PARTS; `manage.py choose_weights` searches them (docs/matching.md).
PARTS = ("profile", "trades", "coverage", "words", "level", "cards")
WEIGHTS = np.array([1.0, 0.8, 0.5, 0.4, 0.2, 0.05])
TITLE_SHARE = 0.5  # of a job's profile; its lines are the rest


@dataclass(frozen=True)
class Side:
    """A job or a candidate as numbers.

    profile: shape (dimensions,), unit length or noughts; lines: shape (n, dimensions); weights: shape (n,), above 0;
    keys: the position of each line in the document's phrases; terms: the words (words.terms),
    then the marks (marks.py).
    """

    profile: np.ndarray
    lines: np.ndarray
    weights: np.ndarray
    keys: tuple[int, ...]
    terms: np.ndarray


@dataclass(frozen=True)
class Sides:
    """Many sides end to end: `starts` and `term_starts`, shape (sides + 1,), say where each begins."""

    profiles: np.ndarray
    lines: np.ndarray
    starts: np.ndarray
    weights: np.ndarray
    terms: np.ndarray
    term_starts: np.ndarray


@dataclass(frozen=True, slots=True)
class Reason:
    """What the record shows for one requirement; `evidence` is None where it shows nothing."""

    requirement: Requirement
    band: str  # bands.CLEAR, PARTIAL or NONE
    evidence: EvidenceLine | None = None
    how_to_close: str = ""
    shown_months: int = 0  # how long it was done, by the dates of the record; 0 where it does not say

    @property
    def asked_months(self) -> int:
        """The least experience that the line asks for."""
        return months_asked(self.requirement.text)

    @property
    def is_too_short(self) -> bool:
        """The work is shown, and less of it than they ask for, or nobody has said how much."""
        return self.evidence is not None and self.shown_months < self.asked_months

    @property
    def asked_age(self) -> int:
        """The least age that the line asks for: told, never matched. No record is searched by how old anybody is."""
        return age_asked(self.requirement.text)

    @property
    def needs_check(self) -> bool:
        """Only the work done speaks for the licence that is asked for: nobody has seen the licence itself."""
        if self.band != PARTIAL or self.evidence is None:
            return False
        return bool(self.evidence.implied & self.requirement.credentials)


@dataclass(frozen=True)
class Match:
    """One job and one candidate. `id` is that of the document that was found."""

    id: str
    score: float
    lines: tuple[Reason, ...] = ()  # one a requirement, in the job's order
    stops: tuple[Stop, ...] = ()
    by_words_alone: bool = False  # one of the two has no vectors yet

    @property
    def fit(self) -> Fit | None:
        """In one word; None where words alone decided, of which the measured words say nothing.

        Nobody is a strong fit while a must-have is missing, be a course for it ever so near.
        """
        if self.stops:
            return Fit.NOT_YET
        if self.by_words_alone:
            return None
        fit = shipped_limits().fit_of(self.score)
        lacks = any(line.requirement.is_must_have for line in self.gaps)
        return Fit.SOME if lacks and fit == Fit.STRONG else fit

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(line for line in self.lines if line.band != NONE)

    @property
    def gaps(self) -> tuple[Reason, ...]:
        return tuple(line for line in self.lines if line.band == NONE)

    @property
    def clear(self) -> int:
        return sum(line.band == CLEAR for line in self.lines)

    @property
    def partial(self) -> int:
        return sum(line.band == PARTIAL for line in self.lines)


def job_side(job: JobDocument, vectors: np.ndarray) -> Side:
    """vectors: shape (phrases, dimensions), those of `job.phrases()`; the title's row is left out if empty."""
    vectors = vectors[: 1 + len(job.requirements)]
    keys = tuple(i for i, line in enumerate(job.lines()) if line.strip())
    lines = vectors[list(keys)].reshape(-1, DIMENSIONS)
    profile = unit_length(vectors[1:].mean(axis=0)) if len(vectors) > 1 else np.zeros(DIMENSIONS, np.float32)
    if job.title.strip():
        profile = unit_length(TITLE_SHARE * vectors[0] + (1 - TITLE_SHARE) * profile)
    return Side(profile, lines, np.ones(len(keys), np.float32), keys, np.append(terms(job.lines()), job_marks(job)))


def candidate_side(candidate: CandidateDocument, vectors: np.ndarray) -> Side:
    """vectors: shape (phrases, dimensions), those of `candidate.phrases()`."""
    phrases, weights = candidate.phrases(), np.array(candidate.weights(), np.float32)
    keys = tuple(i for i, phrase in enumerate(phrases) if phrase and weights[i] > 0)
    lines, weights = vectors[list(keys)].reshape(-1, DIMENSIONS), weights[list(keys)]
    profile = unit_length((lines * weights[:, None]).sum(axis=0)) if keys else np.zeros(DIMENSIONS, np.float32)
    return Side(profile, lines, weights, keys, np.append(terms(phrases[i] for i in keys), candidate_marks(candidate)))


def together(sides: Sequence[Side]) -> Sides:
    empty = np.zeros((0, DIMENSIONS), np.float32)
    return Sides(
        profiles=np.array([side.profile for side in sides], np.float32).reshape(-1, DIMENSIONS),
        lines=np.concatenate([empty, *(side.lines for side in sides)]).astype(np.float32),
        starts=np.cumsum([0, *(len(side.lines) for side in sides)]),
        weights=np.concatenate([np.zeros(0, np.float32), *(side.weights for side in sides)]),
        terms=np.concatenate([np.zeros(0, np.int32), *(side.terms for side in sides)]),
        term_starts=np.cumsum([0, *(len(side.terms) for side in sides)]),
    )


def score_all(query: Side, sides: Sides | Hits) -> np.ndarray:
    """The score of every side against the query, shape (sides,), from about 0 to 1; nought where one has no line.

    An engine's hits hold the same arrays as sides and are scored as they are.
    """
    return WEIGHTS @ parts_of(query, sides) / WEIGHTS.sum()


def parts_of(query: Side, sides: Sides | Hits) -> np.ndarray:
    """What a score is made of, shape (PARTS, sides), each from about 0 to 1.

    The profiles' cosine and the trades of the official classification that they share (the right trade), the coverage
    of each by the other (the right tasks), the words in common (the right names of things), how far the record reaches
    the job's level, and the share of the cards asked for that are held.
    """
    parts = np.zeros((len(PARTS), len(sides.profiles)))
    filled = np.flatnonzero(np.diff(sides.starts) > 0)
    if not len(filled) or not len(query.lines):
        return parts
    likeness = sides.lines @ query.lines.T  # every line of every side by every line of the query
    begins = sides.starts[filled]
    by_side = np.maximum.reduceat(likeness, begins, axis=0) @ (query.weights / query.weights.sum())
    weighted = likeness.max(axis=1) * sides.weights
    by_query = np.add.reduceat(weighted, begins) / np.add.reduceat(sides.weights, begins)
    parts[0, filled] = sides.profiles[filled] @ query.profile
    parts[1, filled] = Trades(sides.profiles[filled]).in_common(Trades(query.profile[None]))[:, 0]
    parts[2, filled] = (by_side + by_query) / 2
    for part, measure in ((3, overlap), (4, level_fit), (5, card_fit)):
        parts[part, filled] = measure(query.terms, sides.terms, sides.term_starts)[filled]
    return parts


def best_first(ids: Sequence[str], scores: np.ndarray) -> list[int]:
    """Positions by falling score; equal scores (to a millionth) in the order of their ids, so that lists keep still."""
    rounded = np.round(scores, 6)
    return sorted(range(len(ids)), key=lambda i: (-rounded[i], ids[i]))


def explain(
    job: JobDocument, job_vectors: np.ndarray, candidate: CandidateDocument, candidate_vectors: np.ndarray
) -> tuple[Reason, ...]:
    """For every requirement the evidence that shows it best, and how well. Vectors: those of the phrases() of each."""
    readings = read_lines(job, job_vectors, candidate, candidate_vectors[: len(candidate.evidence)])
    return tuple(_reason(line, reading, candidate) for line, reading in zip(job.requirements, readings, strict=True))


def _reason(line: Requirement, reading: Reading, candidate: CandidateDocument) -> Reason:
    if reading.band == NONE:
        return Reason(line, NONE)
    evidence = candidate.evidence[reading.evidence]
    return Reason(line, reading.band, evidence, shown_months=reading.months)
