"""A small progress bar for commands: how far, how fast, how long still."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

WIDTH = 24
SECONDS_BETWEEN_DRAWINGS = 0.1
SECONDS_BETWEEN_LINES = 60  # where nobody watches


class ProgressBar:
    """Counts up to `total` on stderr; where nobody watches, a line at the start, one a minute and one at the end.

    Use it as a context manager, `with ProgressBar("Jobs", len(rows)) as bar: bar.advance()`, or hand `bar.update`
    to whatever reports (done, total); `bar.follow` to whatever goes on with work that was begun before.
    """

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self._before: int | None = None  # done by an earlier run: counts for how far, not for how fast
        self.stream = stream if stream is not None else sys.stderr
        self._watched = self.stream.isatty()
        self._started_at = time.monotonic()
        self._drawn_at = self._started_at

    def __enter__(self) -> Self:
        self._started_at = time.monotonic()
        if self._watched:
            self._draw()
        else:
            self._write(f"{self.label}: {self.total:,} to do\n")
        return self

    def __exit__(self, kind, error, traceback) -> None:
        seconds = time.monotonic() - self._started_at
        stopped = "" if kind is None else ", stopped"
        line = f"{self.label}: {self.done:,} of {self.total:,} in {_clock(seconds)}{stopped}"
        self._write(f"\r\x1b[K{line}\n" if self._watched else f"{line}\n")

    def advance(self, steps: int = 1) -> None:
        self.update(self.done + steps)

    def update(self, done: int, total: int | None = None) -> None:
        """Say how much is done by now; `total` if it has changed."""
        self.done = done
        if total is not None:
            self.total = total
        now = time.monotonic()
        if self._watched and (now - self._drawn_at >= SECONDS_BETWEEN_DRAWINGS or self.done >= self.total):
            self._drawn_at = now
            self._draw()
        elif not self._watched and now - self._drawn_at >= SECONDS_BETWEEN_LINES:
            self._drawn_at = now
            self._write(f"{self.label}: {self._so_far()}\n")

    def follow(self, done: int, total: int) -> None:
        """Like `update`; the first call says what was done before."""
        if self._before is None:
            self._before = done
        self.update(done, total)

    def _draw(self) -> None:
        share = min(self.done / self.total, 1.0) if self.total else 1.0
        filled = round(share * WIDTH)
        self._write(f"\r\x1b[K{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {self._so_far()}")

    def _so_far(self) -> str:
        told = f"{self.done:,} of {self.total:,}"
        seconds, done_now = time.monotonic() - self._started_at, self.done - (self._before or 0)
        if done_now > 0 and seconds > 0:
            rate = done_now / seconds
            told += f", {rate:,.0f} a second, {_clock(max(self.total - self.done, 0) / rate)} left"
        return told

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s" if seconds < 10 else f"{rest} s"
