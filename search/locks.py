"""One at a time, among all processes that share the database. A lock dies with the process that held it."""

from __future__ import annotations

import fcntl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

BETWEEN_TRIES = 0.05  # seconds


@contextmanager
def one_at_a_time(name: str, *, wait: float = 0) -> Iterator[bool]:
    """Whether the block has the lock `name` to itself, after `wait` seconds at most."""
    hold = _hold_on_postgres if connection.vendor == "postgresql" else _hold_on_file
    with hold(name, wait) as is_ours:
        yield is_ours


@contextmanager
def _hold_on_postgres(name: str, wait: float) -> Iterator[bool]:
    """By a connection of its own, so that nothing done meanwhile is in the lock's transaction.

    A transaction's lock rather than a session's: a pooler between us and the server would keep the session.
    """
    own = connection.copy()
    try:
        own.set_autocommit(False)
        yield _is_locked_on_postgres(own, zlib.crc32(f"throughgate {name}".encode()), wait)
        own.rollback()  # gives it back now; the server hears of a closed connection a moment later
    finally:
        own.close()


def _is_locked_on_postgres(own: BaseDatabaseWrapper, key: int, wait: float) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if not wait:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
            return cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{max(round(1000 * wait), 1)}ms"])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise
    return True


@contextmanager
def _hold_on_file(name: str, wait: float) -> Iterator[bool]:
    """SQLite is one machine: a file of it will do."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / f"{name}.lock").open("w") as file:
        until = time.monotonic() + wait
        while not (is_ours := _is_locked(file)) and time.monotonic() < until:
            time.sleep(BETWEEN_TRIES)
        yield is_ours


def _is_locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
