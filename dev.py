#!/usr/bin/env python3
"""Throughgate on one machine: `python3 dev.py demo` to see it, `python3 dev.py test` to run every test.

Standard library only. Written so that an older Python can still read it and say what is wrong.
"""

import argparse
import datetime
import errno
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "throughgate-installed.json"  # written last: a .venv without it is half made
VAR = Path(os.environ.get("THROUGHGATE_VAR") or ROOT / "var")
LOG = VAR / "install.log"
ROOMS = ["accounts", "employers", "jobs", "candidates", "support", "search", "cms", "config"]
INSTALLED_GB = 4  # what the packages and pip's unpacking of them take, with some room
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
NO_NETWORK = ["Max retries exceeded", "Temporary failure in name resolution", "Failed to establish a new connection",
              "Network is unreachable", "Connection refused", "ConnectTimeout", "Read timed out", "ProxyError",
              "connection broken by"]  # fmt: skip


# Where `test --services` finds each service, unless the environment says otherwise.
SERVICES = {
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/throughgate",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/15",
    "CACHE_URL": "redis://127.0.0.1:6379/14",
    "ELASTICSEARCH_URLS": "http://127.0.0.1:9200",
}
ONLY_IN_SERVICE = [*SERVICES, "SEARCH_ENGINE", "ELASTICSEARCH_8_URLS", "REQUIRE_SERVICES"]


class Stop(Exception):
    """One sentence for the person at the keyboard."""


def require_this_python(version=sys.version_info, platform=os.name):
    if tuple(version[:2]) != (3, 11):
        found = ".".join(str(part) for part in version[:3])
        raise Stop(
            f"Throughgate runs on Python 3.11 and this is {found}: install Python 3.11 and run "
            "`python3.11 dev.py demo`."
        )
    if platform == "nt":
        raise Stop("Throughgate runs on Linux and macOS: on Windows, run this command inside WSL.")


def require_space(folder, gigabytes):
    free = shutil.disk_usage(str(folder)).free / 1e9
    if free < gigabytes:
        raise Stop(
            f"The disk of {folder} is full or nearly so ({free:.1f} GB free, {gigabytes} GB needed): "
            "free some space and run this again."
        )


def read_requirements(pyproject):
    """The direct dependencies and the test extras; torch alone comes first, so that nothing pulls another build."""
    import tomllib

    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return project["dependencies"], project["optional-dependencies"]["test"]


def hash_of(*parts):
    return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()


def read_stamp(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def environment(**extra):
    """What a child gets: ours, without what would turn it to another project's packages or settings."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return dict(kept, PYTHONUNBUFFERED="1", **extra)


def why_install_failed(output):
    """One sentence from pip's output."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return "The disk is full: free some space (about 4 GB) and run this again."
    if "ensurepip is not available" in output:
        return "This Python cannot make virtual environments: run `apt-get install python3-venv`, then this again."
    if any(sign in output for sign in NO_NETWORK):
        return (
            "The package index cannot be reached: connect to the internet, or set PIP_INDEX_URL to a mirror, "
            "and run this again."
        )
    errors = [line for line in output.splitlines() if line.lower().startswith("error")]
    reason = errors[-1].split(":", 1)[-1].strip() if errors else "pip gave no reason"
    return f"Installing failed ({reason}): the whole output is in {LOG}; run this again once that is mended."


def run_quietly(command, what):
    """Run with the output in the log and a dot every five seconds; its failure is one sentence."""
    print(what, end=" ", flush=True)
    started = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        child = subprocess.Popen(command, cwd=str(ROOT), env=environment(), stdout=log, stderr=subprocess.STDOUT)
        try:
            while True:
                try:
                    code = child.wait(timeout=5)
                    break
                except subprocess.TimeoutExpired:
                    print(".", end="", flush=True)
        finally:
            stop_child(child)
            print(flush=True)
    if code:
        raise Stop(why_install_failed(LOG.read_text(encoding="utf-8", errors="replace")))
    print(f"  done in {time.monotonic() - started:.0f} s")


def is_venv_sound():
    """Made to the end, by a Python that is still there."""
    if not STAMP.exists():
        return False
    check = subprocess.run(
        [str(PYTHON), "-c", "import sys, pip; print(sys.version_info[:2])"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) if PYTHON.exists() else None  # fmt: skip
    return check is not None and check.returncode == 0 and check.stdout.strip() == b"(3, 11)"


def install(with_tests):
    """Make .venv what the requirement files say; nothing to do when it was done for the same files."""
    runtime, tests = read_requirements(ROOT / "pyproject.toml")
    constraints = ROOT / "config" / "constraints.txt"
    wanted = {"runtime": hash_of(runtime, constraints.read_text(encoding="utf-8"))}
    if with_tests:
        wanted["tests"] = hash_of(tests, wanted["runtime"])
    done = read_stamp(STAMP)
    if all(done.get(part) == value for part, value in wanted.items()) and PYTHON.exists():
        return
    VAR.mkdir(parents=True, exist_ok=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
           "--retries", "2", "-c", str(constraints)]  # fmt: skip
    if not is_venv_sound():
        require_space(ROOT, INSTALLED_GB)
        if VENV.exists():
            print("The last installation did not finish: starting it afresh.")
            shutil.rmtree(str(VENV))
        run_quietly([sys.executable, "-m", "venv", str(VENV)], "Making .venv")
        done = {}
    elif STAMP.exists():
        STAMP.unlink()
    if done.get("runtime") != wanted["runtime"]:
        torch = [line for line in runtime if line.startswith("torch==")]
        run_quietly(pip + torch, "Installing torch, which runs the encoder (usually one to three minutes)")
        run_quietly(pip + runtime, "Installing the other packages (usually one to two minutes)")
    if with_tests and done.get("tests") != wanted["tests"]:
        run_quietly(pip + runtime + tests, "Installing what the tests need (usually under a minute)")
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")


def manage(*arguments):
    """Run a management command in the open; its failure stops everything."""
    env = environment(DJANGO_SETTINGS_MODULE="config.settings.local")
    code = subprocess.call([str(PYTHON), "manage.py", *arguments], cwd=str(ROOT), env=env)
    if code:
        require_space(VAR, 0.1)
        raise Stop(f"`manage.py {arguments[0]}` stopped: the lines above say why; run this again once that is mended.")


def demo_version():
    """Changes with code, shipped data, settings, day and database: the demo is loaded once for each."""
    files = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*") if "__pycache__" not in path.parts)
    stats = [
        (str(path.relative_to(ROOT)), path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.is_file()
    ]
    dotenv = ROOT / ".env"
    database = VAR / "throughgate.sqlite3"
    return hash_of(
        stats,
        dotenv.read_text(encoding="utf-8") if dotenv.exists() else "",
        os.environ.get("DATABASE_URL", ""),
        datetime.date.today().isoformat(),
        database.stat().st_ino if database.exists() else 0,
    )


def load_demo():
    """Bring the database to what the demo shows, print the sign-ins and the main job: one process on a second run."""
    VAR.mkdir(parents=True, exist_ok=True)
    require_space(VAR, 0.3)
    stamp = VAR / "demo-loaded.json"
    if read_stamp(stamp).get("version") != demo_version():
        print("Making the database (about fifteen seconds the first time)", flush=True)
        manage("migrate", "--verbosity", "0")
        manage("load_reference_data")
        manage("load_pages")
    manage("show_main_job", "--load")
    stamp.write_text(json.dumps({"version": demo_version()}), encoding="utf-8")


def free_port(wanted, host="127.0.0.1", tries=50):
    """The wanted port, or the next that nobody listens on."""
    for port in range(wanted, min(wanted + tries, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                continue
            if port != wanted:
                print(f"Port {wanted} is taken: using {port}.")
            return port
    raise Stop(f"Ports {wanted} to {wanted + tries - 1} are all taken: choose another with --port.")


def is_answering(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def stop_child(child):
    """Nothing is left running: asked first, then made to."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve(wanted_port):
    port = free_port(wanted_port)
    address = f"http://127.0.0.1:{port}/"
    command = [str(PYTHON), "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "WARM_ENCODER": "true",
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "BASE_URL": address.rstrip("/"),
    }
    child = subprocess.Popen(command, cwd=str(ROOT), env=environment(**settings))
    try:
        while child.poll() is None and not is_answering(port):
            time.sleep(0.1)
        if child.poll() is None:
            print(f"\nThroughgate is at {address} (Ctrl-C stops it)\n", flush=True)
            child.wait()
        if child.returncode > 0:
            raise Stop("The server stopped: the lines above say why; run this again once that is mended.")
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        stop_child(child)


def find_browser(environ=os.environ):
    """Chromium's path, from CHROMIUM_PATH or the usual places; "" where there is none."""
    wanted = environ.get("CHROMIUM_PATH", "")
    if wanted:
        return wanted if os.access(wanted, os.X_OK) else ""
    return next((found for found in map(shutil.which, BROWSERS) if found), "")


def environment_of_tests(with_services):
    """On one machine nothing of a service, whatever the environment names; with services, where each one is."""
    if not with_services:
        return {name: value for name, value in environment().items() if name not in ONLY_IN_SERVICE}
    where = {name: os.environ.get(name) or default for name, default in SERVICES.items()}
    return environment(SEARCH_ENGINE="elasticsearch", REQUIRE_SERVICES="1", **where)


def run_tests(with_services, arguments):
    if not find_browser():
        print(
            "No Chromium here, so the browser journeys are skipped: `apt-get install chromium` "
            "(or point CHROMIUM_PATH at one) runs them too.",
            flush=True,
        )
    command = [str(PYTHON), "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=str(ROOT), env=environment_of_tests(with_services))


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python3 dev.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", metavar="demo|test")
    commands.required = True
    demo = commands.add_parser("demo", help="install, load the demo, print the main job and serve the site")
    demo.add_argument("--once", action="store_true", help="stop before serving")
    demo.add_argument("--port", type=int, default=8000, help="8000 unless given; a taken one moves on to the next")
    tests = commands.add_parser(
        "test", help="install what the tests need and run them", add_help=False, allow_abbrev=False
    )
    tests.add_argument(
        "--services", action="store_true", help="on PostgreSQL, Redis and Elasticsearch instead of this machine alone"
    )
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "test":
        parser.error("unknown: " + " ".join(rest))
    return options, rest


def main(arguments):
    options, rest = parse(arguments)
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does, with the child
        require_this_python()
        install(with_tests=options.command == "test")
        if options.command == "test":
            return run_tests(options.services, rest)
        load_demo()
        if not options.once:
            serve(options.port)
        return 0
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped before the end: the next run starts from there.", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            print("\nThe disk is full: free some space (about 4 GB) and run this again.", file=sys.stderr)
        else:
            print(f"\n{error}: mend that and run this again.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
