"""What a monitor is told, whatever is up or away, and how soon."""

import json
import socket
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config import health
from search.engines import get_engine
from search.models import IndexChange

LIVE, READY = "/health/live", "/health/ready"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(health, "readiness", health.Readiness())
    monkeypatch.setattr(health, "FRESH_SECONDS", 0)


@pytest.fixture
def silent_server():
    """The address of a server that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(20)
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed_port():
    """The address of nobody."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{server.getsockname()[1]}"


def parts(client, status=200):
    response = client.get(READY)
    assert response.status_code == status
    return json.loads(response.content)


def states(client, status=200):
    return {name: part["state"] for name, part in parts(client, status).items() if isinstance(part, dict)}


@pytest.fixture
def index():
    with get_engine().rebuild():
        pass


def test_live_touches_nothing(client, django_assert_num_queries):
    response = client.get(LIVE)
    assert (response.status_code, response.content) == (200, b"alive\n")
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("url", [LIVE, READY])
def test_the_pages_are_kept_by_nobody_and_need_no_session(client, url, db):
    response = client.get(url)
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert client.post(url).status_code == 405
    assert url == reverse(f"health:{url.rpartition('/')[2]}")


@pytest.mark.parametrize("url", [LIVE, READY])
def test_a_load_balancer_may_ask_by_number_and_over_plain_http(client, settings, url, db):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["throughgate.example"], True
    assert client.get(url, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/jobs/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_any_other_address_below_is_not_found(client):
    assert client.get("/health/").status_code == 404
    assert client.get("/health/else").status_code == 404


def test_everything_up_says_so_with_milliseconds_and_without_addresses(client, db, index):
    answer = parts(client)
    assert answer["status"] == "up"
    assert {name for name, part in answer.items() if isinstance(part, dict) and part["ms"] >= 0} == set(health.PROBES)
    assert "127.0.0.1" not in json.dumps(answer)
    assert answer["outbox"] == {"state": "up", "ms": answer["outbox"]["ms"], "waiting": 0, "oldest_seconds": 0}
    assert answer["broker"]["state"] == "not used"


def test_without_an_index_the_site_is_degraded_and_ready(client, db):
    assert parts(client)["status"] == "degraded"
    assert states(client)["search"] == "away"


def test_an_outbox_that_nobody_drains_is_behind(client, transactional_db, django_db_serialized_rollback, index):
    change = IndexChange.objects.create(kind=IndexChange.Kind.JOB, object_id=1)
    assert parts(client)["outbox"]["waiting"] == 1
    assert states(client)["outbox"] == "up"
    IndexChange.objects.filter(pk=change.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    answer = parts(client)
    assert (answer["status"], answer["outbox"]["state"]) == ("degraded", "behind")
    assert 300 <= answer["outbox"]["oldest_seconds"] < 400


def test_without_its_database_the_site_is_not_ready(client, db, monkeypatch, closed_port, caplog):
    port = closed_port.rpartition(":")[2]
    away = {"ENGINE": "django.db.backends.postgresql", "NAME": "throughgate", "USER": "me", "PASSWORD": "secret"}
    away |= {"HOST": "127.0.0.1", "PORT": port, "OPTIONS": {}}
    wanted = connection.settings_dict | away
    monkeypatch.setitem(health.connections.settings, "default", wanted)
    answer = parts(client, 503)
    assert answer["status"] == "away"
    assert (answer["database"]["state"], answer["outbox"]["state"]) == ("away", "away")
    assert "secret" not in json.dumps(answer) + caplog.text


@pytest.mark.parametrize("name, part", [("CELERY_BROKER_URL", "broker"), ("CACHE_URL", "cache")])
def test_a_redis_that_is_gone_or_hangs_is_away_and_the_site_ready(
    client, settings, db, index, name, part, closed_port, silent_server
):
    for address in (closed_port, silent_server):
        setattr(settings, name, f"redis://:secret@{address}/4")
        answer = parts(client)
        assert (answer["status"], answer[part]["state"]) == ("degraded", "away")
        assert "secret" not in json.dumps(answer)


def test_parts_that_hang_are_not_waited_for(client, monkeypatch, db):
    may_end = threading.Event()
    monkeypatch.setattr(health, "ALL_SECONDS", 0.05)
    monkeypatch.setattr(health, "PROBES", dict.fromkeys(health.PROBES, lambda: may_end.wait(20)))
    try:
        assert set(states(client, 503).values()) == {"away"}
        assert not may_end.is_set()
    finally:
        may_end.set()


def test_a_crowd_that_asks_at_once_asks_the_parts_once(client, monkeypatch, db):
    asked = []
    monkeypatch.setattr(health, "FRESH_SECONDS", 60)
    monkeypatch.setattr(health, "PROBES", {"database": lambda: asked.append(1) or {"state": "up"}})
    for _number in range(3):
        assert states(client) == {"database": "up"}
    assert asked == [1]


def test_a_part_that_goes_and_comes_is_logged_once_each_way(client, monkeypatch, db, caplog):
    caplog.set_level("INFO", logger="config.health")
    answers = iter(["up", "away", "away", "up", "up"])
    monkeypatch.setattr(health, "PROBES", {"database": lambda: {"state": next(answers)}})
    for _number in range(5):
        client.get(READY)
    assert [record.getMessage() for record in caplog.records if record.name == "config.health"] == [
        "The database is away",
        "The database is up",
    ]
