"""The outbox: what has changed, and how it gets into the index.

A change puts the row's id on the outbox (IndexChange) in the writer's own transaction; draining makes the document anew
from the database. Whatever dies in between, the change still waits, and draining twice changes nothing.

One drains at a time, under the lock DRAINING. Whoever finds it taken leaves, for the one who has it looks again after
letting go: what was committed by then is seen by one of the two.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from candidates.models import Candidate
from search.embeddings import Embedder
from search.engines import get_engine
from search.errors import EncoderUnavailable, IndexMissing, SearchUnavailable
from search.indexing import KINDS, Progress, put_ids
from search.locks import one_at_a_time
from search.models import IndexChange
from search.phrases import writing_phrases

logger = logging.getLogger(__name__)

DRAINING = "drain"
BATCH = 200  # rows; a person's edit behind them waits no longer than for one batch
A_TURN = 2.0  # seconds that a worker drains before others who ask something of it have theirs
LOOK_AHEAD = 10 * BATCH  # changes that are looked at for a batch of different rows
IDS_AT_ONCE = 900  # within every database's limit of parameters
KEPT = timedelta(days=3)  # that a done change is kept; a rebuild left for longer begins anew
LONGEST_WAIT = 10.0  # seconds for another's batch


# Queueing ------------------------------------------------------------------------------------------------------------

_unsent = threading.local()  # first: the first change for which no message has been sent; None where there is none


def queue_changes(kind: str, ids: Iterable[int]) -> None:
    """Put rows on the outbox, inside the caller's transaction, and have it drained when that commits."""
    changes = [IndexChange(kind=kind, object_id=id) for id in dict.fromkeys(ids) if id is not None]
    if changes:
        first, *_others = IndexChange.objects.bulk_create(changes, batch_size=BATCH)
        _ask_for_a_drain(first.pk)


def _ask_for_a_drain(first: int) -> None:
    """On commit, and robust: a broker that is away must not turn a saved change into an error. The outbox has it."""
    before = getattr(_unsent, "first", None)
    _unsent.first = first if before is None else min(first, before)
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    """One message for all that a transaction has queued; none where an earlier change waits, which has had its own.

    Whoever drains that one looks again afterwards. If its message is lost, or the workers are away, the sweep finds all
    that waits: then a queue of messages would help nobody.
    """
    first = getattr(_unsent, "first", None)
    if first is None:
        return
    _unsent.first = None
    if settings.CELERY_TASK_ALWAYS_EAGER or not IndexChange.objects.waiting().filter(pk__lt=first).exists():
        _send_message()


def _send_message() -> None:
    from search.tasks import drain_index

    try:
        drain_index.delay()
    except BrokerError as error:
        logger.warning("No worker could be told of a change, which waits for the next sweep: %s", error)


def queue_expired(on: date, days: int = 7) -> int:
    """Put on the outbox whose card ran out, or whose prison's course began, in the days before `on`. Returns how many.

    A course that has begun is within nobody's reach any more.
    """
    ended = Candidate.objects.filter(
        evidence__expires_date__gte=on - timedelta(days=days), evidence__expires_date__lt=on
    )
    begun = Candidate.objects.filter(
        available_from__gte=on - timedelta(days=days),
        prison__academies__courses__next_start_date__gte=on - timedelta(days=days),
        prison__academies__courses__next_start_date__lt=on,
    )
    ids = sorted({*ended.values_list("pk", flat=True), *begun.values_list("pk", flat=True)})
    with transaction.atomic():
        queue_changes(KINDS.CANDIDATE, ids)
    return len(ids)


def retry_parked(*, by: User, pks: Iterable[int] | None = None) -> int:
    """Send parked changes to the index again: these, or all. Returns how many."""
    parked = IndexChange.objects.parked()
    with transaction.atomic():
        count = (parked if pks is None else parked.filter(pk__in=list(pks))).update(parked_at=None, error="")
        _ask_for_a_drain(first=0)
    logger.info("User %s sends %s parked changes again", by.pk, count)
    return count


def remove_done() -> int:
    """Done changes that no rebuild can need any more. Returns how many there were."""
    removed, _by_model = IndexChange.objects.filter(done_at__lt=timezone.now() - KEPT).delete()
    return removed


# Draining ------------------------------------------------------------------------------------------------------------


class Outage:
    """Whether this process has found the index out of reach: said once, and not asked again at every message."""

    FIRST_PAUSE, LONGEST_PAUSE = 1.0, 8.0  # seconds

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = 0.0

    def began(self, error: Exception) -> None:
        if not self._pause:
            logger.warning("The search index is behind: %s", error)
        self._pause = min(2 * self._pause, self.LONGEST_PAUSE) or self.FIRST_PAUSE
        self._until = time.monotonic() + self._pause

    def ended(self) -> None:
        if self._pause:
            logger.info("The search index takes changes again")
        self._pause = 0.0

    @property
    def is_on(self) -> bool:
        return bool(self._pause)

    @property
    def is_too_fresh(self) -> bool:
        """Whether it began, or was met again, only moments ago."""
        return bool(self._pause) and time.monotonic() < self._until


outage = Outage()


def drain(
    *,
    embedder: Embedder | None = None,
    wait: float = LONGEST_WAIT,
    turn: float | None = None,
    present_only: bool = False,
    progress: Progress | None = None,
) -> int:
    """Bring the index up to the outbox. Returns how many changes were taken; safe to run twice and side by side.

    wait: seconds to wait for whoever drains now; after that it is left to them. turn: seconds after which a message is
    sent for the rest. present_only: likewise when all is taken that waits now, so that it ends although people go on
    writing. Stops quietly when the engine or the encoder cannot work now: the outbox keeps what is left for the next
    run. Raises IndexMissing if there is no index.
    """
    embedder = embedder or Embedder(writing_phrases())
    taken, started_at = 0, time.monotonic()
    newest = IndexChange.objects.waiting().order_by("-pk").values_list("pk", flat=True).first() or 0
    while (left := IndexChange.objects.waiting()).exists():
        is_over = turn is not None and time.monotonic() - started_at > turn
        if is_over or (present_only and not left.filter(pk__lte=newest).exists()):
            _send_message()
            break
        with one_at_a_time(DRAINING, wait=wait) as is_ours:
            if not is_ours:
                break
            batch = _oldest()
            try:
                taken += _take(batch, embedder)
                if progress:
                    progress(taken, taken + IndexChange.objects.waiting().count())
            except IndexMissing:
                raise
            except (SearchUnavailable, EncoderUnavailable) as error:
                outage.began(error)
                _note(batch, str(error)[:300])  # no fault of theirs: they wait for the next run
                break
    return taken


Batch = dict[str, dict[int, list[int]]]  # kind: id of a row: its waiting changes


def _oldest() -> Batch:
    """The changes of the rows that have waited longest, all changes of a row together."""
    rows: dict[tuple[str, int], list[int]] = {}
    waiting = IndexChange.objects.waiting().order_by("pk").values_list("kind", "object_id", "pk")
    for kind, object_id, pk in waiting[:LOOK_AHEAD]:
        if (kind, object_id) in rows or len(rows) < BATCH:
            rows.setdefault((kind, object_id), []).append(pk)
    batch: Batch = {}
    for (kind, object_id), pks in rows.items():
        batch.setdefault(kind, {})[object_id] = pks
    return batch


def _take(batch: Batch, embedder: Embedder) -> int:
    if not batch:
        return 0
    engine = get_engine()
    if not engine.is_ready():
        raise IndexMissing(engine.state() or "There is no search index for this version.")
    taken = 0
    for kind, changes in batch.items():
        version, refused = put_ids(kind, changes, engine, embedder)
        with transaction.atomic():
            done = {id: pks for id, pks in changes.items() if id not in refused}
            _mark_done(kind, done, version)
            for id, why in refused.items():
                _park(kind, id, changes[id], why)
        taken += sum(map(len, done.values()))
    outage.ended()
    return taken


def _mark_done(kind: str, changes: dict[int, list[int]], version: int) -> None:
    """Exactly the changes that were seen before the rows were read: one that came later waits for its own turn."""
    facts = {"done_at": Now(), "parked_at": None, "error": "", "version": version}
    for pks in _parts([pk for own in changes.values() for pk in own]):
        IndexChange.objects.filter(pk__in=pks).update(**facts)
    for ids in _parts(list(changes)):  # whatever was wrong with these rows before is mended
        IndexChange.objects.parked().filter(kind=kind, object_id__in=ids).update(**facts)


def _park(kind: str, id: int, pks: list[int], why: str) -> None:
    """One parked change a row, the first, so that it says since when and how often."""
    own = models.Q(pk__in=pks) | models.Q(kind=kind, object_id=id, parked_at__isnull=False)
    first, *others = IndexChange.objects.filter(own).order_by("pk").values_list("pk", flat=True)
    IndexChange.objects.filter(pk__in=others).delete()
    IndexChange.objects.filter(pk=first).update(parked_at=Now(), attempts=F("attempts") + 1, error=why[:300])


def _note(batch: Batch, error: str) -> None:
    for pks in _parts([pk for changes in batch.values() for own in changes.values() for pk in own]):
        IndexChange.objects.waiting().filter(pk__in=pks).exclude(error=error).update(error=error)


def _parts(pks: list[int]) -> Iterable[list[int]]:
    return (pks[start : start + IDS_AT_ONCE] for start in range(0, len(pks), IDS_AT_ONCE))
