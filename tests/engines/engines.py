"""The engines that the contract holds for, and documents and queries to try them with."""

import uuid
from typing import ClassVar

import numpy as np

from search.embeddings import DIMENSIONS, phrase_key
from search.engines.base import IndexedDocument, Query
from search.engines.embedded import EmbeddedEngine
from search.words import terms
from tests.fake_encoder import FakeEncoder
from tests.services import addresses

LEEDS, BRADFORD, LONDON = (53.79, -1.54), (53.79, -1.75), (51.51, -0.13)

ENGINES = {
    "embedded": lambda folder: EmbeddedEngine(folder / "index"),
    "elasticsearch": lambda folder: elastic_engine(folder, "ELASTICSEARCH_URLS"),
    "elasticsearch 8": lambda folder: elastic_engine(folder, "ELASTICSEARCH_8_URLS"),
}


def elastic_engine(folder, variable):
    """On the server that the environment names; each test folder has indices of its own."""
    from search.engines.elastic import Connection, ElasticEngine

    urls = addresses(variable)
    prefix = f"test-{uuid.uuid5(uuid.NAMESPACE_URL, str(folder)).hex[:12]}"
    # A server with two cores and many tests may take its time: this is no test of speed.
    return ElasticEngine(Connection(tuple(urls), prefix, timeout=20), PhrasesInMemory.of(folder))


class PhrasesInMemory:
    """The phrases of a machine, for engines that keep none themselves."""

    of_folder: ClassVar[dict] = {}

    def __init__(self):
        self.vectors = {}

    @classmethod
    def of(cls, folder):
        return cls.of_folder.setdefault(folder, cls())

    def get(self, keys):
        return {key: self.vectors[key] for key in keys if key in self.vectors}

    def add(self, vectors):
        self.vectors.update({key: vector.astype(np.float16) for key, vector in vectors.items()})

    def rows(self, keys):
        return np.array([self.vectors[key.hex()] for key in keys], np.float16).reshape(-1, DIMENSIONS)


def remove_indices(engine):
    for name in engine._indices(f"{engine.connection.prefix}*"):
        engine.client.indices.delete(index=name)


def vectors(*texts):
    return FakeEncoder().encode(texts)


def document(id, *lines, kind="candidate", version=0, **fields):
    lines = lines or ("drive a fork-lift truck",)
    own = vectors(*lines)
    profile = own.mean(axis=0)
    return IndexedDocument(
        kind=kind,
        id=id,
        profile=(profile / np.linalg.norm(profile)).astype(np.float32),
        lines=own,
        line_keys=tuple(map(phrase_key, lines)),
        weights=np.ones(len(lines), np.float32),
        terms=terms(lines),
        text="\n".join(lines),
        version=version,
        **fields,
    )


def query(text="drive a fork-lift truck", *filters, kind="candidate", words=()):
    return Query(kind, vectors(text)[0], words, filters)


def ids(engine, *filters, text="drive a fork-lift truck", **kwargs):
    return list(engine.search(query(text, *filters, **kwargs)).ids)
