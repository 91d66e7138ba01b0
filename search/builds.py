"""Who makes the index anew, and how far they are: one at a time, kept in the database, gone on with after a crash."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from search.errors import RebuildRunning, RebuildTakenOver
from search.models import IndexBuild
from search.outbox import KEPT

BETWEEN_HEARTBEATS = 5.0  # seconds


class Build:
    """A rebuild that this process is at. Every step is written down only while nobody else has gone on with it."""

    def __init__(self, row: IndexBuild) -> None:
        self.row = row
        self._beat_at = time.monotonic()

    def save(self, **facts: Any) -> None:
        """Raises RebuildTakenOver."""
        own = IndexBuild.objects.unfinished().filter(pk=self.row.pk, holder=self.row.holder)
        if not own.update(heartbeat_at=Now(), **facts):
            raise RebuildTakenOver("Another rebuild has gone on from here: this one stops.")
        self._beat_at = time.monotonic()
        for name, value in facts.items():
            setattr(self.row, name, value)

    def beat(self, *_progress: int) -> None:
        """Called often, from wherever it may take long; writes every few seconds."""
        if time.monotonic() - self._beat_at > BETWEEN_HEARTBEATS:
            self.save()

    def finish(self) -> None:
        self.save(finished_at=timezone.now())
        IndexBuild.objects.filter(engine=self.row.engine, finished_at__isnull=False).exclude(pk=self.row.pk).delete()

    @property
    def is_too_old(self) -> bool:
        """Whether changes may have been removed from the outbox since it was begun."""
        return self.row.started_at < timezone.now() - KEPT / 2


@contextmanager
def building() -> Iterator[Build]:
    """The rebuild that was cut short, or a new one; whatever ends the block early leaves it to be gone on with.

    Raises RebuildRunning if somebody is at it.
    """
    row = _claimed(_holder())
    try:
        yield Build(row)
    except BaseException:
        IndexBuild.objects.filter(pk=row.pk, holder=row.holder).update(heartbeat_at=None)
        raise


def _claimed(holder: str) -> IndexBuild:
    builds = IndexBuild.objects.unfinished().filter(engine=settings.SEARCH_ENGINE)
    found = builds.first()
    if found is None:
        try:
            with transaction.atomic():
                return IndexBuild.objects.create(
                    engine=settings.SEARCH_ENGINE, holder=holder, started_at=timezone.now(), heartbeat_at=Now()
                )
        except IntegrityError:  # somebody was a moment quicker
            raise RebuildRunning(told(builds.first())) from None
    is_beating = builds.with_heartbeat().filter(pk=found.pk).exists()
    if is_beating and not _is_known_dead(found.holder):
        raise RebuildRunning(told(found))
    same = builds.filter(pk=found.pk, holder=found.holder)  # of two who find it dead, one changes this
    if not same.update(holder=holder, heartbeat_at=Now()):
        raise RebuildRunning(told(builds.first()))
    return IndexBuild.objects.get(pk=found.pk)


def told(build: IndexBuild | None) -> str:
    if build is None:
        return "Another rebuild has just been finished."
    machine, process, *_rest = build.holder.split()
    since = timezone.localtime(build.started_at)
    return (
        f"A rebuild is running on {machine} (process {process}) since {since:%H:%M} on {since.day} {since:%B}, "
        f"{intcomma(build.done)} of {intcomma(build.total)} documents done. Wait for it, or stop it there."
    )


def _holder() -> str:
    return f"{socket.gethostname()} {os.getpid()} {_processes()} {uuid.uuid4().hex[:8]}"


def _processes() -> str:
    """Which numbering of processes this one's number is of: a container has its own."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "-"


def _is_known_dead(holder: str) -> bool:
    """Whether the process was of this machine and is gone: there is no need to wait for its heartbeat to grow old."""
    machine, process, processes, _mark = holder.split()
    if (machine, processes) != (socket.gethostname(), _processes()):
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
