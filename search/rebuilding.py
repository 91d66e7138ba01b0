"""A new index from the database, filled while the old one answers and writes go on."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, suppress

from django.utils import timezone

from search.builds import Build, building
from search.embeddings import Embedder
from search.engines import get_engine
from search.engines.base import Rebuild, SearchEngine
from search.errors import EncoderUnavailable, IndexMissing, SearchUnavailable
from search.gaps import credential_offers
from search.indexing import BATCH, QUERYSETS, Progress, put_ids, put_rows, reading_version
from search.locks import one_at_a_time
from search.models import IndexChange
from search.outbox import DRAINING, drain, outage
from search.phrases import writing_phrases

logger = logging.getLogger(__name__)

MOST_ROUNDS = 5  # of taking in what has changed, before the switch
WAIT_FOR_DRAIN = 300.0  # seconds for the batch that is being drained
THREADS = threading.Lock()


def rebuild(*, embedder: Embedder | None = None, progress: Progress | None = None, from_start: bool = False) -> int:
    """Make the index anew, or go on where a rebuild was cut short. Returns how many documents were put into it.

    Raises RebuildRunning if somebody is at it, SearchUnavailable and EncoderUnavailable.
    """
    embedder = embedder or Embedder(writing_phrases())
    with building() as build, ExitStack() as after_the_switch:
        name = "" if from_start or build.is_too_old else build.row.index
        with get_engine().rebuild(resume=name) as new:
            _begin(build, new)
            # No document holds these, and every page with reasons asks for them.
            embedder.vectors([offer.title for offer in credential_offers()], build.beat)
            _fill(new, build, embedder, progress)
            since = _take_in_changes(new, build, embedder)
            # From here until the new index answers nobody drains: what is put now would go to the old one.
            if not after_the_switch.enter_context(one_at_a_time(DRAINING, wait=WAIT_FOR_DRAIN)):
                raise SearchUnavailable("A worker has been at one batch of changes for minutes. Run this again.")
            _queue_again(since)
            build.save()
        build.finish()
    drain(embedder=embedder, present_only=True)
    return build.row.done


def _begin(build: Build, new: Rebuild) -> None:
    if new.is_resumed:
        build.save(index=new.name)
    else:
        build.save(index=new.name, positions={}, done=0, since=reading_version(), started_at=timezone.now())


def _fill(new: Rebuild, build: Build, embedder: Embedder, progress: Progress | None) -> None:
    after = {str(kind): build.row.positions.get(kind, 0) for kind in QUERYSETS}
    left = sum(QUERYSETS[kind]().filter(pk__gt=pk).count() for kind, pk in after.items())
    build.save(total=build.row.done + left)
    while True:
        if progress:
            progress(build.row.done, build.row.total)
        kind, version, rows = _next_rows(after)
        if not rows:
            return
        refused = put_rows(kind, rows, version, new, embedder, build.beat)
        # The drain after the switch finds them refused again, and parks them.
        IndexChange.objects.bulk_create([IndexChange(kind=kind, object_id=id) for id in refused])
        after[kind] = rows[-1].pk
        done = build.row.done + len(rows)
        build.save(positions=dict(after), done=done, total=max(build.row.total, done))


def _next_rows(after: dict[str, int]) -> tuple[str, int, list]:
    """The next rows of the first kind that has any left, and a version from before they were read."""
    for kind, pk in after.items():
        version = reading_version()
        if rows := list(QUERYSETS[kind]().filter(pk__gt=pk).order_by("pk")[:BATCH]):
            return kind, version, rows
    return "", 0, []


def _take_in_changes(new: Rebuild, build: Build, embedder: Embedder) -> int:
    """Put into the new index what has changed since it was begun, so that little is left for after the switch.

    Returns a version: what is done with it or a later one may not be in.
    """
    since = build.row.since
    for _round in range(MOST_ROUNDS):
        upto = reading_version()
        changed = IndexChange.objects.maybe_missing(since).order_by("kind", "object_id")
        rows = list(changed.values_list("kind", "object_id").distinct())
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            for kind in {kind for kind, _id in part}:
                put_ids(kind, [id for own, id in part if own == kind], new, embedder, build.beat)
            build.save()
        since = upto
        if len(rows) < BATCH:
            break
    return since


def _queue_again(since: int) -> None:
    """What went to the old index after the new one had read it, and all that was ever refused: once more."""
    changes = IndexChange.objects.maybe_missing(since).exclude(done_at=None, parked_at=None)
    changes.update(done_at=None, parked_at=None)


def _require_index() -> None:
    """Though nothing waits: nobody else would notice that it is gone. An engine that is away is left to the drain."""
    wrong = ""
    with suppress(SearchUnavailable):
        engine = get_engine()
        wrong = "" if engine.is_ready() else engine.state()
    if wrong:
        raise IndexMissing(wrong)


def bring_up_to_date(*, wait: float, turn: float | None = None, is_in_page: bool = False) -> int:
    """Drain the outbox; make the index first if there is none. Returns how many changes were taken.

    wait, turn: as for `drain`. is_in_page: somebody waits for a page, so that a large index is left to a worker or to
    manage.py rebuild_index.
    """
    try:
        if not is_in_page:
            _require_index()
        return drain(wait=wait, turn=turn, present_only=turn is None and not is_in_page)
    except IndexMissing as missing:
        if is_in_page and not get_engine().makes_index_in_place:
            outage.began(missing)
            return 0
        if not outage.is_on:
            logger.warning("%s Making it from the database", missing)
    try:
        rebuild()
    except (SearchUnavailable, EncoderUnavailable) as error:  # or somebody makes it already, and takes these in
        outage.began(error)
    return 0


def ready_engine() -> SearchEngine:
    """The engine, its index made anew first if it is missing and small enough to be made while a page waits.

    Raises SearchUnavailable, and EncoderUnavailable if a phrase is missing and cannot be made.
    """
    engine = get_engine()
    if engine.is_ready():
        return engine
    if not engine.makes_index_in_place:
        raise IndexMissing(engine.state())
    with THREADS:
        if not engine.is_ready():  # another thread may have made it meanwhile
            logger.warning("There is no search index for this version: making it from the database")
            rebuild()
    return engine
