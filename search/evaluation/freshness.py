"""How long after a change it can be found: one at a time on an idle site, and many a second.

With a broker a worker of its own drains the outbox, as in service; without one it is drained in place. The time is read
off the outbox: from the writer's row to the moment that the engine had taken it, when it is searchable by contract.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import transaction

from candidates.models import Candidate, Evidence
from search.evaluation.scratch import site_environment
from search.models import IndexChange

LONGEST = 60  # seconds to wait for what is still on its way


@dataclass(frozen=True)
class Freshness:
    """Seconds from change to searchable, one a change; a_second: how many were made in one."""

    seconds: np.ndarray
    a_second: float


@contextmanager
def worker() -> Iterator[None]:
    """A Celery worker on this site's database and index, if there is a broker to hear it by."""
    if not settings.CELERY_BROKER_URL:
        yield
        return
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=site_environment()) as process:
        try:
            yield
        finally:
            process.terminate()


def one_at_a_time(candidates: Sequence[int], texts: Sequence[str]) -> Freshness:
    """A change, and when it is searchable the next."""
    start, after = time.monotonic(), _last()
    for pk, text in zip(candidates, texts, strict=True):
        _change(pk, text)
        _wait(after)
    return Freshness(_seconds(after), len(texts) / (time.monotonic() - start))


def many(candidates: Sequence[int], texts: Sequence[str], a_second: int) -> Freshness:
    """So many changes a second, whatever becomes of them; slower where the changes themselves take longer."""
    start, after = time.monotonic(), _last()
    for number, (pk, text) in enumerate(zip(candidates, texts, strict=True)):
        time.sleep(max(0.0, start + number / a_second - time.monotonic()))
        _change(pk, text)
    rate = len(texts) / (time.monotonic() - start)
    _wait(after)
    return Freshness(_seconds(after), rate)


def changes(size: int, count: int, seed: int) -> tuple[list[int], list[str]]:
    """Whom to change and what new line to give them: one that nobody has embedded before."""
    draw = random.Random(seed)
    things = ("pallets", "hedges", "engines", "menus", "ledgers", "roof tiles", "looms", "boilers", "ponies", "sails")
    deeds = ("sorted", "mended", "checked", "loaded", "counted", "painted", "packed", "cleaned")
    texts = [f"{draw.choice(deeds).capitalize()} {draw.choice(things)}, order {seed}-{n}" for n in range(count)]
    return [draw.randint(1, size) for _ in range(count)], texts


def _change(pk: int, text: str) -> None:
    with transaction.atomic():
        Evidence.objects.create(candidate=Candidate.objects.get(pk=pk), text=text)


def _last() -> int:
    return IndexChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _wait(after: int) -> None:
    ends = time.monotonic() + LONGEST
    while IndexChange.objects.waiting().filter(pk__gt=after).exists() and time.monotonic() < ends:
        time.sleep(0.01)


def _seconds(after: int) -> np.ndarray:
    rows = IndexChange.objects.filter(pk__gt=after).values_list("created_at", "done_at")
    return np.array([(done - made).total_seconds() if done else np.inf for made, done in rows])
