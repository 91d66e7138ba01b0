"""How long one page waits for an engine, over all its questions together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from search.errors import SearchUnavailable

LEAST = 0.02  # seconds: with less left, a question is not worth asking

_ends_at: ContextVar[float | None] = ContextVar("patience_ends_at", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Inside, all calls to an engine together may take so long; an inner patience cannot outlast an outer one."""
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left(most: float) -> float:
    """For the next call: `most`, or what is left. Raises SearchUnavailable when nothing is."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return most
    left = ends_at - time.monotonic()
    if left < LEAST:
        raise SearchUnavailable("The engine is too slow: this page has waited for it long enough.")
    return min(most, left)


def is_over() -> bool:
    """Whether a patience has run out here: a call that failed now may have been given too little time."""
    ends_at = _ends_at.get()
    return ends_at is not None and ends_at - time.monotonic() < LEAST
