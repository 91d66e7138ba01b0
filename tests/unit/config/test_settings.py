"""Settings are read in a process of their own, as a start reads them."""

import os
import re
import subprocess
import sys

import pytest

import dev

COMPLETE = {
    "SECRET_KEY": "q7" + "mnbvcxzlkjhgfdsapoiuytrewq" * 2,
    "ALLOWED_HOSTS": "throughgate.example,.org.example",
    "BASE_URL": "https://throughgate.example",
    "DATABASE_URL": "sqlite:////nowhere/x.sqlite3",
}


def start(settings, code="from django.conf import settings; print(settings.DEBUG)", **variables):
    env = {"PATH": os.environ["PATH"], "THROUGHGATE_ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=dev.ROOT,
        env={**env, **variables, "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_refuses_to_start_and_names_what_is_missing(missing):
    started = start("production", **{name: value for name, value in COMPLETE.items() if name != missing})
    assert started.returncode != 0
    assert f"ImproperlyConfigured: Set {missing} in the environment" in started.stderr


def test_production_names_everything_that_is_missing_at_once():
    assert "Set SECRET_KEY, ALLOWED_HOSTS, BASE_URL, DATABASE_URL in" in start("production").stderr


def test_production_starts_without_debugging_and_trusts_its_own_hosts():
    code = "from django.conf import settings; print(settings.DEBUG, settings.CSRF_TRUSTED_ORIGINS)"
    started = start("production", code, **COMPLETE)
    assert started.stdout.strip() == "False ['https://throughgate.example', 'https://*.org.example']"


def test_production_keeps_its_connection_to_postgresql_and_asks_whether_it_holds():
    code = (
        "from django.conf import settings; one = settings.DATABASES['default']\n"
        "print(one.get('CONN_MAX_AGE'), one.get('CONN_HEALTH_CHECKS'), one.get('OPTIONS', {}).get('sslmode'))"
    )
    address = "postgres://throughgate@db.example/throughgate?sslmode=require"
    started = start("production", code, **COMPLETE | {"DATABASE_URL": address})
    assert started.stdout.split() == ["600", "True", "require"]


def test_production_remembers_in_redis_where_it_is_told_of_one():
    code = "from django.core.cache import cache; print(type(cache._connections[cache._alias]).__name__)"
    assert start("production", code, **COMPLETE).stdout.strip() == "LocMemCache"
    started = start("production", code, **COMPLETE, CACHE_URL="redis://127.0.0.1:1/0")
    assert started.stdout.strip() == "SharedCache"


def test_one_machine_needs_no_variable_and_shows_its_own_error_pages(tmp_path):
    assert start("local", THROUGHGATE_VAR=str(tmp_path)).stdout.strip() == "False"


def test_whoever_changes_the_site_can_ask_for_debugging(tmp_path):
    assert start("local", THROUGHGATE_VAR=str(tmp_path), DEBUG="true").stdout.strip() == "True"


@pytest.mark.parametrize("debug", ["false", "true"])
def test_one_machine_serves_static_files_and_uploads_without_collecting_them(tmp_path, debug):
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "note.txt").write_text("kept", encoding="utf-8")
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "for address in ['/static/cms/throughgate.css', '/static/wagtailadmin/js/core.js', '/media/note.txt']:\n"
        "    print(Client().get(address).status_code)"
    )
    started = start("local", code, THROUGHGATE_VAR=str(tmp_path), DEBUG=debug)
    assert started.stdout.split() == ["200", "200", "200"], started.stderr
    assert "Warning" not in started.stderr


def test_the_test_run_keeps_its_files_where_it_is_told(tmp_path):
    code = "from django.conf import settings; print(settings.VAR_DIR)"
    assert start("test", code, THROUGHGATE_TEST_DIR=str(tmp_path)).stdout.strip() == str(tmp_path / "main")


def test_every_variable_that_is_read_is_in_the_example():
    rooms = [path for room in dev.ROOMS for path in (dev.ROOT / room).rglob("*.py")]
    sources = [*rooms, dev.ROOT / "dev.py", *(dev.ROOT / "tests").glob("*.py")]
    reads = re.compile(r"""(?:env\.\w+|environ\.get|environ)[(\[]\s*"([A-Z_]+)\"""")
    read = {name for path in sources for name in reads.findall(path.read_text(encoding="utf-8"))}
    set_by_tools = {"PYTEST_XDIST_WORKER"}
    example = (dev.ROOT / ".env.example").read_text(encoding="utf-8")
    assert "THROUGHGATE_VAR" in read
    assert read - set_by_tools - set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)) == set()
