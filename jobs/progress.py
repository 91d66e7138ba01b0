"""A small progress bar for commands: how far, how fast, how long still."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

WIDTH = 24
SECONDS_BETWEEN_DRAWINGS = 0.1


class ProgressBar:
    """Counts up to `total` on stderr; where nobody watches, one line at the start and one at the end.

    Use it as a context manager, `with ProgressBar("Jobs", len(rows)) as bar: bar.advance()`, or hand `bar.update`
    to whatever reports (done, total).
    """

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self.stream = stream if stream is not None else sys.stderr
        self._watched = self.stream.isatty()
        self._started_at = time.monotonic()
        self._drawn_at = 0.0

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

    def _draw(self) -> None:
        share = min(self.done / self.total, 1.0) if self.total else 1.0
        filled = round(share * WIDTH)
        line = f"{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {self.done:,} of {self.total:,}"
        seconds = time.monotonic() - self._started_at
        if self.done and seconds > 0:
            rate = self.done / seconds
            left = max(self.total - self.done, 0) / rate
            line += f", {rate:,.0f} a second, {_clock(left)} left"
        self._write(f"\r\x1b[K{line}")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s" if seconds < 10 else f"{rest} s"
