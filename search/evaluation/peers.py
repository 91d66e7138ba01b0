"""The methods that a good team would try first, measured beside ours in the same run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

from search.embeddings import Embedder
from search.words import STOP_WORDS

WORD = re.compile(r"[a-z0-9]+")
SATURATION, LENGTH = 1.2, 0.75  # Robertson and Zaragoza, 2009: the usual k1 and b


def bm25(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Okapi BM25 without stop words, shape (queries, texts)."""
    return bm25_over(texts)(queries)


def bm25_over(texts: Sequence[str]) -> Callable[[Sequence[str]], np.ndarray]:
    """The same for one collection and many batches of queries."""
    documents = [Counter(_words(text)) for text in texts]
    number_of = {word: i for i, word in enumerate(sorted({word for document in documents for word in document}))}
    counts = _table(documents, number_of).tocoo()
    lengths = np.array([document.total() for document in documents], np.float32)
    held = np.bincount(counts.col, minlength=len(number_of))
    rarity = np.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
    penalty = SATURATION * (1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()), 1e-9))
    counts.data = rarity[counts.col] * counts.data * (SATURATION + 1) / (counts.data + penalty[counts.row])
    weights = counts.T.tocsr()
    return lambda queries: (_table([Counter(_words(query)) for query in queries], number_of) @ weights).toarray()


def _table(documents: Sequence[Counter[str]], number_of: dict[str, int]) -> sparse.csr_matrix:
    """How often each document holds each known word, shape (documents, words)."""
    rows = [
        [(number_of[word], count) for word, count in document.items() if word in number_of] for document in documents
    ]
    ends = np.cumsum([0, *map(len, rows)])
    columns, data = ([pair[i] for row in rows for pair in row] for i in (0, 1))
    return sparse.csr_matrix((np.array(data, np.float32), columns, ends), shape=(len(documents), len(number_of)))


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
