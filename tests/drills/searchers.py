"""People who look: advisers at the candidates for a job, a candidate at the open jobs; real pages of the web server."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time

from tests.drills.books import Books, Page
from tests.drills.servers import HOST

PAUSE = 0.8  # seconds between two pages of one person
GIVES_UP = 15.0  # seconds
NO_RANKING = ("Ranking is away just now", "We cannot put the best fit first just now")
PERSON = re.compile(r'<a class="govuk-link" href="/adviser/jobs/[\w-]+/(TG-[0-9A-Z]+)/"')
OPENING = re.compile(r'<a class="govuk-link" href="/jobs/([\w-]+)/"')


def ask(port: int, path: str, session: str) -> tuple[int, str]:
    """Status and text; 0 if nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=GIVES_UP)
    try:
        connection.request("GET", path, headers={"Cookie": session, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


class Searcher(threading.Thread):
    """Opens one page after the other until told to stop, and books what was shown.

    paths: the pages, one of which is opened at a time; rows: what on them is a row that is shown.
    """

    def __init__(self, viewer: str, port: int, session: str, paths: list[str], rows: re.Pattern, books: Books) -> None:
        super().__init__(name=f"searcher, {viewer}", daemon=True)
        self.viewer, self.port, self.session = viewer, port, session
        self.paths, self.rows, self.books = paths, rows, books
        self.draw = random.Random(viewer)
        self._is_over = threading.Event()

    def finish(self) -> None:
        self._is_over.set()

    def run(self) -> None:
        while not self._is_over.is_set():
            self.books.saw(self.look())
            time.sleep(PAUSE)

    def look(self) -> Page:
        started = time.monotonic()
        status, text = ask(self.port, self.draw.choice(self.paths), self.session)
        seconds = time.monotonic() - started
        is_plain = any(words in text for words in NO_RANKING)
        return Page(self.viewer, started, seconds, status, is_plain, self.rows.findall(text))
