"""From rows to the index: documents with their vectors, the outbox, the rebuild.

A change puts the row's id on the outbox (IndexChange) in the writer's own transaction; draining makes the document anew
from the database. Whatever dies in between, the outbox is still there, and draining twice changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import numpy as np
from django.db import models, transaction
from django.utils import timezone

from candidates.models import Candidate
from jobs.models import Job
from search.documents import CandidateDocument, JobDocument, candidate_document, job_document
from search.embeddings import DatabasePhrases, Embedder, phrase_key
from search.engines import get_engine
from search.engines.base import IndexedDocument, Rebuild, SearchEngine
from search.errors import DocumentRefused, EncoderUnavailable, IndexMissing, SearchUnavailable
from search.matching import Side, candidate_side, job_side
from search.models import IndexChange
from search.querysets import MOST_ATTEMPTS
from search.rules import ANYWHERE, PUBLISHED, RELEASED

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
BATCH = 500
REBUILDING = threading.Lock()

KINDS = IndexChange.Kind
QUERYSETS: dict[str, Callable[[], models.QuerySet]] = {
    KINDS.JOB: lambda: Job.objects.for_matching(),
    KINDS.CANDIDATE: lambda: Candidate.objects.for_matching(),
}


def indexed_job(job: JobDocument, side: Side, version: int) -> IndexedDocument:
    flags = {ANYWHERE: job.is_anywhere, PUBLISHED: job.is_published}
    days = {"closing": job.closing_date, "starts": job.start_date, "pledge_until": job.pledge_until}
    must_have = frozenset("|".join(sorted(line.credentials)) for line in job.must_haves)
    return _indexed(
        KINDS.JOB,
        job,
        side,
        version,
        numbers={name: float(day.toordinal()) for name, day in days.items() if day},
        keywords={"flags": frozenset(name for name, is_set in flags.items() if is_set), "must_have": must_have},
    )


def indexed_candidate(candidate: CandidateDocument, side: Side, version: int) -> IndexedDocument:
    numbers = {"travel": float(candidate.travel_miles)} if candidate.travel_miles else {}
    if candidate.available_from:
        numbers["available"] = float(candidate.available_from.toordinal())
    return _indexed(
        KINDS.CANDIDATE,
        candidate,
        side,
        version,
        numbers=numbers,
        keywords={
            "flags": frozenset({RELEASED} if candidate.is_released else ()),
            "credentials": candidate.credentials() | candidate.implied_credentials(),  # what lets a rule pass
            "held": candidate.credentials(),  # what the record shows
        },
    )


def _indexed(
    kind: str,
    document: JobDocument | CandidateDocument,
    side: Side,
    version: int,
    *,
    numbers: dict[str, float],
    keywords: dict[str, frozenset[str]],
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
        numbers=numbers,
        keywords=keywords | {name: frozenset({value}) for name, value in document.filters.items() if value},
        position=document.position,
        version=version,
    )


def index_rows(kind: str, rows: Sequence[Job | Candidate], version: int, embedder: Embedder) -> list[IndexedDocument]:
    """Documents with their vectors, in the order of the rows; every new phrase of all of them in one call."""
    build, side_of, indexed = (
        (job_document, job_side, indexed_job)
        if kind == KINDS.JOB
        else (candidate_document, candidate_side, indexed_candidate)
    )
    documents = [build(row) for row in rows]
    vectors = embedder.vectors([phrase for document in documents for phrase in document.phrases()])
    ends = np.cumsum([len(document.phrases()) for document in documents])
    return [
        indexed(
            document,
            side_of(document, vectors[end - len(document.phrases()) : end]),
            version,
        )
        for document, end in zip(documents, ends, strict=True)
    ]


def queue_changes(kind: str, ids: Iterable[int]) -> None:
    """Put rows on the outbox, inside the caller's transaction, and have it drained when that commits."""
    from search.tasks import drain_index

    changes = [IndexChange(kind=kind, object_id=id) for id in ids if id is not None]
    if changes:
        IndexChange.objects.bulk_create(changes, batch_size=BATCH)
        # Robust: a broker that is away must not turn a saved change into an error. The outbox has it.
        transaction.on_commit(drain_index.delay, robust=True)


def queue_expired(on: date, days: int = 7) -> int:
    """Put on the outbox everybody with a card that ran out in the days before `on`. Returns how many."""
    ended = Candidate.objects.filter(
        evidence__expires_date__gte=on - timedelta(days=days), evidence__expires_date__lt=on
    )
    ids = list(ended.distinct().values_list("pk", flat=True))
    with transaction.atomic():
        queue_changes(KINDS.CANDIDATE, ids)
    return len(ids)


def drain(*, embedder: Embedder | None = None) -> int:
    """Bring the index up to the outbox. Returns how many changes were taken; safe to run twice and side by side.

    Stops quietly when the engine or the encoder cannot work now: the outbox keeps what is left for the next run.
    """
    embedder = embedder or Embedder(DatabasePhrases())
    taken = 0
    while changes := list(IndexChange.objects.waiting().order_by("pk")[:BATCH]):
        try:
            _apply(changes, embedder)
        except IndexMissing:
            rebuild(embedder=embedder)
        except DocumentRefused:
            _park_the_refused(changes, embedder)
        except (SearchUnavailable, EncoderUnavailable) as error:
            logger.warning("The search index is behind: %s", error)
            _these(changes).update(error=str(error)[:300])  # no fault of theirs: they wait for the next run
            break
        else:
            _these(changes).update(done_at=timezone.now(), error="")
            taken += len(changes)
    return taken


def _park_the_refused(changes: list[IndexChange], embedder: Embedder) -> None:
    """One by one, so that a document that cannot be kept holds up no other."""
    for change in changes:
        try:
            _apply([change], embedder)
        except DocumentRefused as error:
            logger.error("%s %s is parked: %s", change.kind, change.object_id, error)
            _these([change]).update(attempts=MOST_ATTEMPTS, error=str(error)[:300])
        else:
            _these([change]).update(done_at=timezone.now(), error="")


def _these(changes: list[IndexChange]) -> models.QuerySet:
    return IndexChange.objects.filter(pk__in=[change.pk for change in changes])


def _apply(changes: list[IndexChange], embedder: Embedder) -> None:
    engine = get_engine()
    if not engine.is_ready():
        raise IndexMissing("There is no search index for this version.")
    for kind in {change.kind for change in changes}:
        ids = {change.object_id for change in changes if change.kind == kind}
        version = reading_version()
        rows = list(QUERYSETS[kind]().filter(pk__in=ids))
        engine.put(index_rows(kind, rows, version, embedder))
        if gone := ids - {row.pk for row in rows}:
            engine.delete(str(kind), [str(id) for id in gone], version=version)


def reading_version() -> int:
    """The version of what is read from the database after this call: microseconds, so that a later reading wins."""
    return time.time_ns() // 1000


def rebuild(*, embedder: Embedder | None = None, progress: Progress | None = None) -> int:
    """A new index from the database, filled while the old one answers and writes go on. Returns its documents."""
    embedder = embedder or Embedder(DatabasePhrases())
    with get_engine().rebuild() as new:
        started_at = timezone.now()  # after the wait for another rebuild, which tidies up what it has taken in
        count = _fill(new, embedder, progress)
    # What changed meanwhile went to the old index, or was read here too early: once more, into the new one.
    IndexChange.objects.filter(models.Q(done_at__gte=started_at) | models.Q(done_at=None)).update(
        done_at=None, attempts=0
    )
    IndexChange.objects.filter(done_at__lt=started_at).delete()
    drain(embedder=embedder)
    return count


def _fill(new: Rebuild, embedder: Embedder, progress: Progress | None) -> int:
    counts = {kind: QUERYSETS[kind]().count() for kind in QUERYSETS}
    done, total = 0, sum(counts.values())
    for kind, queryset in QUERYSETS.items():
        after = 0
        while True:
            version = reading_version()
            rows = list(queryset().filter(pk__gt=after).order_by("pk")[:BATCH])
            if not rows:
                break
            new.put(index_rows(kind, rows, version, embedder))
            after = rows[-1].pk
            done += len(rows)
            if progress:
                progress(done, max(total, done))
    return done


def ready_engine() -> SearchEngine:
    """The engine, its index made anew first if it was deleted or is of another version.

    Raises SearchUnavailable, and EncoderUnavailable if a phrase is missing and cannot be made.
    """
    engine = get_engine()
    if not engine.is_ready():
        with REBUILDING:
            if not engine.is_ready():  # another thread may have made it meanwhile
                logger.warning("There is no search index for this version: making it from the database")
                rebuild()
    return engine
