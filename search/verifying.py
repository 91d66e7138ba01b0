"""Whether the index says what the database says, document by document, and how to mend it where it does not."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from search.engines import get_engine
from search.engines.base import SearchEngine
from search.errors import IndexMissing
from search.indexing import BATCH, QUERYSETS, Progress, digest_of, reading_version
from search.models import IndexChange

SHOWN = 5  # ids of each sort
NO_DIGEST = 0


@dataclass
class Difference:
    """How many documents of one kind differ in one way, with the first few of their ids."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, ids: list[str]) -> None:
        self.count += len(ids)
        self.first += ids[: SHOWN - len(self.first)]


@dataclass
class Report:
    """What differs between the index and the tables, for one kind of document."""

    kind: str
    rows: int = 0
    missing: Difference = field(default_factory=Difference)  # of the index
    left_over: Difference = field(default_factory=Difference)  # in the index, of no row
    stale: Difference = field(default_factory=Difference)  # says something else than the row

    @property
    def differences(self) -> int:
        return self.missing.count + self.left_over.count + self.stale.count


def verify(*, repair: bool = False, progress: Progress | None = None) -> list[Report]:
    """Compare every document with its row. What changes meanwhile is left to the outbox and does not count.

    repair: puts on the outbox whatever differs, for the next drain; what can be of no row goes at once. Takes some
    tens of bytes of memory a document. Raises SearchUnavailable, and IndexMissing if there is no index to compare.
    """
    engine = get_engine()
    if why := engine.state():
        raise IndexMissing(why)
    totals = {kind: QUERYSETS[kind]().count() for kind in QUERYSETS}
    reports = []
    for kind in QUERYSETS:
        before = sum(report.rows for report in reports)
        told = (lambda done, before=before: progress(before + done, sum(totals.values()))) if progress else None
        reports.append(_verify_kind(str(kind), engine, repair, told))
    return reports


@dataclass(frozen=True)
class _Indexed:
    """Ids, sorted, with their digests; strangers: ids that are no row's."""

    ids: np.ndarray
    digests: np.ndarray
    strangers: list[str]

    @classmethod
    def read(cls, engine: SearchEngine, kind: str) -> _Indexed:
        ids, digests, strangers = array("q"), array("Q"), []
        for id, _version, digest in engine.versions(kind):
            if id.isascii() and id.isdigit() and len(id) < 19:
                ids.append(int(id))
                digests.append(int(digest, 16) if digest else NO_DIGEST)
            else:
                strangers.append(id)
        order = np.argsort(np.frombuffer(ids, np.int64))
        return cls(np.frombuffer(ids, np.int64)[order], np.frombuffer(digests, np.uint64)[order], strangers)

    def find(self, ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Where each id is, and whether it is there at all."""
        if not len(self.ids):
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
        places = np.searchsorted(self.ids, ids).clip(max=len(self.ids) - 1)
        return places, self.ids[places] == ids


def _verify_kind(kind: str, engine: SearchEngine, repair: bool, progress: Callable[[int], None] | None) -> Report:
    report = Report(kind)
    start = _Start.now(kind)
    indexed = _Indexed.read(engine, kind)
    has_row = np.zeros(len(indexed.ids), bool)

    def note(difference: Difference, ids: list[int]) -> None:
        settled = start.settled(ids)
        difference.add(list(map(str, settled)))
        if repair:
            IndexChange.objects.bulk_create([IndexChange(kind=kind, object_id=id) for id in settled])

    after = 0
    while rows := list(QUERYSETS[kind]().filter(pk__gt=after).order_by("pk")[:BATCH]):
        ids = [row.pk for row in rows]
        digests = np.array([int(digest_of(kind, row), 16) for row in rows], np.uint64)
        places, is_there = indexed.find(ids)
        has_row[places[is_there]] = True
        is_stale = is_there.copy()
        is_stale[is_there] = indexed.digests[places[is_there]] != digests[is_there]
        note(report.missing, [id for id, there in zip(ids, is_there, strict=True) if not there])
        note(report.stale, [id for id, stale in zip(ids, is_stale, strict=True) if stale])
        after = ids[-1]
        report.rows += len(rows)
        if progress:
            progress(report.rows)
    without = indexed.ids[~has_row]
    for first in range(0, len(without), BATCH):
        note(report.left_over, without[first : first + BATCH].tolist())
    report.left_over.add(indexed.strangers)
    if repair and indexed.strangers:
        engine.delete(kind, indexed.strangers, version=reading_version())
    return report


@dataclass(frozen=True)
class _Start:
    """When the comparing began: a row that has changed since says nothing about the index."""

    kind: str
    last_change: int
    version: int

    @classmethod
    def now(cls, kind: str) -> _Start:
        newest = IndexChange.objects.order_by("-pk").values_list("pk", flat=True).first()
        return cls(kind, newest or 0, reading_version())

    def settled(self, ids: list[int]) -> list[int]:
        if not ids:
            return []
        changes = IndexChange.objects.filter(kind=self.kind, object_id__in=ids)
        since = changes.filter(pk__gt=self.last_change) | changes.filter(version__gte=self.version)
        moving = set(since.values_list("object_id", flat=True))
        return [id for id in ids if id not in moving]
