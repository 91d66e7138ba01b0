"""What a monitor asks: does the process answer, and what of that it stands on is up.

Neither page touches a session or a language, and neither says an address. Both are answered before anything else, so
that a load balancer may ask by number, over plain http.
"""

from __future__ import annotations

import copy
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Min
from django.db.utils import load_backend
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from search.engines import get_engine
from search.engines.patience import patience
from search.models import IndexChange

logger = logging.getLogger(__name__)

UP, AWAY, BEHIND, NOT_USED = "up", "away", "behind", "not used"
PROBE_SECONDS = 0.5  # for one answer of one part
ALL_SECONDS = 1.2  # for all of them, asked side by side
FRESH_SECONDS = 1.0  # an answer serves whoever asks so soon after it: a crowd of monitors asks the parts once
BEHIND_SECONDS = 60  # a change that has waited so long means that nobody drains the outbox

Answer = dict[str, object]


class HealthFirst:
    """Middleware: the pages under /health/ are answered before the site's name, https and sessions are looked at."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/health/"):
            return self.get_response(request)
        view = {"/health/live": live, "/health/ready": ready}.get(request.path_info)
        return view(request) if view else HttpResponse("There is live and ready.\n", "text/plain", status=404)


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", "text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 only without the database: the site works without the other parts, less well."""
    parts = readiness.answer()
    states = {name: part["state"] for name, part in parts.items()}
    if states["database"] != UP:
        status = AWAY
    else:
        status = "degraded" if {AWAY, BEHIND} & set(states.values()) else UP
    return JsonResponse({"status": status, **parts}, status=503 if status == AWAY else 200)


# The parts, each asked in a thread of its own -------------------------------------------------------------------------


def database() -> Answer:
    with impatient_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"state": UP}


def outbox() -> Answer:
    """How many changes wait for the index, and for how long the oldest has."""
    with impatient_connection():
        found = IndexChange.objects.waiting().aggregate(waiting=Count("pk"), oldest=Min("created_at"))
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0
    state = BEHIND if age > BEHIND_SECONDS else UP
    return {"state": state, "waiting": found["waiting"], "oldest_seconds": round(age)}


def search_index() -> Answer:
    with patience(ALL_SECONDS):  # a monitor's question is as long as a page's
        return {"state": UP if get_engine().is_ready() else AWAY}


def broker() -> Answer:
    if not settings.CELERY_BROKER_URL:
        return {"state": NOT_USED}
    with Connection(
        settings.CELERY_BROKER_URL, connect_timeout=PROBE_SECONDS, transport_options=IMPATIENT
    ) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=PROBE_SECONDS)
    return {"state": UP}


def cache() -> Answer:
    if not settings.CACHE_URL:
        return {"state": NOT_USED}
    with redis.Redis.from_url(settings.CACHE_URL, retry=Retry(NoBackoff(), 0), **IMPATIENT) as client:
        client.ping()
    return {"state": UP}


PROBES: dict[str, Callable[[], Answer]] = {
    "database": database,
    "search": search_index,
    "outbox": outbox,
    "broker": broker,
    "cache": cache,
}
IMPATIENT = {"socket_timeout": PROBE_SECONDS, "socket_connect_timeout": PROBE_SECONDS}


@contextmanager
def impatient_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection of this thread alone, which gives up soon; the models asked inside use it."""
    wanted = copy.deepcopy(connections.settings[DEFAULT_DB_ALIAS]) | {"CONN_MAX_AGE": 0}
    if wanted["ENGINE"].endswith("postgresql"):
        limit = f"{wanted['OPTIONS'].get('options', '')} -c statement_timeout={round(PROBE_SECONDS * 1000)}".strip()
        wanted["OPTIONS"] |= {"connect_timeout": 1, "options": limit}
    else:
        wanted["OPTIONS"]["timeout"] = PROBE_SECONDS
    connections[DEFAULT_DB_ALIAS] = connection = load_backend(wanted["ENGINE"]).DatabaseWrapper(
        wanted, DEFAULT_DB_ALIAS
    )
    try:
        yield connection
    finally:
        connection.close()
        del connections[DEFAULT_DB_ALIAS]


# All of them together -------------------------------------------------------------------------------------------------


class Readiness:
    """Asks every part at once, and no part more often than each second however many ask."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2 * len(PROBES), thread_name_prefix="health")
        self._lock = threading.Lock()
        self._asked_at = -FRESH_SECONDS
        self._parts: dict[str, Answer] = {}
        self._told: dict[str, object] = {}

    def answer(self) -> dict[str, Answer]:
        with self._lock:
            if time.monotonic() - self._asked_at >= FRESH_SECONDS:
                self._parts = self._ask()
                self._asked_at = time.monotonic()
            return self._parts

    def _ask(self) -> dict[str, Answer]:
        asked = {name: self._threads.submit(self._timed, name) for name in PROBES}
        wait(asked.values(), timeout=ALL_SECONDS)
        late = {"state": AWAY, "ms": round(1000 * ALL_SECONDS)}
        # One that is not done is left to its own time limit; one that no thread has begun is not begun any more.
        return {
            name: late if answer.cancel() or not answer.done() else answer.result() for name, answer in asked.items()
        }

    def _timed(self, name: str) -> Answer:
        started, why = time.monotonic(), ""
        try:
            answer = PROBES[name]()
        except Exception as error:  # whatever is wrong with a part, the page is drawn
            answer, why = {"state": AWAY}, f": {error}"
        if answer["state"] not in (NOT_USED, self._told.get(name, UP)):
            level = logging.INFO if answer["state"] == UP else logging.WARNING
            logger.log(level, "The %s is %s%s", name, answer["state"], why)
        self._told[name] = answer["state"]
        return {"state": answer.pop("state"), "ms": round(1000 * (time.monotonic() - started)), **answer}


readiness = Readiness()
urlpatterns = [path("live", live, name="live"), path("ready", ready, name="ready")]
