"""How much memory the processes of a site hold: one that has shown every kind of page, and a worker with the model."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse

from accounts.models import AgencyMember, User
from candidates.models import Candidate
from employers.models import EmployerMember
from search.errors import EncoderUnavailable
from search.evaluation.scratch import site_environment
from search.evaluation.world import trades
from search.models import PhraseRequest
from search.tasks import embed_phrases

PHRASES = 2000
MOST_OF_A_KIND = 3  # pages of one view that one person looks at
PATIENCE = 600  # seconds for a server to start and for a worker to answer
QUEUE = "memory"  # of the worker that is measured: none of the site's own work is in it
LINK = re.compile(r'href="(/[^"#?]*)')


@dataclass(frozen=True)
class Memory:
    """Of one process, in megabytes. resident: all that it has in memory; own: what it shares counted in parts."""

    resident: float
    own: float

    @classmethod
    def of_largest(cls, process: subprocess.Popen) -> Memory:
        """The largest of a process and its children: the one that does the work."""
        return max((cls.of(pid) for pid in _with_children(process.pid)), key=lambda memory: memory.resident)

    @classmethod
    def of(cls, pid: int) -> Memory:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        return cls(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024)


def of_web_process() -> tuple[Memory, Counter[str]]:
    """A process that leaves the model to workers, after one person of each kind has looked at every kind of page.

    Returns how many pages of each view were shown, too. Nothing is changed but that sessions are left.
    """
    port = _free_port()
    server = ["-m", "granian", "--interface", "wsgi", "--port", str(port), "config.wsgi:application"]
    with _started(*server) as process:
        _wait_for(lambda: _answers(port), process)
        shown: Counter[str] = Counter()
        for person in (None, *_people()):
            shown += _look_at_all(f"http://127.0.0.1:{port}", person)
        return Memory.of_largest(process), shown


def of_worker(texts: Sequence[str] | None = None) -> Memory:
    """A Celery worker with the model after it has embedded so many phrases. They stay in the table.

    texts: phrases that the site does not know yet; 2,000 of them unless given. Needs a broker.
    Raises EncoderUnavailable if the worker does not answer.
    """
    request = PhraseRequest.objects.create(texts=list(texts or new_phrases(PHRASES)))
    command = ["-m", "celery", "-A", "config", "worker", "--concurrency", "1", "-l", "WARNING", "-Q", QUEUE]
    with _started(*command) as process:
        embed_phrases.apply_async((request.pk,), queue=QUEUE)
        _wait_for(lambda: not PhraseRequest.objects.filter(pk=request.pk).exists(), process)
        return Memory.of_largest(process)


def new_phrases(count: int) -> list[str]:
    """Lines of work of the usual length that no document holds."""
    lines = [line for trade in trades() for line in trade.lines]
    return [f"{lines[number % len(lines)]}, in week {number}" for number in range(count)]


# Processes -----------------------------------------------------------------------------------------------------------


@contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen]:
    """A process of this site in a group of its own, which is ended with its children."""
    env = site_environment() | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCODER": "workers",
        "DEBUG": "false",
    }
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _with_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in _with_children(int(child)))]


def _wait_for(what: Callable[[], bool], process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        if process.poll() is not None or time.monotonic() > until:
            raise EncoderUnavailable("The process that was to be measured does not answer.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


# Pages ---------------------------------------------------------------------------------------------------------------


def _people() -> list[User]:
    """One of each kind that this site has: adviser, candidate, employer, editor."""
    found = (
        AgencyMember.objects.advisers().filter(agency__candidates__isnull=False).order_by("pk").first(),
        Candidate.objects.exclude(user=None).order_by("pk").first(),
        EmployerMember.objects.order_by("pk").first(),
    )
    editors = Q(is_superuser=True) | Q(groups__permissions__codename="access_admin")
    editor = User.objects.filter(editors, is_active=True).order_by("-is_superuser", "pk").first()
    return [*(one.user for one in found if one), *filter(None, [editor])]


def _look_at_all(site: str, person: User | None) -> Counter[str]:
    """Follow links from the first page on, a few of each view. Returns how many pages of each view were shown."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(person)}" if person else ""
    waiting, seen, shown = (
        deque(["/", reverse("jobs:list"), reverse("accounts:start"), reverse("wagtailadmin_home")]),
        set(),
        Counter(),
    )
    while waiting:
        path = waiting.popleft()
        view = _view(path)
        if path in seen or not view or shown[view] >= MOST_OF_A_KIND:
            continue
        seen.add(path)
        request = urllib.request.Request(site + path, headers={"Cookie": cookie})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                content = answer.read()
                is_page = "text/html" in answer.headers["Content-Type"]
        except urllib.error.HTTPError:
            continue
        shown[view] += 1
        if is_page:
            waiting.extend(LINK.findall(content.decode()))
    return shown


def _view(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _session(person: User) -> str:
    """What a browser holds in which this person has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key
