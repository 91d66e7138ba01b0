"""An encoder for tests: no model, no waiting, the same vectors on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

DIMENSIONS = 384


@cache
def word_vector(word: str) -> np.ndarray:
    """A direction of the word's own, nearly square to every other word's."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)


class FakeEncoder:
    """A text is the sum of its words: texts that share words are near, others are not. Case and order do not count."""

    def __init__(self) -> None:
        self.encoded: list[str] = []  # every text asked for, in order, so that a test can count

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), np.float64)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or ["\x00"]:  # a text without words has a place of its own
                vectors[row] += word_vector(word)
        if progress and texts:
            progress(len(texts), len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
