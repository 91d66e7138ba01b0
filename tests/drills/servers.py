"""PostgreSQL, Redis and three nodes of Elasticsearch, started for the drills alone, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent.parent
CLUSTER = Path(os.environ.get("ELASTICSEARCH_CLUSTER") or ROOT.parent / "shared" / "elasticsearch" / "cluster")
NODES = 3
HEAP = "384m"
HOST = "127.0.0.1"
LOW = 10  # niceness


class CannotStart(Exception):
    """One sentence: what is missing, and what to do."""


def until(is_so: Callable[[], object], seconds: float, what: str, pause: float = 0.05) -> float:
    """Wait until it is so; returns for how long. Raises TimeoutError, naming `what`."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return time.monotonic() - started


def free_port(first: int, *further: int) -> int:
    """The first port from `first` on that is free, with those so many further on."""

    def is_free(port: int) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                return False
        return True

    for port in range(first, first + 300, 10):
        if all(is_free(port + step) for step in (0, *further)):
            return port
    raise CannotStart(f"No port is free near {first}.")


def step_back(pid: int) -> None:
    """Give way to the web server: nodes and workers stand for other machines, and must not cost a page its time."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), LOW)
    with suppress(OSError):  # what counts where each session has its own share of the processor
        Path(f"/proc/{pid}/autogroup").write_text(str(LOW))


def run(*command: object, why: str, **options) -> None:
    """Raises CannotStart with the end of what the command printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise CannotStart(f"{why}: {(done.stderr or done.stdout).strip()[-600:]}")


@dataclass
class Servers:
    folder: Path
    postgres: Postgres
    redis: Redis
    elasticsearch: Elasticsearch


class Redis:
    """Keeps nothing on disk: started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("redis-server"):
            raise CannotStart("redis-server is not installed: run `apt-get install redis-server`.")
        self.folder = folder / "redis"
        self.port = free_port(6391)
        self._process: subprocess.Popen | None = None

    def address(self, database: int) -> str:
        return f"redis://{HOST}:{self.port}/{database}"

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        options = {"port": self.port, "bind": HOST, "save": "", "appendonly": "no", "dir": self.folder}
        command = ["redis-server", *(str(part) for name, value in options.items() for part in (f"--{name}", value))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        until(self._answers, 10, "Redis answers")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.address(0)) as client:
                return client.ping()
        except redis.RedisError:
            return False

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    stop = kill


class Postgres:
    """A cluster of its own, on real disk writes, so that it may be stopped in the middle of them."""

    def __init__(self, folder: Path) -> None:
        self.bin = self._programs()
        self.folder = folder / "postgres"
        self.port = free_port(5441)
        # It refuses to run as root.
        self._user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}

    @staticmethod
    def _programs() -> Path:
        on_path = shutil.which("initdb")
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
        if not found and not on_path:
            raise CannotStart("PostgreSQL is not installed: run `apt-get install postgresql`.")
        return found[-1].parent if found else Path(on_path).resolve().parent

    def address(self, database: str) -> str:
        return f"postgres://postgres@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir()
            if self._user:
                shutil.chown(self.folder, "postgres", "postgres")
            self._run("initdb", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        options = f"-c port={self.port} -c listen_addresses={HOST} -c unix_socket_directories=''"
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", self.folder / "log", "--options", options)

    def create(self, database: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')

    def crash(self) -> None:
        """As a power cut: nobody is told, nothing is written down first."""
        self._run("pg_ctl", "stop", "--mode", "immediate", "--wait", "--silent")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.crash()

    def _run(self, program: str, *arguments: object) -> None:
        # The server keeps what it inherits: a pipe would never end.
        with (self.folder / "pg_ctl.log").open("a") as log:
            command = [self.bin / program, "--pgdata", self.folder / "data", *arguments]
            done = subprocess.run(
                [str(part) for part in command], cwd=self.folder, stdout=log, stderr=log, **self._user, timeout=120
            )
        if done.returncode:
            tail = (self.folder / "pg_ctl.log").read_text(errors="replace").strip()[-600:]
            raise CannotStart(f"PostgreSQL: {program} failed: {tail}")


class Elasticsearch:
    """Three nodes, by the program that ELASTICSEARCH_CLUSTER names."""

    def __init__(self, folder: Path) -> None:
        if not CLUSTER.exists():
            raise CannotStart(
                f"{CLUSTER} is not there: point ELASTICSEARCH_CLUSTER at the program that starts a test cluster."
            )
        self.folder = folder / "elasticsearch"
        self.port = free_port(9610, 1, 2, 100, 101, 102)

    @property
    def addresses(self) -> list[str]:
        return [f"http://{HOST}:{self.port + number}" for number in range(NODES)]

    def _cluster(self, command: str, *arguments: object) -> None:
        # With this Python, whose packages bring a Java.
        run(sys.executable, CLUSTER, command, "--dir", self.folder, *arguments, why="Elasticsearch", timeout=180)

    def start(self) -> None:
        up = "up", "--nodes", NODES, "--port", self.port, "--heap", HEAP
        try:
            self._cluster(*up)
        except CannotStart:  # on a busy machine a node may not have been seen yet: what runs is left, and waited for
            self._cluster(*up)
        for number in range(1, NODES + 1):
            step_back(self._pid(number))

    def stop_all(self) -> None:
        self._cluster("down")

    def stop(self) -> None:
        if self.folder.exists():
            self._signal_all(signal.SIGKILL)  # one that hangs would not hear anything else

    def kill_node(self, number: int) -> None:
        self._cluster("kill", "--node", number)

    def start_node(self, number: int) -> None:
        try:
            self._cluster("start", "--node", number)
        except CannotStart:
            self.start()
        step_back(self._pid(number))

    def hang(self, number: int) -> None:
        os.kill(self._pid(number), signal.SIGSTOP)

    def go_on(self, number: int) -> None:
        os.kill(self._pid(number), signal.SIGCONT)

    def _pid(self, number: int) -> int:
        return int((self.folder / f"node-{number}.pid").read_text())

    def _signal_all(self, sent: signal.Signals) -> None:
        for number in range(1, NODES + 1):
            try:
                pid = self._pid(number)
                if b"server.Main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, sent)
            except (OSError, ValueError):
                continue  # it does not run
