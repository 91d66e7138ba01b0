"""Words in common, weighed by how rare they are in the language of work.

The weights come from open texts once and for all (statistics.py), never from the people or jobs at hand: a person's
score does not change because somebody else joins.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from search.statistics import TERM_BUCKETS, term_weights

WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(
    "a an the and or of to in for with on at by from as is are be will you your we our this that have has it their "
    "they other who which into all any can must i my am was were do does did not no if when".split()
)
SUFFIXES = (("ing", ""), ("ies", "y"), ("es", ""), ("s", ""), ("ed", ""))


def stems(text: str) -> list[str]:
    """The words of a text without the commonest ones, lower case, their endings cut."""
    found = []
    for word in WORD.findall(text.lower()):
        if word in STOP_WORDS or len(word) < 2:
            continue
        for suffix, instead in SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= 3:
                word = word[: -len(suffix)] + instead
                break
        found.append(word)
    return found


def bucket(stem: str) -> int:
    """A word's number, the same in every process: its checksum, cut to TERM_BUCKETS."""
    return zlib.crc32(stem.encode()) % TERM_BUCKETS


@lru_cache(maxsize=50_000)
def word_set(text: str) -> frozenset[int]:
    """The distinct words of a text as numbers."""
    return frozenset(map(bucket, stems(text)))


@lru_cache(maxsize=50_000)
def weight_of(words: frozenset[int]) -> float:
    """The weights of some words together; few sets come again and again, the empty one most of all."""
    return float(term_weights()[list(words)].sum()) if words else 0.0


def terms(texts: Iterable[str]) -> np.ndarray:
    """The distinct words of some texts as ascending numbers, int32."""
    return np.array(sorted(frozenset().union(*map(word_set, texts))), np.int32)


def rarest(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """The words of some texts that are rarest in the language of work, rarest first: what a word search asks for.

    Of words with the same stem the first one written.
    """
    weights = term_weights()
    written: dict[str, str] = {}
    for text in texts:
        for word in WORD.findall(text.lower()):
            for stem in stems(word):
                written.setdefault(stem, word)
    best = sorted(written, key=lambda stem: (-weights[bucket(stem)], stem))[:most]
    return tuple(written[stem] for stem in best)


def overlap(query: np.ndarray, documents: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How much of their weight the query and each document share: a cosine of sets, from 0 to 1.

    query: terms; documents: the terms of all documents end to end; starts: shape (documents + 1,), where each begins.
    Returns shape (documents,), float32.
    """
    weights = term_weights()
    in_query = np.zeros(len(weights), np.float32)
    in_query[query] = weights[query]
    total = np.sqrt(in_query.sum())
    shared, own = segment_sums(in_query[documents], starts), segment_sums(weights[documents], starts)
    return shared / np.maximum(total * np.sqrt(own), 1e-6)


def segment_sums(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The sum of each stretch values[starts[i]:starts[i + 1]]; an empty stretch sums to nought."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return (sums[starts[1:]] - sums[starts[:-1]]).astype(np.float32)
