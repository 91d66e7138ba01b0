"""The methods that a good team would try first, measured beside ours in the same run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from search.embeddings import Embedder
from search.words import STOP_WORDS

WORD = re.compile(r"[a-z0-9]+")
SATURATION, LENGTH = 1.2, 0.75  # Robertson and Zaragoza, 2009: the usual k1 and b


def bm25(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Okapi BM25 without stop words, shape (queries, texts)."""
    documents = [Counter(_words(text)) for text in texts]
    number_of = {word: i for i, word in enumerate(sorted({word for document in documents for word in document}))}
    counts = np.zeros((len(number_of), len(texts)), np.float32)
    for column, document in enumerate(documents):
        for word, count in document.items():
            counts[number_of[word], column] = count
    lengths = counts.sum(axis=0)
    held = (counts > 0).sum(axis=1)
    rarity = np.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
    penalty = SATURATION * (1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()), 1e-9))
    weights = rarity[:, None] * counts * (SATURATION + 1) / (counts + penalty[None])
    scores = np.zeros((len(queries), len(texts)), np.float32)
    for row, query in enumerate(queries):
        known = [number_of[word] for word in _words(query) if word in number_of]
        if known:
            scores[row] = weights[known].sum(axis=0)
    return scores


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


def whole_texts(queries: Sequence[str], texts: Sequence[str], embedder: Embedder) -> np.ndarray:
    """The cosine of one vector a text, shape (queries, texts)."""
    return embedder.vectors(list(queries)) @ embedder.vectors(list(texts)).T


def added(*scores: np.ndarray) -> np.ndarray:
    """Scores of several methods added as z-scores, each over all of its pairs of a query."""
    total = np.zeros_like(scores[0], np.float64)
    for one in scores:
        total += (one - one.mean(axis=1, keepdims=True)) / np.maximum(one.std(axis=1, keepdims=True), 1e-9)
    return total
