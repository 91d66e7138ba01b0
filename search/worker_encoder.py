"""Vectors made by a worker for a process that does not load the model.

The texts lie in the table PhraseRequest until the answer is there: a task carries the request's id alone. The worker
writes the vectors into the table Phrase and takes the request away; that is what the process that asked waits for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from search.embeddings import DIMENSIONS, PAGE_PATIENCE, Embedder, own_encoder
from search.errors import EncoderUnavailable
from search.models import PhraseRequest
from search.phrases import DatabasePhrases, phrase_key, writing_phrases

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.2  # seconds between two looks
COOL_OFF = 5.0  # seconds after a wait in vain in which nobody of no more patience waits again
FORGOTTEN_AFTER = timedelta(minutes=10)  # a request whose process died; its texts are not kept for longer


class _Breaker:
    """After a wait in vain this process asks no worker for a while, so that one page does not wait three times over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.close()

    def close(self) -> None:
        self._until, self._patience, self._why = 0.0, 0.0, ""

    def open(self, patience: float, why: str) -> None:
        with self._lock:
            self._until, self._patience, self._why = time.monotonic() + COOL_OFF, patience, why

    def require_closed(self, patience: float) -> None:
        """Whoever has more patience than the last may still try: a worker that loads its model takes some seconds."""
        with self._lock:
            if time.monotonic() < self._until and patience <= self._patience:
                raise EncoderUnavailable(self._why)


BREAKER = _Breaker()


class WorkerEncoder:
    """The product's encoder, run by a worker. `patience`: seconds that one call may take."""

    def __init__(self, patience: float = PAGE_PATIENCE) -> None:
        self.patience = patience

    def within(self, patience: float) -> WorkerEncoder:
        return WorkerEncoder(patience)

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """As every encoder's; raises EncoderUnavailable if no worker has answered when the patience ends."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        _require_workers()
        BREAKER.require_closed(self.patience)
        ends_at = time.monotonic() + self.patience
        request = PhraseRequest.objects.create(texts=list(dict.fromkeys(texts)))
        try:
            self._hand_over(request)
            self._wait(request, ends_at)
        except EncoderUnavailable as error:
            BREAKER.open(self.patience, str(error))
            raise
        finally:
            PhraseRequest.objects.filter(pk=request.pk).delete()
        BREAKER.close()
        keys = [phrase_key(text) for text in texts]
        found = DatabasePhrases().get(list(dict.fromkeys(keys)))
        if missing := sum(key not in found for key in keys):
            raise EncoderUnavailable(f"A worker's answer lacks {missing} of {len(keys)} phrases.")
        if progress:
            progress(len(texts), len(texts))
        return np.stack([found[key] for key in keys]).astype(np.float32)

    def _hand_over(self, request: PhraseRequest) -> None:
        from search.tasks import embed_phrases

        try:
            embed_phrases.apply_async((request.pk,), retry=False)
        except (OperationalError, OSError) as error:
            raise EncoderUnavailable(f"The broker of the background work does not answer: {error}") from error

    def _wait(self, request: PhraseRequest, ends_at: float) -> None:
        """Until the worker has taken the request away, which it does when the vectors are in the table."""
        pause = FIRST_PAUSE
        while PhraseRequest.objects.filter(pk=request.pk).exists():
            left = ends_at - time.monotonic()
            if left <= 0:
                raise EncoderUnavailable(f"No worker has answered within {self.patience:g} s.")
            time.sleep(min(pause, left))
            pause = min(pause * 1.3, LONGEST_PAUSE)


def _require_workers() -> None:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        raise EncoderUnavailable('ENCODER is "workers", but there is no broker: set CELERY_BROKER_URL.')
    if connection.in_atomic_block:
        raise EncoderUnavailable("No worker can see a request from inside a transaction.")


def answer(request_id: int) -> None:
    """Make the vectors of a request, in a worker. A request that is gone is one that nobody waits for any more."""
    request = PhraseRequest.objects.filter(pk=request_id).first()
    if request is None:
        return
    Embedder(writing_phrases(), own_encoder()).vectors(request.texts)
    request.delete()


def forget_old_requests() -> int:
    """Remove what a process left behind that died while it waited. Returns how many there were."""
    old = PhraseRequest.objects.filter(created_at__lt=timezone.now() - FORGOTTEN_AFTER)
    return old.delete()[0]
