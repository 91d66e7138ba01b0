"""What holds for every test: no network but this machine, a fake encoder, a database and an index of its own."""

import fcntl
import ipaddress
import itertools
import os
import socket
from pathlib import Path

import pytest
import redis
from django.core.cache import cache
from django.utils.translation import override
from elasticsearch import Elasticsearch

import dev
from tests import services
from tests.browser import LAUNCH_ARGUMENTS
from tests.databases import copy_sqlite, own_postgres
from tests.fake_encoder import FakeEncoder
from tests.services import delete_indices

# Playwright's own event loop runs in the tests' thread, where Django would refuse the database to everybody.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parent.parent


# No network ----------------------------------------------------------------------------------------------------------


class NetworkUsed(Exception):
    """A test reached for another machine."""


def is_local(host) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def keep_off_the_network() -> None:
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def require_local(host) -> None:
        if not is_local(host):
            raise NetworkUsed(f"A test reached for {host!r}; tests speak to this machine only")

    def is_inet(sock) -> bool:
        return sock.family in (socket.AF_INET, socket.AF_INET6)

    def local_connect(sock, address):
        if is_inet(sock):
            require_local(address[0])
        return connect(sock, address)

    def local_connect_ex(sock, address):
        if is_inet(sock):
            require_local(address[0])
        return connect_ex(sock, address)

    def local_look_up(host, *args, **kwargs):
        require_local(host)
        return look_up(host, *args, **kwargs)

    socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = local_connect, local_connect_ex, local_look_up


keep_off_the_network()


# Services ------------------------------------------------------------------------------------------------------------


def pytest_sessionstart(session):
    """Whatever should be there and is not ends the run before the first test."""
    if services.REQUIRED and not hasattr(session.config, "workerinput"):
        for sentence in services.problems():
            raise pytest.UsageError(sentence)


def pytest_runtest_setup(item):
    if services.REQUIRED:
        for mark in item.iter_markers("one_machine"):
            pytest.skip(f"on one machine only: {mark.args[0]}")
    elif item.get_closest_marker("services"):
        pytest.skip("needs PostgreSQL, Redis and Elasticsearch: dev.py test --services")


# The database --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Start from a copy of the migrated template, whatever a killed run left behind."""
    from django.conf import settings
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        copy_sqlite(Path(database["TEST"]["NAME"]), templates=settings.TEST_DIR)
        yield
    else:
        with own_postgres(database):
            yield
            connection.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """What migrations made is kept for every connection: once a browser runs, Django opens another in this thread."""
    from django.db import connections

    here = connections["default"]
    if hasattr(here, "_test_serialized_contents"):
        type(here)._test_serialized_contents = here._test_serialized_contents


# The encoder and the index -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def fake_encoder(request, monkeypatch):
    """Stands where the product's encoder does, unless the test is marked `real_encoder`."""
    if request.node.get_closest_marker("real_encoder"):
        return None
    encoder = FakeEncoder()
    monkeypatch.setattr("search.embeddings.get_encoder", lambda: encoder)
    return encoder


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.PHRASES_DIR = tmp_path / "phrases"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def own_cache():
    yield
    cache.clear()


@pytest.fixture(scope="session")
def search_server(django_test_environment):
    """A client of the server that the suite runs on, and what the names of this process's indices begin with."""
    from django.conf import settings

    prefix = settings.ELASTICSEARCH_PREFIX
    with Elasticsearch(settings.ELASTICSEARCH_URLS) as client:
        delete_indices(client, prefix)  # what a killed run left behind
        yield client, prefix


@pytest.fixture(autouse=True)
def own_indices(request, settings, monkeypatch):
    """On Elasticsearch each test has indices of its own, made when they are first asked for and deleted after it."""
    if settings.SEARCH_ENGINE != "elasticsearch":
        yield
        return
    from search.engines.elastic import ElasticEngine

    client, prefix = request.getfixturevalue("search_server")
    settings.ELASTICSEARCH_PREFIX = f"{prefix}-{next(NUMBERS)}"
    monkeypatch.setattr(ElasticEngine, "makes_index_in_place", True)
    # The machine of a test run does much at once: what is slow is measured elsewhere.
    settings.ELASTICSEARCH_TIMEOUT = PATIENCE
    monkeypatch.setattr("search.views.paging.MOST_WAITING", PATIENCE)
    yield
    delete_indices(client, settings.ELASTICSEARCH_PREFIX)


PATIENCE = 30.0  # seconds
NUMBERS = itertools.count(1)


@pytest.fixture
def broker(settings):
    """An empty queue, for one test of this machine at a time."""
    settings.TEST_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.TEST_DIR / "broker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with redis.Redis.from_url(os.environ["CELERY_BROKER_URL"]) as client:
            client.delete("celery", "phrases")
            yield client
            client.delete("celery", "phrases")


@pytest.fixture(autouse=True)
def own_language(settings):
    """A page asked for in Welsh leaves Welsh on in this thread: every test starts in English."""
    with override(settings.LANGUAGE_CODE):
        yield


# The browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = dev.find_browser()
    if not path:
        why = "no Chromium on this machine: apt-get install chromium, or point CHROMIUM_PATH at one"
        pytest.fail(why) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(why)
    return {**browser_type_launch_args, "executable_path": path, "args": LAUNCH_ARGUMENTS}


@pytest.fixture
def site_url(live_server, django_db_serialized_rollback):
    """The address of a running site; what migrations put into its tables is there in every test."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_server):
    """Addresses may be given as paths: page.goto("/jobs/")."""
    return {**browser_context_args, "base_url": live_server.url, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def page(page, site_url):
    """A page at 1280 × 720 of a running site. A wide and a narrow one: page.set_viewport_size(...)."""
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def page_without_scripts(site_url, new_context):
    """A page of the running site in a browser that runs no JavaScript."""
    page = new_context(java_script_enabled=False).new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def sign_in_as(site_url):
    """Sign a person in: sign_in_as(page, user)."""
    from tests.browser import sign_in

    return lambda page_or_context, user: sign_in(page_or_context, user, site_url)
