"""What in the settings or in the engine would make search misbehave, each with its remedy.

The settings are read before every command. The engine itself is asked only by `manage.py check` with `--tag search` or
`--deploy` (search/management/commands/check.py): no other command waits for a cluster.
"""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register

from search.embeddings import ENCODERS
from search.engines import ENGINES, get_engine
from search.errors import SearchUnavailable

TAG = "search"
MOST_SHARDS, MOST_REPLICAS = 1024, 20  # Elasticsearch's own limit; more copies than any site has nodes
LONGEST_TIMEOUT = 1.2  # seconds: what a page waits for an engine, over all its questions
PREFIX = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")

_asks_the_engine: ContextVar[bool] = ContextVar("asks_the_engine", default=False)


@contextmanager
def asking_the_engine() -> Iterator[None]:
    """Inside, `engine_answers` asks; elsewhere it says nothing."""
    token = _asks_the_engine.set(True)
    try:
        yield
    finally:
        _asks_the_engine.reset(token)


@register(TAG)
def engine_is_known(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.SEARCH_ENGINE in ENGINES:
        return []
    return [
        Error(
            f'SEARCH_ENGINE is "{settings.SEARCH_ENGINE}", which no engine is called.',
            hint=f"Set it to one of: {', '.join(ENGINES)}.",
            id="search.E001",
        )
    ]


@register(TAG)
def encoder_is_known(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.ENCODER in ENCODERS:
        return []
    message = f'ENCODER is "{settings.ENCODER}", which is nowhere that vectors are made.'
    return [Error(message, hint=f"Set it to one of: {', '.join(ENCODERS)}.", id="search.E007")]


@register(TAG)
def cluster_settings_make_sense(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.SEARCH_ENGINE != "elasticsearch":
        return []
    return [*_addresses(), *_timeout(), *_parts(), *_prefix(), *_ca_file()]


@register(TAG)
def engine_answers(app_configs, **kwargs) -> list[CheckMessage]:
    """Its address, version, key, certificate, and whether its index is of this layout, model and vocabulary."""
    if not _asks_the_engine.get() or settings.SEARCH_ENGINE not in ENGINES or cluster_settings_make_sense(None):
        return []
    try:
        engine = get_engine()
        state = engine.state()  # each of these sentences says what to do
    except SearchUnavailable as error:
        return [Error(str(error), id="search.E010")]
    if not state:
        return []
    if engine.makes_index_in_place:
        return [Warning(state, hint="Or the first who asks waits until it is made.", id="search.W011")]
    return [Error(state, id="search.E011")]


@register(TAG, deploy=True)
def cluster_is_fit_for_service(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.SEARCH_ENGINE == "embedded":
        return [
            Info(
                "Search runs in the processes of this machine (SEARCH_ENGINE=embedded).",
                hint="Right for one machine, with as many processes as it has; for more machines set elasticsearch.",
                id="search.I001",
            )
        ]
    return [*_copies(), *_in_the_open()]


def _addresses() -> list[CheckMessage]:
    if not any(settings.ELASTICSEARCH_URLS):
        return [_wrong_address("ELASTICSEARCH_URLS names no address.")]
    return [
        _wrong_address(f'ELASTICSEARCH_URLS holds "{_without_password(url)}": {wrong}.')
        for url in settings.ELASTICSEARCH_URLS
        if (wrong := _wrong_in(url))
    ]


def _wrong_address(message: str) -> Error:
    hint = "Write each as https://name:9200, with commas between them, and the key in ELASTICSEARCH_API_KEY."
    return Error(message, hint=hint, id="search.E002")


def _wrong_in(url: str) -> str:
    """What is wrong with an address, in words; "" if nothing."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "that is no address"
    if parts.scheme not in ("http", "https"):
        return "it begins with neither http:// nor https://"
    if not parts.hostname:
        return "it names no machine"
    if parts.username is not None or parts.password is not None:
        return "a name or password does not belong there"
    if parts.query or parts.fragment or re.search(r"\s", url):
        return "there is more in it than an address"
    return "" if port or (port is None and ":" not in parts.netloc.rpartition("]")[2]) else "its port is missing"


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.partition('//')[0]}//…@{after}" if at else url


def _timeout() -> list[CheckMessage]:
    seconds = settings.ELASTICSEARCH_TIMEOUT
    if not (math.isfinite(seconds) and seconds > 0):
        return [
            Error(
                f"ELASTICSEARCH_TIMEOUT is {seconds:g}: no search can be answered in that.",
                hint="Set it to the seconds that one search may take, such as 1.0.",
                id="search.E003",
            )
        ]
    if seconds > LONGEST_TIMEOUT:
        return [
            Warning(
                f"ELASTICSEARCH_TIMEOUT is {seconds:g} s, longer than a page waits for the engine.",
                hint=f"A page goes on without a ranking after {LONGEST_TIMEOUT:g} s: set it no higher.",
                id="search.W003",
            )
        ]
    return []


def _parts() -> list[CheckMessage]:
    found = []
    for name, least, most in (
        ("ELASTICSEARCH_SHARDS", 1, MOST_SHARDS),
        ("ELASTICSEARCH_REPLICAS", 0, MOST_REPLICAS),
    ):
        if not least <= getattr(settings, name) <= most:
            message = f"{name} is {getattr(settings, name)}, which no index can have."
            found.append(Error(message, hint=f"Set it to a number from {least} to {most}.", id="search.E004"))
    return found


def _prefix() -> list[CheckMessage]:
    if PREFIX.fullmatch(settings.ELASTICSEARCH_PREFIX):
        return []
    return [
        Error(
            f'ELASTICSEARCH_PREFIX is "{settings.ELASTICSEARCH_PREFIX}", with which no index may begin.',
            hint="Use small letters, digits, full stops, hyphens and underscores, a letter or digit first.",
            id="search.E005",
        )
    ]


def _ca_file() -> list[CheckMessage]:
    path = settings.ELASTICSEARCH_CA_FILE
    if not path:
        return []
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # an SSLError is one
        why = "there is no certificate in it" if Path(path).is_file() and error.errno != 13 else str(error.strerror)
        return [
            Error(
                f'ELASTICSEARCH_CA_FILE is "{path}", which cannot be used: {why}.',
                hint="Name a file that this site may read, with the certificate (PEM) of who signed the cluster's own.",
                id="search.E006",
            )
        ]
    return []


def _copies() -> list[CheckMessage]:
    if settings.ELASTICSEARCH_REPLICAS > 0 or len(settings.ELASTICSEARCH_URLS) < 2:
        return []
    return [
        Warning(
            "ELASTICSEARCH_REPLICAS is 0 on a cluster of several nodes: with one of them, a part of the index goes.",
            hint="Set it to 1, and run manage.py rebuild_index.",
            id="search.W012",
        )
    ]


def _in_the_open() -> list[CheckMessage]:
    open_to_all = [url for url in map(urlsplit, settings.ELASTICSEARCH_URLS) if _leaves_the_machine(url)]
    if not open_to_all:
        return []
    return [
        Warning(
            "ELASTICSEARCH_URLS goes over plain http to another machine: what people can do, and the key, can be read.",
            hint="Turn TLS on in Elasticsearch and write https://, with its certificate in ELASTICSEARCH_CA_FILE.",
            id="search.W013",
        )
    ]


def _leaves_the_machine(url: SplitResult) -> bool:
    if url.scheme != "http" or url.hostname in (None, "localhost"):
        return False
    try:
        return not ip_address(url.hostname).is_loopback
    except ValueError:
        return True
