"""Where the vectors of phrases are kept, by the hash of model and text.

The table Phrase is the truth. Each machine keeps a copy in memory-mapped files (phrase_file.py), so that a page reads
thousands of vectors in a few milliseconds; it can be deleted at any time. Files of the command line have a store of
their own.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings

from search.phrase_file import PhraseFile

logger = logging.getLogger(__name__)

# Part of every phrase's key: change it whenever the vectors change (weights, pooling, preprocessing).
MODEL_NAME = "all-MiniLM-L6-v2, tuned, centred/6"


def phrase_key(text: str, model: str = MODEL_NAME) -> str:
    """SHA-256 of model and text: the name under which a phrase's vector is kept."""
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


class PhraseStore(Protocol):
    """Vectors of phrases, by `phrase_key`. Adding a key again changes nothing."""

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]: ...

    def add(self, vectors: Mapping[str, np.ndarray]) -> None: ...


class DatabasePhrases:
    """The truth: the table Phrase."""

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        from search.models import Phrase

        found: dict[str, np.ndarray] = {}
        for start in range(0, len(keys), 500):  # within every database's limit of parameters
            rows = Phrase.objects.filter(key__in=keys[start : start + 500]).values_list("key", "vector")
            found.update((key, np.frombuffer(bytes(vector), np.float16)) for key, vector in rows)
        return found

    def add(self, vectors: Mapping[str, np.ndarray]) -> None:
        from search.models import Phrase

        # In one order, so that two processes which add the same phrases never wait for each other.
        rows = sorted((key, vector.astype(np.float16).tobytes()) for key, vector in vectors.items())
        Phrase.objects.bulk_create(
            [Phrase(key=key, model=MODEL_NAME, vector=vector) for key, vector in rows],
            ignore_conflicts=True,
            batch_size=500,
        )


class LocalPhrases:
    """The truth with this machine's copy in front of it, for who reads: a page, a search.

    What the copy holds is believed. A phrase's vector is always the same, so it can be behind the truth, never wrong.
    """

    def __init__(self, copy: PhraseFile, truth: PhraseStore) -> None:
        self.copy = copy
        self.truth = truth

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        vectors, is_here = self.copy.read([bytes.fromhex(key) for key in keys])
        found = {keys[i]: vectors[i] for i in np.flatnonzero(is_here)}
        if len(found) < len(keys):
            found |= self._from_truth([keys[i] for i in np.flatnonzero(~is_here)])
        return found

    def rows(self, keys: Sequence[str | bytes]) -> np.ndarray:
        """Shape (len(keys), DIMENSIONS), float16, for keys in hex or as bytes; noughts for a phrase that is nowhere."""
        raw = [bytes.fromhex(key) if isinstance(key, str) else key for key in keys]
        vectors, is_here = self.copy.read(raw)
        if is_here.all():
            return vectors
        missing = np.flatnonzero(~is_here)
        found = self._from_truth([raw[i].hex() for i in missing])
        for i in missing:
            vectors[i] = found.get(raw[i].hex(), 0)
        if nowhere := sum(raw[i].hex() not in found for i in missing):
            logger.warning("%d of %d phrases that were asked for are nowhere in the database", nowhere, len(keys))
        return vectors

    def add(self, vectors: Mapping[str, np.ndarray]) -> None:
        """Into the truth first; then what the truth holds, which another process may have put there, into the copy."""
        known = self.truth.get(list(vectors))
        if new := {key: vector for key, vector in vectors.items() if key not in known}:
            self.truth.add(new)
            known |= self.truth.get(list(new))
        self._copy(known)

    def _from_truth(self, keys: list[str]) -> dict[str, np.ndarray]:
        found = self.truth.get(list(dict.fromkeys(keys)))
        self._copy(found)
        return found

    def _copy(self, vectors: Mapping[str, np.ndarray]) -> None:
        self.copy.write({bytes.fromhex(key): vector for key, vector in vectors.items()})


class WritingPhrases(LocalPhrases):
    """For who writes documents: the truth alone says what is there, and the copy is kept up beside it.

    So a database that was restored from before a phrase was made gets the phrase again.
    """

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        return self._from_truth(list(keys))


def site_phrases() -> LocalPhrases:
    """The phrases of this machine, for pages and searches: one object for one folder."""
    return _site(LocalPhrases, Path(settings.PHRASES_DIR))


def writing_phrases() -> LocalPhrases:
    """The phrases of this machine, for who fills the index."""
    return _site(WritingPhrases, Path(settings.PHRASES_DIR))


@lru_cache(maxsize=4)
def _site(kind: type[LocalPhrases], folder: Path) -> LocalPhrases:
    return kind(PhraseFile(folder), DatabasePhrases())


class FilePhrases:
    """A store beside the database, for the commands that work on files. Safe with several processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS phrase (key TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        for start in range(0, len(keys), 900):
            part = keys[start : start + 900]
            marks = ",".join("?" * len(part))
            for key, vector in self._db.execute(f"SELECT key, vector FROM phrase WHERE key IN ({marks})", part):
                found[key] = np.frombuffer(vector, np.float16)
        return found

    def add(self, vectors: Mapping[str, np.ndarray]) -> None:
        rows = [(key, v.astype(np.float16).tobytes()) for key, v in vectors.items()]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT OR IGNORE INTO phrase VALUES (?, ?)", rows)
        self._db.execute("COMMIT")
