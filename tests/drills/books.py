"""What the drills know for certain: what was committed, who may see whom, and what each page showed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

AIM = 2.0  # seconds for a page, whatever is broken: told, since a machine that does all at once may miss it
LONGEST = 10.0  # beyond this a page does not wait, it hangs


@dataclass
class Page:
    """One page that somebody opened. status: 0 if there was no answer at all."""

    viewer: str
    started: float
    seconds: float
    status: int
    is_plain: bool = False  # without a ranking
    shown: list[str] = field(default_factory=list)  # references of candidates, slugs of jobs


class Books:
    """Written by all threads of a drill."""

    def __init__(self, viewers: frozenset[str]) -> None:
        self.viewers = viewers
        self._lock = threading.Lock()
        self._lines: dict[str, int] = {}
        self._titles: dict[int, str] = {}
        self._hidden: dict[tuple[str, str], float] = {}
        self.begin()

    def begin(self) -> None:
        """A new drill: what is committed and hidden stays known."""
        self.writes = self.failed_writes = 0
        self.pages: list[Page] = []
        self.wrongs: list[str] = []

    # Writers

    @contextmanager
    def writing(self, name: str, *, to: frozenset[str]) -> Iterator[None]:
        """Around a transaction after which only the viewers `to` may see the row. If it fails, nobody knows."""
        with self._lock:
            for viewer in to:
                self._hidden.pop((viewer, name), None)
        try:
            yield
        except BaseException:
            with self._lock:
                for viewer in self.viewers:
                    self._hidden.pop((viewer, name), None)
            raise
        self.hide(name, self.viewers - to)

    def hide(self, name: str, from_viewers: frozenset[str]) -> None:
        now = time.monotonic()
        with self._lock:
            for viewer in from_viewers:
                self._hidden.setdefault((viewer, name), now)

    def has_line(self, pk: int, marker: str) -> None:
        """Committed: a candidate's evidence says `marker`, until it is taken back."""
        with self._lock:
            self._lines[marker] = pk

    def take_back(self, markers: list[str]) -> None:
        """Before the transaction that takes lines away: whether they are there is not known any more."""
        with self._lock:
            for marker in markers:
                self._lines.pop(marker, None)

    @contextmanager
    def naming(self, pk: int, marker: str) -> Iterator[None]:
        """Around a transaction after which a job's title says `marker`."""
        with self._lock:
            self._titles.pop(pk, None)
        yield
        with self._lock:
            self._titles[pk] = marker

    def lines(self) -> dict[str, int]:
        """The candidate of each marker, the newest last."""
        with self._lock:
            return dict(self._lines)

    def titles(self) -> dict[int, str]:
        """The marker of each job that was named, the newest last."""
        with self._lock:
            return dict(self._titles)

    def count_write(self, *, failed: bool = False) -> None:
        with self._lock:
            self.failed_writes += failed
            self.writes += not failed

    # Searchers

    def saw(self, page: Page) -> None:
        with self._lock:
            self.pages.append(page)
            for name in page.shown:
                since = self._hidden.get((page.viewer, name))
                if since is not None and since < page.started:
                    self.wrongs.append(f"{page.viewer} was shown {name}, hidden {page.started - since:.1f} s before")
            if len(set(page.shown)) != len(page.shown):
                self.wrongs.append(f"a page of {page.viewer} shows somebody twice")

    def wrong_pages(self, *, may_fail: bool) -> list[str]:
        """What is wrong with the pages of this drill. may_fail: without the database there is no page to show."""
        wrongs = list(self.wrongs)
        if slow := [page for page in self.pages if page.seconds > LONGEST]:
            first = min(page.started for page in self.pages)
            when = ", ".join(f"{page.viewer} at {page.started - first:.1f} s" for page in slow[:5])
            wrongs.append(f"{len(slow)} pages took longer than {LONGEST:g} s ({when})")
        allowed = {200, 500, 503} if may_fail else {200}
        if failed := [page.status for page in self.pages if page.status not in allowed]:
            wrongs.append(f"{len(failed)} pages were not shown (status {', '.join(map(str, sorted(set(failed))))})")
        return wrongs
