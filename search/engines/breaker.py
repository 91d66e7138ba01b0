"""Stops asking an engine that is away, so that nobody waits for it; and asks it again by itself.

Our own because the kept libraries either hold one lock while a call runs, so that every search would wait for the one
before it, or let everybody through at once when the time is up.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from search.engines.patience import is_over
from search.errors import SearchUnavailable

logger = logging.getLogger(__name__)


class CircuitBreaker:
    """Closed, it lets calls through and counts failures in a row; open, it refuses at once; then one call tries.

    failures: as many in a row open it. seconds: for so long it stays open; then one call at a time is let through, and
    its success closes it, its failure opens it for as long again. counts: the exceptions that are failures; any other
    means that the engine answered. at_once: those of them that open it alone: a timeout has cost a person a second.
    fair: seconds after which an engine that answers would have: a call that its page's patience cut short sooner says
    nothing, one that had as long and more is a failure like any other.
    clock: seconds, never going back. One breaker serves all threads of a process; guards do not nest.
    """

    def __init__(
        self,
        *,
        failures: int = 2,
        seconds: float = 5.0,
        counts: tuple[type[Exception], ...] = (Exception,),
        at_once: tuple[type[Exception], ...] = (),
        fair: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if failures < 1 or seconds <= 0:
            raise ValueError("A breaker needs one failure or more to open, and some time before it tries again.")
        self._failures, self._seconds, self._clock = failures, seconds, clock
        self._counts, self._at_once, self._fair = counts, at_once, fair
        self._lock = threading.Lock()  # held for moments, never while a call runs
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._is_trying = False
        self._turn = 0  # how often it has opened or closed: a call of an earlier turn says nothing of this one
        self._why = ""

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one call to the engine. Raises SearchUnavailable, without the call, while it is open."""
        turn, began = self._enter(), self._clock()
        try:
            yield
        except BaseException as error:
            cut_short = is_over() and self._clock() - began < self._fair
            if isinstance(error, (*self._counts, *self._at_once)) and not cut_short:
                self._failed(turn, error)
            elif is_over() or not isinstance(error, Exception):
                self._broke_off(turn)
            else:
                self._answered(turn)
            raise
        self._answered(turn)

    def why_not(self) -> str:
        """Why a call would be refused now, and for how long; "" if it would be let through."""
        with self._lock:
            return self._refusal()

    def _refusal(self) -> str:
        if self._opened_at is None:
            return ""
        left = self._opened_at + self._seconds - self._clock()
        if left > 0:
            return f"Ranking is away: {self._why}. It is tried again in {max(round(left), 1)} s."
        return f"Ranking is away: {self._why}. It is being tried now." if self._is_trying else ""

    def _enter(self) -> int:
        with self._lock:
            if refusal := self._refusal():
                raise SearchUnavailable(refusal)
            self._is_trying = self._opened_at is not None
            return self._turn

    def _failed(self, turn: int, error: Exception) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._in_a_row += 1
            was_open = self._opened_at is not None
            if not (was_open or self._in_a_row >= self._failures or isinstance(error, self._at_once)):
                return
            self._why = (str(error) or type(error).__name__).rstrip(".")
            self._opened_at, self._is_trying = self._clock(), False
            self._turn += 1
        if not was_open:
            logger.warning("No more calls to the engine for %g s: %s", self._seconds, self._why)

    def _answered(self, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._in_a_row = 0
            if self._opened_at is None:
                return
            self._opened_at, self._is_trying = None, False
            self._turn += 1
        logger.info("The engine answers again")

    def _broke_off(self, turn: int) -> None:
        """The call was stopped from outside, or cut short by its page: it says nothing, and the next one tries."""
        with self._lock:
            if turn == self._turn:
                self._is_trying = False
