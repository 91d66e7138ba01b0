"""The shared cache: what processes see of each other, and what happens while Redis is away."""

import os
import socket

import pytest
from django.core.cache import cache

from config.caches import SharedCache

MISSING = object()


def shared(address, prefix="throughgate-test"):
    return SharedCache(address, {"KEY_PREFIX": prefix})


@pytest.fixture
def away():
    """A cache at an address where nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and never listens
        yield shared(f"redis://127.0.0.1:{closed.getsockname()[1]}/0")


def test_a_cache_that_is_away_forgets_and_says_so(away, caplog):
    away.set("a", 1)
    assert away.get("a", MISSING) is MISSING
    assert away.get_many(["a"]) == {}
    assert "a" not in away
    assert "does not answer" in caplog.text


def test_counting_goes_on_while_the_cache_is_away(away):
    assert away.add("tries", 0, 60)
    assert away.incr("tries") == 1
    assert not away.delete("tries")
    away.delete_many(["tries"])
    assert not away.touch("tries", 60)
    assert away.set_many({"tries": 1}) == ["tries"]
    assert away.get_or_set("tries", 5) == 5


@pytest.mark.services
def test_two_processes_count_together():
    address = os.environ["CACHE_URL"]
    here, there = shared(address, cache.key_prefix), shared(address, cache.key_prefix)
    assert here.add("tries", 0, 60)
    assert not there.add("tries", 0, 60)
    assert [here.incr("tries"), there.incr("tries"), here.get("tries")] == [1, 2, 2]


@pytest.mark.services
def test_a_connection_that_redis_dropped_is_replaced_unseen(caplog):
    here, there = (shared(os.environ["CACHE_URL"], cache.key_prefix) for _process in range(2))
    here.set("kept", 1, 60)
    client = here._cache.get_client()
    there._cache.get_client().client_kill_filter(_id=client.client_id())
    assert here.get("kept") == 1
    assert not caplog.records


@pytest.mark.services
def test_clearing_leaves_what_is_not_the_caches_own():
    address = os.environ["CACHE_URL"]
    here, other = shared(address, cache.key_prefix), shared(address, f"{cache.key_prefix}-other")
    here.set("a", 1, 60)
    other.set("a", 1, 60)
    here.clear()
    assert (here.get("a"), other.get("a")) == (None, 1)
    other.clear()
