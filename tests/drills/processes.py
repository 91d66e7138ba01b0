"""The site itself as it runs in service: web server, worker, beat, and commands; each a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.drills.servers import HOST, ROOT, CannotStart, Servers, step_back, until

DATABASE = "throughgate"
PREFIX = "drill"
RESTARTS_AFTER = 2.0  # seconds


def environment(servers: Servers) -> dict[str, str]:
    """What the site's processes are told; nothing of the machine's own settings gets in."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "THROUGHGATE_ENV_FILE": "/dev/null",
        "THROUGHGATE_VAR": str(servers.folder / "var"),
        "SECRET_KEY": "a-key-of-more-than-fifty-characters-for-the-drills-alone-0123456789",
        "ALLOWED_HOSTS": HOST,
        "BASE_URL": f"https://{HOST}",
        "SECURE_SSL_REDIRECT": "false",
        "DATABASE_URL": servers.postgres.address(DATABASE),
        "CELERY_BROKER_URL": servers.redis.address(0),
        "CACHE_URL": servers.redis.address(1),
        "ENCODER": "workers",
        "SEARCH_ENGINE": "elasticsearch",
        "ELASTICSEARCH_URLS": ",".join(servers.elasticsearch.addresses),
        "ELASTICSEARCH_API_KEY": "",
        "ELASTICSEARCH_CA_FILE": "",
        "ELASTICSEARCH_TIMEOUT": "1.0",
        "ELASTICSEARCH_PREFIX": PREFIX,
        "ELASTICSEARCH_SHARDS": "2",
        "ELASTICSEARCH_REPLICAS": "1",
        "SEARCH_INDEX_DIR": str(servers.folder / "var" / "index"),
        "PHRASES_DIR": str(servers.folder / "var" / "phrases"),
        "WARM_ENCODER": "false",
        "LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


class Program:
    """One of the site's long-running processes, with its children."""

    def __init__(self, folder: Path, name: str, *command: object, ready: str, gives_way: bool = True) -> None:
        """ready: what it writes into its log when it can be used. gives_way: to those that do not."""
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = [str(part) for part in command]
        self._ready = ready
        self._gives_way = gives_way
        self.process: subprocess.Popen | None = None
        self.has_ended = 0  # how often by itself
        self._lock = threading.Lock()

    def start(self) -> None:
        before = self.log.stat().st_size if self.log.exists() else 0
        with self._lock:
            self._run()
        until(lambda: self._is_ready(before), 60, f"{self.name} is ready")

    def _run(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        if self._gives_way:
            step_back(self.process.pid)

    def start_again_if_it_ended(self) -> None:
        with self._lock:
            if self.process and self.process.poll() is not None:
                self._end_group()
                self.has_ended += 1
                self._run()

    def _is_ready(self, since: int) -> bool:
        said, process = self._said(since), self.process
        if process is None or process.poll() is not None:
            raise CannotStart(f"The {self.name} ended: {said.strip()[-600:]}")
        return self._ready in said

    def _said(self, since: int) -> str:
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def kill(self) -> None:
        """The whole group at once: no child lives on to finish anything."""
        with self._lock:
            if self.process:
                self._end_group()
            self.process = None

    def _end_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    stop = kill


class Supervisor(threading.Thread):
    """Starts again what ends by itself, as systemd does in service (docs/operations.md)."""

    def __init__(self, programs: Sequence[Program]) -> None:
        super().__init__(name="supervisor", daemon=True)
        self.programs = programs
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.wait(RESTARTS_AFTER):
            for program in self.programs:
                program.start_again_if_it_ended()

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def web_server(folder: Path, port: int) -> Program:
    command = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", port, "--blocking-threads", 4]
    command += ["config.wsgi:application"]
    return Program(folder, "web", sys.executable, *command, ready="Started worker-1", gives_way=False)


def worker(folder: Path) -> Program:
    command = ["-m", "celery", "-A", "config", "worker", "--concurrency", 1, "--loglevel", "INFO"]
    return Program(folder, "worker", sys.executable, *command, ready=" ready.")


def beat(folder: Path) -> Program:
    command = ["-m", "celery", "-A", "config", "beat", "--schedule", folder / "beat-schedule", "--pidfile", ""]
    return Program(folder, "beat", sys.executable, *command, ready="is starting")


def command(*arguments: str) -> subprocess.Popen:
    """A command of manage.py, with what it prints in a pipe."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
