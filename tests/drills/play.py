"""One drill from beginning to end: work, break, mend, wait, compare, tell."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.drills.books import AIM
from tests.drills.faults import DRILLS, Drill
from tests.drills.servers import CannotStart, Servers, until
from tests.drills.site import Load, Site, nothing_waits, started
from tests.drills.verdict import verdict

BEFORE = 1.5  # seconds of work before anything breaks
MOST_WAITING = 90.0  # seconds until all is searchable
RANKS_AGAIN = 90.0  # seconds until every page ranks; a bound against never, as above, not a promise


@dataclass(frozen=True)
class Played:
    told: str
    wrongs: list[str]

    def __str__(self) -> str:
        return f"{self.told}: {'FAILED, ' + '; '.join(self.wrongs) if self.wrongs else 'ok'}"


def play_all(servers: Servers, only: set[str]) -> int:
    """Prints a line for each; the exit status."""
    began, failed = time.monotonic(), 0
    if unknown := only - {drill.name for drill in DRILLS}:
        raise CannotStart(f"There is no drill {', '.join(unknown)}: {', '.join(drill.name for drill in DRILLS)}.")
    with started(servers) as site:
        print(f"Everything is up and ranks after {time.monotonic() - began:.0f} s", flush=True)
        for number, drill in enumerate(DRILLS, 1):
            if not only or drill.name in only:
                played = play(site, drill)
                failed += bool(played.wrongs)
                print(f"{number}. {played}", flush=True)
    print(f"{failed} failed" if failed else "All held", f"after {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def play(site: Site, drill: Drill) -> Played:
    site.books.begin()
    for program in site.programs:
        program.has_ended = 0
    load, wrongs, searchable = Load(site), [], None
    try:
        load.start()
        time.sleep(BEFORE)
        wrongs += drill.fault(site, load)
        load.stop_writers()
        searchable = until(nothing_waits, MOST_WAITING, "all changes are searchable")
        load.wait_for_rankings(RANKS_AGAIN)
    except (CannotStart, TimeoutError) as error:
        wrongs.append(str(error))
    finally:
        load.stop()
    wrongs += site.books.wrong_pages(may_fail=drill.without_pages)
    if searchable is not None:
        wrongs += verdict(site.world, site.books)
    return Played(f"{drill.said}: {_told(site, searchable)}", wrongs)


def _told(site: Site, searchable: float | None) -> str:
    books = site.books
    failed = f" and {books.failed_writes} that failed" if books.failed_writes else ""
    plain = sum(page.is_plain for page in books.pages)
    unanswered = sum(page.status != 200 for page in books.pages)
    slowest = max((page.seconds for page in books.pages), default=0.0)
    told = f"{books.writes} writes{failed}, {len(books.pages)} pages ({plain} without ranking, "
    told += f"{unanswered} not shown, " if unanswered else ""
    late = sum(page.seconds > AIM for page in books.pages)
    told += f"slowest {slowest:.2f} s" + (f", {late} over {AIM:g} s), " if late else "), ")
    told += "not all searchable" if searchable is None else f"all searchable after {searchable:.1f} s"
    ended = "".join(f", the {program.name} ended by itself" for program in site.programs if program.has_ended)
    return f"{told}{ended}"
