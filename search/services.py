"""Rankings as pages and commands ask for them: rules first, then the score, then the rows read again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
from django.utils import timezone

from accounts.models import AgencyMember, User
from accounts.places import distance_miles
from candidates.models import Candidate
from jobs.models import Course, Job
from search.documents import CandidateDocument, JobDocument, candidate_document, job_document
from search.embeddings import DIMENSIONS, Embedder
from search.engines.base import AnyOf, Filter, Query
from search.errors import EncoderUnavailable
from search.gaps import Catalogue, course_offers, credential_offers
from search.matching import Match, Side, best_first, candidate_side, explain, job_side, score_all, together
from search.models import IndexChange
from search.phrases import LocalPhrases, site_phrases
from search.rebuilding import ready_engine
from search.rules import RULES, Rule, TooFar, stops
from search.words import rarest

logger = logging.getLogger(__name__)

MOST_WORDS = 8  # that the engine looks for beside the vector; the matcher weighs all of them
DEPTH = 300  # documents that the full matcher scores: they hold its best hundred (decision 11); no page shows more


@dataclass(frozen=True)
class Ranked:
    """One line of a ranking: the match, and the row as the database holds it now."""

    match: Match
    row: Candidate | Job
    distance_miles: float | None = None


@dataclass(frozen=True)
class Ranking:
    """One page of a ranking. total: how many pass the rules; stopped: how many more there are that a rule stops."""

    ranked: tuple[Ranked, ...]
    total: int
    stopped: int
    reachable: int = 0  # how many of the total can be paged to
    by_words_alone: bool = False  # what is asked for has no vectors yet


@dataclass(frozen=True)
class Choice:
    """What a person narrows a ranking by: miles, instead of each candidate's own; and values of keyword fields."""

    within: int | None = None
    filters: dict[str, frozenset[str]] = field(default_factory=dict)

    def rules(self) -> tuple[Rule, ...]:
        if self.within is None:
            return RULES
        return tuple(TooFar(self.within) if isinstance(rule, TooFar) else rule for rule in RULES)

    def engine_filters(self) -> list[Filter]:
        return [AnyOf(name, values) for name, values in sorted(self.filters.items()) if values]


ALL = Choice()


def rank_candidates(
    *, job: Job, by: User, choice: Choice = ALL, start: int = 0, count: int = 10, on: date | None = None
) -> Ranking:
    """The candidates whom `by` may see, best for the job first: positions start to start + count.

    Raises SearchUnavailable.
    """
    on = on or timezone.localdate()
    document, vectors = _job(job)
    scope = [agencies_of(by), *choice.engine_filters()]
    allowed = [*scope, *(one for rule in choice.rules() for one in rule.on_candidates(document, on))]
    found = best_of(IndexChange.Kind.CANDIDATE, job_side(document, vectors), document.phrases(), allowed, scope)
    page = found.order[start : start + count]
    rows = Candidate.objects.visible_to(by).advised_by(by).for_matching().in_bulk([int(found.ids[i]) for i in page])
    people = {pk: candidate_document(row, on) for pk, row in rows.items()}
    vectors_of = _all_vectors(people)
    courses = _courses_by_prison({row.prison_id for row in rows.values()}, on)
    ranked = []
    for position in page:
        pk = int(found.ids[position])
        # The index may be behind: whoever has left, or is stopped by now, is not shown.
        if pk not in people or stops(choice.rules(), document, people[pk], on):
            continue
        row, score = rows[pk], found.scores[position]
        match = _match(document, vectors, people[pk], vectors_of[pk], score, pk, courses[row.prison_id])
        ranked.append(Ranked(match, row, _miles(document, people[pk])))
    stopped = found.in_scope - found.total
    return Ranking(tuple(ranked), found.total, stopped, len(found.ids), _are_missing(vectors))


def rank_jobs(
    *, candidate: Candidate, by: User, choice: Choice = ALL, start: int = 0, count: int = 10, on: date | None = None
) -> Ranking:
    """The open jobs, best for the candidate first: positions start to start + count. Raises SearchUnavailable."""
    on = on or timezone.localdate()
    document, vectors = _candidate(candidate, on)
    scope = choice.engine_filters()
    allowed = [*scope, *(one for rule in choice.rules() for one in rule.on_jobs(document, on))]
    side = candidate_side(document, vectors)
    found = best_of(IndexChange.Kind.JOB, side, document.phrases(), allowed)
    page = found.order[start : start + count]
    rows = Job.objects.open(on).visible_to(by).for_matching().in_bulk([int(found.ids[i]) for i in page])
    jobs = {pk: job_document(row) for pk, row in rows.items()}
    vectors_of = _all_vectors(jobs)
    courses = _courses_by_prison({candidate.prison_id}, on)[candidate.prison_id]
    ranked = []
    for position in page:
        pk = int(found.ids[position])
        if pk not in jobs or stops(_for_themselves(choice), jobs[pk], document, on):
            continue
        match = _match(jobs[pk], vectors_of[pk], document, vectors, found.scores[position], pk, courses)
        ranked.append(Ranked(match, rows[pk], _miles(jobs[pk], document)))
    stopped = Job.objects.open(on).visible_to(by).count() - found.total if not scope else 0
    return Ranking(tuple(ranked), found.total, max(stopped, 0), len(found.ids), _are_missing(vectors))


def stopped_candidates(*, job: Job, by: User, choice: Choice = ALL, on: date | None = None) -> list[Ranked]:
    """Those whom `by` may see and a rule stops, best first, each match with its stops; at most DEPTH are looked at."""
    on = on or timezone.localdate()
    document, vectors = _job(job)
    scope = [agencies_of(by), *choice.engine_filters()]
    found = best_of(IndexChange.Kind.CANDIDATE, job_side(document, vectors), document.phrases(), scope)
    rows = Candidate.objects.visible_to(by).advised_by(by).for_matching().in_bulk([int(id) for id in found.ids])
    ranked = []
    for position in found.order:
        row = rows.get(int(found.ids[position]))
        if row is None:
            continue
        candidate = candidate_document(row, on)
        if reasons := stops(choice.rules(), document, candidate, on):
            match = Match(str(row.pk), float(found.scores[position]), stops=reasons)
            ranked.append(Ranked(match, row, _miles(document, candidate)))
    return ranked


def stopped_jobs(*, candidate: Candidate, by: User, choice: Choice = ALL, on: date | None = None) -> list[Ranked]:
    """Open jobs that a rule keeps from this candidate, best first, each match with its stops."""
    on = on or timezone.localdate()
    document, vectors = _candidate(candidate, on)
    found = best_of(
        IndexChange.Kind.JOB, candidate_side(document, vectors), document.phrases(), choice.engine_filters()
    )
    rows = Job.objects.open(on).visible_to(by).for_matching().in_bulk([int(id) for id in found.ids])
    ranked = []
    for position in found.order:
        row = rows.get(int(found.ids[position]))
        if row is None:
            continue
        job = job_document(row)
        if reasons := stops(_for_themselves(choice), job, document, on):
            match = Match(str(row.pk), float(found.scores[position]), stops=reasons)
            ranked.append(Ranked(match, row, _miles(job, document)))
    return ranked


def explain_pair(*, job: Job, candidate: Candidate, on: date | None = None) -> Match:
    """One job and one candidate with every reason, gap and stop, whatever the rules say."""
    on = on or timezone.localdate()
    job_doc, job_vectors = _job(job)
    candidate_doc, vectors = _candidate(candidate, on)
    one = together([candidate_side(candidate_doc, vectors)])
    score = float(score_all(job_side(job_doc, job_vectors), one)[0])
    courses = _courses_by_prison({candidate.prison_id}, on)[candidate.prison_id]
    match = _match(job_doc, job_vectors, candidate_doc, vectors, score, candidate.pk, courses)
    by_words_alone = _are_missing(job_vectors) or _are_missing(vectors)
    return Match(match.id, match.score, match.lines, stops(RULES, job_doc, candidate_doc, on), by_words_alone)


def _for_themselves(choice: Choice) -> tuple[Rule, ...]:
    """Looking for oneself needs nobody's release."""
    return tuple(rule for rule in choice.rules() if rule.name != "not_released")


def agencies_of(user: User) -> AnyOf:
    agencies = AgencyMember.objects.advisers().filter(user=user).values_list("agency_id", flat=True)
    return AnyOf("agency", frozenset(map(str, agencies)))


@dataclass(frozen=True)
class _Found:
    ids: tuple[str, ...]
    scores: np.ndarray
    order: list[int]
    total: int
    in_scope: int


def best_of(
    kind: str, side: Side, phrases: Sequence[str], filters: Sequence[Filter], scope: Sequence[Filter] | None = None
) -> _Found:
    """The engine's best, scored by the full matcher; with a scope, how many pass its filters alone."""
    counted = None if scope is None else tuple(scope)
    query = Query(str(kind), side.profile, rarest(phrases, MOST_WORDS), tuple(filters), counted)
    hits = ready_engine().search(query, limit=DEPTH)
    scores = score_all(side, hits)
    return _Found(hits.ids, scores, best_first(hits.ids, scores), hits.total, hits.in_scope)


def _vectors(phrases: list[str]) -> np.ndarray:
    """Vectors of phrases; noughts if the encoder cannot run, so that words alone decide."""
    try:
        return Embedder(site_phrases()).vectors(phrases)
    except EncoderUnavailable as error:
        logger.warning("Ranking by words alone: %s", error)
        return np.zeros((len(phrases), DIMENSIONS), np.float32)


def _are_missing(vectors: np.ndarray) -> bool:
    """Whether these are the noughts that stand where the encoder could not run."""
    return len(vectors) > 0 and not vectors.any()


def _job(job: Job) -> tuple[JobDocument, np.ndarray]:
    document = job_document(job)
    return document, _vectors(document.phrases())


def _candidate(candidate: Candidate, on: date) -> tuple[CandidateDocument, np.ndarray]:
    document = candidate_document(candidate, on)
    return document, _vectors(document.phrases())


def _all_vectors(documents: dict[int, JobDocument] | dict[int, CandidateDocument]) -> dict[int, np.ndarray]:
    """The vectors of each document's phrases, all read from the store at once."""
    phrases = [document.phrases() for document in documents.values()]
    vectors = _vectors([phrase for own in phrases for phrase in own])
    parts = np.split(vectors, np.cumsum([len(own) for own in phrases])[:-1]) if phrases else []
    return dict(zip(documents, parts, strict=True))


def _match(
    job: JobDocument,
    job_vectors: np.ndarray,
    candidate: CandidateDocument,
    candidate_vectors: np.ndarray,
    score: float,
    id: int,
    courses: Catalogue,
) -> Match:
    reasons = courses.advise(job, job_vectors, explain(job, job_vectors, candidate, candidate_vectors))
    return Match(str(id), float(score), reasons)


def _courses_by_prison(prisons: set[str | None], on: date) -> dict[str | None, Catalogue]:
    """What is on offer to people of each prison: its own courses first, then the way to each credential."""
    upcoming = Course.objects.upcoming(on).filter(academy__prison__in=prisons - {None})
    courses = list(upcoming.select_related("academy__prison")) if prisons - {None} else []
    own = {prison: course_offers((one for one in courses if one.academy.prison_id == prison), on) for prison in prisons}
    titles = sorted({offer.title for offers in own.values() for offer in offers})
    vector_of = dict(zip(titles, _vectors(titles), strict=True))
    everywhere = credential_offers()
    try:
        standing = _vectors_of_credentials(site_phrases())
    except EncoderUnavailable as error:
        logger.warning("No way to a credential is found by likeness: %s", error)
        standing = np.zeros((len(everywhere), DIMENSIONS), np.float32)
    return {
        prison: Catalogue(
            (*offers, *everywhere), np.concatenate([*(vector_of[offer.title][None] for offer in offers), standing])
        )
        for prison, offers in own.items()
    }


@lru_cache(maxsize=4)
def _vectors_of_credentials(phrases: LocalPhrases) -> np.ndarray:
    """Kept, because every ranking needs all of them; a phrase's vector never changes."""
    return Embedder(phrases).vectors([offer.title for offer in credential_offers()])


def _miles(job: JobDocument, candidate: CandidateDocument) -> float | None:
    if job.is_anywhere or job.position is None or candidate.position is None:
        return None
    return distance_miles(*job.position, *candidate.position)
