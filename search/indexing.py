"""From rows to the documents of the index, with their vectors; and how they are put there.

Whoever puts a document takes a version first (`reading_version`) and reads the tables after it: so a document of a
later version never says less than one of an earlier, whichever machine made it and whichever arrives first.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import Error as DatabaseError
from django.db import connection, models

from candidates.models import Candidate
from jobs.models import Job
from search.documents import CandidateDocument, JobDocument, candidate_document, job_document
from search.embeddings import Embedder, phrase_key
from search.engines.base import IndexedDocument, Rebuild, SearchEngine
from search.errors import DocumentRefused, SearchError
from search.marks import candidate_marks, job_marks
from search.matching import Side, candidate_side, job_side
from search.models import IndexChange, IndexClock
from search.rules import ANYWHERE, PUBLISHED, RELEASED

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
BATCH = 500

KINDS = IndexChange.Kind
QUERYSETS: dict[str, Callable[[], models.QuerySet]] = {
    KINDS.JOB: lambda: Job.objects.for_matching(),
    KINDS.CANDIDATE: lambda: Candidate.objects.for_matching(),
}


@dataclass(frozen=True)
class Facts:
    """What a document says beside its vectors.

    weights: one a line, of lines whose weight is not the same for all. marks: marks.py.
    """

    lines: list[str]
    numbers: dict[str, float]
    keywords: dict[str, frozenset[str]]
    position: tuple[float, float] | None
    weights: list[float] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)

    def digest(self) -> str:
        """16 hexadecimal digits, the same for the same facts on every machine."""
        keywords = {name: sorted(values) for name, values in self.keywords.items() if values}
        written = json.dumps(
            [self.lines, self.weights, self.numbers, keywords, self.position, self.marks], sort_keys=True
        )
        return hashlib.sha256(written.encode()).hexdigest()[:16]


def job_facts(job: JobDocument) -> Facts:
    flags = {ANYWHERE: job.is_anywhere, PUBLISHED: job.is_published}
    days = {"closing": job.closing_date, "starts": job.start_date, "pledge_until": job.pledge_until}
    must_have = frozenset("|".join(sorted(line.credentials)) for line in job.must_haves)
    return Facts(
        lines=job.lines(),
        numbers={name: float(day.toordinal()) for name, day in days.items() if day},
        keywords={
            "flags": frozenset(name for name, is_set in flags.items() if is_set),
            "must_have": must_have,
            **_filters(job),
        },
        position=job.position,
        marks=job_marks(job).tolist(),
    )


def candidate_facts(candidate: CandidateDocument) -> Facts:
    numbers = {"travel": float(candidate.travel_miles)} if candidate.travel_miles else {}
    if candidate.available_from:
        numbers["available"] = float(candidate.available_from.toordinal())
    return Facts(
        lines=candidate.phrases(),
        numbers=numbers,
        keywords={
            "flags": frozenset({RELEASED} if candidate.is_released else ()),
            "credentials": candidate.passing_credentials(),
            "held": candidate.credentials(),  # what the record shows
            **_filters(candidate),
        },
        position=candidate.position,
        weights=candidate.weights(),
        marks=candidate_marks(candidate).tolist(),
    )


def _filters(document: JobDocument | CandidateDocument) -> dict[str, frozenset[str]]:
    return {name: frozenset({value}) for name, value in document.filters.items() if value}


def indexed_job(job: JobDocument, side: Side, version: int) -> IndexedDocument:
    return _indexed(KINDS.JOB, job, job_facts(job), side, version)


def indexed_candidate(candidate: CandidateDocument, side: Side, version: int) -> IndexedDocument:
    return _indexed(KINDS.CANDIDATE, candidate, candidate_facts(candidate), side, version)


def _indexed(
    kind: str, document: JobDocument | CandidateDocument, facts: Facts, side: Side, version: int
) -> IndexedDocument:
    phrases = document.phrases()
    return IndexedDocument(
        kind=str(kind),
        id=document.id,
        profile=side.profile,
        lines=side.lines,
        line_keys=tuple(phrase_key(phrases[i]) for i in side.keys),
        weights=side.weights,
        terms=side.terms,
        text="\n".join(phrases[i] for i in side.keys),
        numbers=facts.numbers,
        keywords=facts.keywords,
        position=facts.position,
        version=version,
        digest=facts.digest(),
    )


def digest_of(kind: str, row: Job | Candidate) -> str:
    """The digest that the row's document would have if it were made now; nothing is embedded for it."""
    facts = job_facts(job_document(row)) if kind == KINDS.JOB else candidate_facts(candidate_document(row))
    return facts.digest()


def index_rows(
    kind: str,
    rows: Sequence[Job | Candidate],
    version: int,
    embedder: Embedder,
    progress: Progress | None = None,
) -> list[IndexedDocument]:
    """Documents with their vectors, in the order of the rows; every new phrase of all of them in one call."""
    build, side_of, indexed = (
        (job_document, job_side, indexed_job)
        if kind == KINDS.JOB
        else (candidate_document, candidate_side, indexed_candidate)
    )
    documents = [build(row) for row in rows]
    vectors = embedder.vectors([phrase for document in documents for phrase in document.phrases()], progress)
    ends = np.cumsum([len(document.phrases()) for document in documents])
    return [
        indexed(
            document,
            side_of(document, vectors[end - len(document.phrases()) : end]),
            version,
        )
        for document, end in zip(documents, ends, strict=True)
    ]


# Putting -------------------------------------------------------------------------------------------------------------


def reading_version() -> int:
    """The version of what is read from the database after this call; larger than any that was given before.

    Near the time in microseconds, so that a database brought back from a backup still counts on from where the index
    is; and never back, whatever a machine's clock says. Not to be called in a transaction that has read already.
    """
    table, now = connection.ops.quote_name(IndexClock._meta.db_table), time.time_ns() // 1000
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, last) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET last ="
            f" CASE WHEN {table}.last >= excluded.last THEN {table}.last + 1 ELSE excluded.last END RETURNING last",
            [now],
        )
        return cursor.fetchone()[0]


def put_ids(
    kind: str,
    ids: Iterable[int],
    index: SearchEngine | Rebuild,
    embedder: Embedder,
    progress: Progress | None = None,
) -> tuple[int, dict[int, str]]:
    """Make the index say of these rows what the tables say now. Returns the version, and why which were refused."""
    ids = set(ids)
    version = reading_version()
    rows = list(QUERYSETS[kind]().filter(pk__in=ids))
    refused = put_rows(kind, rows, version, index, embedder, progress)
    if gone := ids - {row.pk for row in rows}:
        index.delete(str(kind), [str(id) for id in gone], version=version)
    return version, refused


def put_rows(
    kind: str,
    rows: Sequence[Job | Candidate],
    version: int,
    index: SearchEngine | Rebuild,
    embedder: Embedder,
    progress: Progress | None = None,
) -> dict[int, str]:
    """Put the documents of rows that were read after `version` was given. Returns why which were refused.

    A batch that is refused is halved until the ones are found that the index cannot keep: they hold up no other.
    """
    if not rows:
        return {}
    try:
        index.put(_made(kind, rows, version, embedder, progress))
    except DocumentRefused as error:
        if len(rows) == 1:
            logger.error("%s %s is refused: %s", kind, rows[0].pk, error)
            return {rows[0].pk: str(error)}
        half = len(rows) // 2
        return put_rows(kind, rows[:half], version, index, embedder, progress) | put_rows(
            kind, rows[half:], version, index, embedder, progress
        )
    return {}


def _made(
    kind: str, rows: Sequence[Job | Candidate], version: int, embedder: Embedder, progress: Progress | None
) -> list[IndexedDocument]:
    try:
        return index_rows(kind, rows, version, embedder, progress)
    except (SearchError, DatabaseError):
        raise
    except Exception as error:
        # One row that our own code cannot read must not stop all others for ever. Its words stay out of the log.
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise DocumentRefused(
            f"The document cannot be made: {type(error).__name__} in {place.name}, line {place.lineno}."
        ) from None
