"""PostgreSQL, Redis and Elasticsearch of a test run: where they are, whether they answer, what a test left in them."""

import json
import os
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest
import redis
from elasticsearch import Elasticsearch

# Set by `dev.py test --services`: every service must be there, and tests of one machine alone are skipped.
REQUIRED = bool(os.environ.get("REQUIRE_SERVICES"))
PATIENCE = 5  # seconds for a service to answer at all


def problems() -> Iterator[str]:
    """A sentence for each service that does not answer: its name, its address and what to do."""
    checks = [
        ("PostgreSQL", ["DATABASE_URL"], ask_postgres, "start it (`pg_ctlcluster 15 main start`)"),
        ("Redis", ["CELERY_BROKER_URL", "CACHE_URL"], ask_redis, "start it (`redis-server`)"),
        ("Elasticsearch", ["ELASTICSEARCH_URLS"], ask_elasticsearch, "start it"),
    ]
    if os.environ.get("ELASTICSEARCH_8_URLS"):
        checks.append(("Elasticsearch 8", ["ELASTICSEARCH_8_URLS"], ask_elasticsearch, "start it"))
    for name, variables, ask, remedy in checks:
        for variable in variables:
            for address in os.environ.get(variable, "").split(","):
                try:
                    ask(address)
                except (OSError, ValueError, psycopg.Error, redis.RedisError) as error:
                    why = " ".join(str(error).split())
                    yield (
                        f"{name} does not answer at {without_password(address)} ({why}): "
                        f"{remedy}, or set {variable} to where it is."
                    )


def ask_postgres(address: str) -> None:
    if urlsplit(address).scheme not in ("postgres", "postgresql"):
        raise ValueError("that is no address of a PostgreSQL server")
    server = urlsplit(address)._replace(path="/postgres", query="").geturl()
    psycopg.connect(server, connect_timeout=PATIENCE).close()


def ask_redis(address: str) -> None:
    with redis.Redis.from_url(address, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as client:
        client.ping()


def ask_elasticsearch(address: str) -> None:
    with urlopen(address, timeout=PATIENCE) as answer:
        if "number" not in json.load(answer).get("version", {}):
            raise ValueError("something else answers there")


def without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def addresses(variable: str) -> list[str]:
    """Those that the environment names; without any the test is skipped."""
    found = os.environ.get(variable, "")
    if not found:
        pytest.skip(f"{variable} names no server: dev.py test --services")
    return found.split(",")


# Elasticsearch -------------------------------------------------------------------------------------------------------


def delete_indices(client: Elasticsearch, prefix: str) -> None:
    """Every index whose name begins so; none is no error."""
    found = client.indices.resolve_index(name=f"{prefix}*", expand_wildcards="all")["indices"]
    if found:
        client.indices.delete(index=[one["name"] for one in found], ignore_unavailable=True)
