"""The engine for many machines: Elasticsearch keeps rows, words and vectors; the same matcher scores what it finds.

Two indices, a job's and a candidate's, each behind an alias. A rebuild fills two new ones and moves both aliases in one
step. Versions are external: whatever arrives late and is older changes nothing.
"""

from __future__ import annotations

import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from elasticsearch import Elasticsearch, OrjsonSerializer, helpers

from search.embeddings import PhraseStore
from search.engines.base import KINDS, Filter, Hits, IndexedDocument, Query, Rebuild, SearchEngine, checked
from search.engines.breaker import CircuitBreaker
from search.engines.elastic_errors import REBUILD, EngineAway, EngineSlow, cause_of, of_answer, translated
from search.engines.elastic_index import LAYOUT, body, source
from search.engines.elastic_queries import clauses, distinct_values, fields_to_list, nearest, ranked
from search.engines.material import unpack
from search.engines.patience import seconds_left
from search.errors import SearchError, SearchUnavailable
from search.fingerprint import fingerprint, what_changed

OLDEST = (8, 18)  # of the servers: what elasticsearch.dsl's queries need
WRITING_SECONDS = 60.0
CHUNK, CHUNK_BYTES = 500, 16 * 1024 * 1024
CHECK_SECONDS = 5.0
LAST_SEARCHES = 1.5  # seconds that the old index stays after the switch: who was asking it gets an answer
READY_FOR = 5.0  # seconds for which an index found ready is taken to be so
MIME_TYPES = ("application/json", "application/vnd.elasticsearch+json")


@dataclass(frozen=True)
class Connection:
    """Where the cluster is and how it is spoken to. timeout: seconds that one search may take."""

    urls: tuple[str, ...]
    prefix: str = "throughgate"
    api_key: str = ""
    ca_file: str = ""
    timeout: float = 1.0
    shards: int = 1
    replicas: int = 0


# What a search is for: its filters, and the request, made once the values that the filters must name are known.
Asked = tuple[tuple[Filter, ...], Callable[[dict[str, list]], dict]]


class LineVectors(PhraseStore, Protocol):
    """The vectors of phrases on this machine."""

    def rows(self, keys: Sequence[bytes]) -> np.ndarray:
        """Shape (len(keys), DIMENSIONS); noughts for a key that nobody knows. A key is a phrase key's 32 bytes."""


class ElasticEngine(SearchEngine):
    """Ranked search on a cluster. Safe with several threads and processes, and in a process that forks."""

    def __init__(self, connection: Connection, phrases: LineVectors) -> None:
        self.connection = connection
        self.phrases = phrases
        # One node of several that hangs is left out by the client itself: the next call goes to another.
        is_alone = len(connection.urls) == 1
        self.breaker = CircuitBreaker(
            counts=(EngineAway,), at_once=(EngineSlow,) if is_alone else (), fair=connection.timeout / 2
        )
        self._lock = threading.Lock()
        self._clients: tuple[int, Elasticsearch] | None = None
        self._ready_until = 0.0
        self._distinct: dict[str, dict[str, list]] = {}  # by kind and field: the values that were there last

    @property
    def client(self) -> Elasticsearch:
        """One of this process: connections do not survive a fork."""
        with self._lock:
            if self._clients is None or self._clients[0] != os.getpid():
                self._clients = (os.getpid(), self._connect())
            return self._clients[1]

    def _connect(self) -> Elasticsearch:
        json = OrjsonSerializer()
        with translated():
            return Elasticsearch(
                list(self.connection.urls),
                api_key=self.connection.api_key or None,
                **({"ca_certs": self.connection.ca_file} if self.connection.ca_file else {}),
                request_timeout=self.connection.timeout,
                # A node that is down is passed over at once; one that hangs costs its time-out and is not asked again.
                max_retries=min(len(self.connection.urls) - 1, 3),
                retry_on_timeout=False,
                serializers=dict.fromkeys(MIME_TYPES, json),
            )

    def alias(self, kind: str) -> str:
        return f"{self.connection.prefix}-{kind}"

    # Reading

    def search(self, query: Query, *, limit: int = 200) -> Hits:
        asked = [(query.filters, lambda distinct: ranked(query, distinct, limit))]
        if query.scope is not None:
            asked.append((query.scope, lambda distinct: counted(query.scope, distinct)))
        found, *counts = self._ask(query.kind, asked)
        rows = found["hits"]["hits"]
        material = unpack([row["fields"]["material"][0] for row in rows])
        return Hits(
            ids=tuple(row["_id"] for row in rows),
            profiles=material.profiles,
            lines=np.asarray(self.phrases.rows(material.keys), np.float32),
            starts=material.starts,
            weights=material.weights,
            terms=material.terms,
            term_starts=material.term_starts,
            total=_total(found),
            in_scope=sum(map(_total, counts)),
        )

    def nearest(self, query: Query, *, limit: int = 200) -> list[str]:
        (found,) = self._ask(query.kind, [(query.filters, lambda distinct: nearest(query, distinct, limit))])
        return [row["_id"] for row in found["hits"]["hits"]]

    def count(self, kind: str, filters: tuple[Filter, ...] = ()) -> int:
        (found,) = self._ask(kind, [(filters, lambda distinct: counted(filters, distinct))])
        return _total(found)

    def _ask(self, kind: str, asked: Sequence[Asked]) -> list[dict]:
        """The answers to some searches, in one request.

        Filters may have to name the values that a field has. Those that it had last are taken, and asked for in the
        same request: only where they have changed since is it all asked again.
        """
        fields = fields_to_list([one for filters, _request in asked for one in filters])
        with self.breaker.guard(), translated():
            last = self._distinct.get(kind, {})
            if fields <= last.keys():
                answers, now = self._searches(kind, fields, [request(last) for _filters, request in asked])
                if all(now[name] == last[name] for name in fields):
                    return answers
            else:
                _answers, now = self._searches(kind, fields, [])
            self._distinct[kind] = {**last, **now}
            return self._searches(kind, set(), [request(now) for _filters, request in asked])[0]

    def _searches(self, kind: str, fields: set[str], wanted: Sequence[dict]) -> tuple[list[dict], dict[str, list]]:
        """The answers, and the values of `fields`. Raises as one search does, for the first that has no answer."""
        client = self.client.options(request_timeout=seconds_left(self.connection.timeout))
        # Half an answer would be a wrong ranking: a part of the index that is away is an error.
        header = {"index": self.alias(kind), "allow_partial_search_results": False}
        lines = [{**header, "request_cache": True}, distinct_values(fields)] if fields else []
        for one in wanted:
            lines += [header, one]
        answers = client.msearch(searches=lines).body["responses"]
        for answer in answers:
            if "error" in answer:
                raise of_answer(answer.get("status", 500), cause_of(answer["error"]))
        if not fields:
            return answers, {}
        found = answers[0]["aggregations"]
        return answers[1:], {name: [one["key"] for one in found[name]["buckets"]] for name in fields}

    def ids(self, kind: str) -> set[str]:
        return {version[0] for version in self.versions(kind)}

    def versions(self, kind: str) -> Iterator[tuple[str, int, str]]:
        with translated():
            client = self.client.options(request_timeout=WRITING_SECONDS)
            rows = helpers.scan(
                client,
                index=self.alias(kind),
                query={"query": {"match_all": {}}, "version": True, "_source": False, "docvalue_fields": ["digest"]},
                size=5000,
            )
            for row in rows:
                yield row["_id"], row["_version"], row.get("fields", {}).get("digest", [""])[0]

    # Writing

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        self._write(documents, self.alias, require_alias=True, refresh=True)

    def delete(self, kind: str, ids: Iterable[str], *, version: int = 0) -> None:
        self._bulk(deletions(self.alias(kind), ids, version), require_alias=True, refresh=True)

    def _write(self, documents: Iterable[IndexedDocument], index_of, **options) -> None:
        batch = checked(documents)
        self._keep_lines(batch)
        actions = (
            {
                "_op_type": "index",
                "_index": index_of(one.kind),
                "_id": one.id,
                "version": one.version,
                "version_type": "external_gte",
                "_source": source(one),
            }
            for one in batch
        )
        self._bulk(actions, **options)

    def _keep_lines(self, batch: list[IndexedDocument]) -> None:
        """Nothing in the index points at a phrase that this site does not have."""
        lines = {key: line for one in batch for key, line in zip(one.line_keys, one.lines, strict=True)}
        known = self.phrases.get(list(lines))
        if new := {key: line for key, line in lines.items() if key not in known}:
            self.phrases.add(new)

    def _bulk(self, actions: Iterable[dict], **options) -> None:
        """Send in batches. Raises DocumentRefused or SearchUnavailable for the first that was not taken."""
        client = self.client.options(request_timeout=WRITING_SECONDS)
        failed: SearchError | None = None
        with translated():
            # Only a 429 is tried again, after two and four seconds: whatever else waits for the next run.
            results = helpers.streaming_bulk(
                client,
                actions,
                chunk_size=CHUNK,
                max_chunk_bytes=CHUNK_BYTES,
                max_retries=2,
                initial_backoff=2,
                raise_on_error=False,
                raise_on_exception=True,
                **options,
            )
            for is_done, result in results:
                if not is_done:
                    failed = failed or refusal(result)
        if failed:
            raise failed

    # The index as a whole

    def is_ready(self) -> bool:
        if time.monotonic() < self._ready_until:
            return True
        with self.breaker.guard():
            is_ready = not self._states(seconds_left(self.connection.timeout))
        if is_ready:
            self._ready_until = time.monotonic() + READY_FOR
        return is_ready

    def state(self) -> str:
        with translated():
            version = self.client.options(request_timeout=CHECK_SECONDS).info()["version"]["number"]
            if tuple(map(int, version.split(".")[:2])) < OLDEST:
                raise SearchUnavailable(
                    f"Elasticsearch here is {version}: Throughgate needs {OLDEST[0]}.{OLDEST[1]} or newer, or 9."
                )
        return self._states(CHECK_SECONDS)

    def _states(self, seconds: float) -> str:
        aliases = [self.alias(kind) for kind in KINDS]
        with translated():
            client = self.client.options(request_timeout=seconds)
            found = client.indices.get(index=",".join(aliases), ignore_unavailable=True).body
        if taken := next((alias for alias in aliases if alias in found), ""):
            return self._not_ours(taken)
        made_with = {
            alias: index["mappings"].get("_meta", {}).get("throughgate", {})
            for index in found.values()
            for alias in index["aliases"]
        }
        if not made_with.keys() >= set(aliases):
            return f"There is no search index yet. {REBUILD}"
        changes = filter(None, (what_changed(made_with[alias], fingerprint(LAYOUT)) for alias in aliases))
        changed = next(changes, "")
        return f"The search index is out of date: {changed}. {REBUILD}" if changed else ""

    @staticmethod
    def _not_ours(alias: str) -> str:
        return (
            f'Elasticsearch has an index named "{alias}" that Throughgate did not make: delete it, or set '
            "ELASTICSEARCH_PREFIX to another name. Then run manage.py rebuild_index."
        )

    @contextmanager
    def rebuild(self, *, resume: str = "") -> Iterator[Rebuild]:
        with translated():
            filling = self._filling(resume)
        yield filling
        with translated():
            self._switch_to(filling)
        self._ready_until = 0.0

    def _filling(self, resume: str) -> Filling:
        self._require_ours()
        kept = {name for kind in KINDS for name in self._indices(self.alias(kind))}
        found = self._unfinished(resume)
        for name in self._indices(f"{self.connection.prefix}-*"):
            if self._is_made_here(name) and name not in kept | (set(found.names.values()) if found else set()):
                self.client.indices.delete(index=name, ignore_unavailable=True)
        if found:
            return found
        filling = Filling(self, uuid.uuid4().hex[:12])
        client = self.client.options(request_timeout=WRITING_SECONDS)
        for name in filling.names.values():
            client.indices.create(index=name, body=body(shards=self.connection.shards))
        return filling

    def remove(self) -> None:
        with translated():
            for name in filter(self._is_made_here, self._indices(f"{self.connection.prefix}-*")):
                self.client.options(request_timeout=WRITING_SECONDS).indices.delete(index=name)
        self._ready_until = 0.0

    def _require_ours(self) -> None:
        for kind in KINDS:
            if self.alias(kind) in self._indices(self.alias(kind)):
                raise SearchUnavailable(self._not_ours(self.alias(kind)))

    def _indices(self, pattern: str) -> list[str]:
        found = self.client.options(ignore_status=404).indices.get_alias(index=pattern)
        return [] if found.meta.status == 404 else sorted(found.body)

    def _is_made_here(self, name: str) -> bool:
        kinds = "|".join(KINDS)
        return bool(re.fullmatch(rf"{re.escape(self.connection.prefix)}-({kinds})-[0-9a-f]{{12}}", name))

    def _unfinished(self, stamp: str) -> Filling | None:
        if not stamp:
            return None
        filling = Filling(self, stamp, is_resumed=True)
        for name in filling.names.values():
            found = self.client.options(ignore_status=404).indices.get(index=name)
            if found.meta.status == 404 or found.body[name]["aliases"]:
                return None
            if what_changed(found.body[name]["mappings"]["_meta"]["throughgate"], fingerprint(LAYOUT)):
                return None
        return filling

    def _switch_to(self, filling: Filling) -> None:
        client = self.client.options(request_timeout=600)
        actions: list[dict] = []
        replaced: list[str] = []
        for kind, name in filling.names.items():
            client.indices.put_settings(
                index=name,
                settings={"number_of_replicas": self.connection.replicas, "refresh_interval": "1s"},
            )
            client.indices.refresh(index=name)
            for old in self._indices(self.alias(kind)):
                actions.append({"remove": {"index": old, "alias": self.alias(kind)}})
                replaced.append(old)
            actions.append({"add": {"index": name, "alias": self.alias(kind)}})
        client.indices.update_aliases(actions=actions)
        if replaced:
            time.sleep(LAST_SEARCHES)
            client.indices.delete(index=replaced, ignore_unavailable=True)


class Filling(Rebuild):
    """Two new indices, one a kind, that nobody reads yet."""

    def __init__(self, engine: ElasticEngine, stamp: str, *, is_resumed: bool = False) -> None:
        self.name = stamp
        self.is_resumed = is_resumed
        self.names = {kind: f"{engine.alias(kind)}-{stamp}" for kind in KINDS}
        self._engine = engine

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        self._engine._write(documents, self.names.__getitem__, refresh=False)

    def delete(self, kind: str, ids: Iterable[str], *, version: int) -> None:
        self._engine._bulk(deletions(self.names[kind], ids, version), refresh=False)


def _total(answer: dict) -> int:
    return answer["hits"]["total"]["value"]


def counted(filters: tuple[Filter, ...], distinct: dict[str, list]) -> dict:
    passing = [one.to_dict() for one in clauses(filters, distinct)]
    return {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": passing}}}


def deletions(index: str, ids: Iterable[str], version: int) -> list[dict]:
    return [
        {"_op_type": "delete", "_index": index, "_id": id, "version": version, "version_type": "external_gte"}
        for id in ids
    ]


def refusal(result: dict) -> SearchError | None:
    """The error for one line of a bulk answer; none where a newer version was there, or nothing to delete."""
    (operation, answer), *_others = result.items()
    status = answer.get("status", 0)
    if status == 409 or (operation == "delete" and status == 404 and "error" not in answer):
        return None
    error = answer.get("error", {})
    return of_answer(status, error if isinstance(error, dict) else {"reason": str(error)})
