"""The database that a test run starts from: migrated once, then copied, on SQLite and on PostgreSQL."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import environ
import psycopg
from psycopg.sql import SQL, Identifier

import dev

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = "throughgate_template_"
MOST_TEMPLATES = 4  # of other migrations, before they are swept away
LOCK = 8042_2025  # of every test run on one PostgreSQL server: templates are made and copied one at a time

MIGRATE = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
if connection.vendor == "sqlite":
    connection.cursor().execute("PRAGMA journal_mode=DELETE")  # everything in the one file
"""


def mark_of_migrations() -> str:
    """Changes with the migrations of this project and with the packages, which bring their own."""
    sources = sorted(path for room in dev.ROOMS for path in (ROOT / room / "migrations").glob("*.py"))
    sources += [ROOT / "pyproject.toml", ROOT / "config" / "constraints.txt"]
    parts = (str(path.relative_to(ROOT)).encode() + path.read_bytes() for path in sources)
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def migrate(database_url: str) -> None:
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="config.settings.local", DATABASE_URL=database_url)
    subprocess.run([sys.executable, "-c", MIGRATE], cwd=ROOT, env=env, check=True)


# SQLite --------------------------------------------------------------------------------------------------------------


def copy_sqlite(database: Path, *, templates: Path) -> None:
    """Start from a copy of the migrated template, whatever a killed run left behind."""
    database.parent.mkdir(parents=True, exist_ok=True)
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    shutil.copyfile(sqlite_template(templates), database)


def sqlite_template(folder: Path) -> Path:
    """An empty, migrated file: made once for these migrations and packages, then copied by every run."""
    template = folder / f"template-{mark_of_migrations()}.sqlite3"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers start together: one makes it, the others wait
        if template.exists():
            return template
        for old in folder.glob("template-*"):
            old.unlink()
        part = folder / "template.part"
        part.unlink(missing_ok=True)
        migrate(f"sqlite:///{part}")
        part.rename(template)
    return template


# PostgreSQL ----------------------------------------------------------------------------------------------------------


@contextmanager
def own_postgres(settings: dict) -> Iterator[None]:
    """While the block runs there is a copy of the migrated template under the name that the tests use."""
    name = settings["TEST"]["NAME"]
    with server_of(settings) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        template = postgres_template(server, settings)
        drop(server, name)
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    try:
        yield
    finally:
        with server_of(settings) as server:
            drop(server, name)


@contextmanager
def server_of(settings: dict) -> Iterator[psycopg.Connection]:
    """A connection to the server itself; whatever it locked is free again after it."""
    address = {key: settings[key.upper()] or None for key in ("user", "password", "host", "port")}
    connection = psycopg.connect(dbname="postgres", autocommit=True, **address)
    try:
        yield connection
    finally:
        connection.close()


def postgres_template(server: psycopg.Connection, settings: dict) -> str:
    """An empty, migrated database: made once for these migrations and packages, whoever's copy of them it is."""
    template, part = f"{TEMPLATES}{mark_of_migrations()}", f"{TEMPLATES}part"
    there = templates(server)
    if template in there:
        return template
    drop(server, part)
    if len(there) >= MOST_TEMPLATES:
        for old in there:
            drop(server, old)
    server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(part)))
    migrate(url_of(settings, part))
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(part), Identifier(template)))
    return template


def templates(server: psycopg.Connection) -> list[str]:
    names = (name for (name,) in server.execute("SELECT datname FROM pg_database"))
    return [name for name in names if name.startswith(TEMPLATES)]


def drop(server: psycopg.Connection, name: str) -> None:
    server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def url_of(settings: dict, name: str) -> str:
    """DATABASE_URL of another database on the same server."""
    who = quote(settings["USER"], safe="")
    if settings["PASSWORD"]:
        who += ":" + quote(settings["PASSWORD"], safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{who}@{quote(settings['HOST'], safe='')}{port}/{name}"


def remove_templates(database_url: str) -> None:
    """Leave nothing on a server that was lent: `python -m tests.databases --remove-templates`."""
    with server_of(environ.Env.db_url_config(database_url)) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        for name in templates(server):
            drop(server, name)


if __name__ == "__main__" and sys.argv[1:] == ["--remove-templates"]:
    remove_templates(os.environ["DATABASE_URL"])
