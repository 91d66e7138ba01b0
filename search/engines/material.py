"""What the matcher needs of a document, packed into one field that an engine keeps and hands back unread."""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.embeddings import DIMENSIONS
from search.engines.base import IndexedDocument

HEADER = struct.Struct("<HH")  # lines, terms
KEY_BYTES = 32  # a phrase key is a SHA-256


def pack(document: IndexedDocument) -> str:
    """Base64 of: how many lines and terms, the lines' phrase keys, their weights, the terms, the profile."""
    return b64encode(
        HEADER.pack(len(document.line_keys), len(document.terms))
        + bytes.fromhex("".join(document.line_keys))
        + document.weights.astype("<f4").tobytes()
        + document.terms.astype("<i4").tobytes()
        + document.profile.astype("<f2").tobytes()
    ).decode("ascii")


@dataclass(frozen=True)
class Materials:
    """Many documents end to end, as `Hits` holds them, but for the lines: they are still phrase keys."""

    profiles: np.ndarray
    keys: list[bytes]
    starts: np.ndarray
    weights: np.ndarray
    terms: np.ndarray
    term_starts: np.ndarray


def unpack(packed: Sequence[str]) -> Materials:
    keys: list[bytes] = []
    weights, terms, profiles = bytearray(), bytearray(), bytearray()
    line_counts, term_counts = [0], [0]
    for text in packed:
        data = b64decode(text)
        lines, words = HEADER.unpack_from(data)
        at = HEADER.size
        keys += [data[i : i + KEY_BYTES] for i in range(at, at + KEY_BYTES * lines, KEY_BYTES)]
        at += KEY_BYTES * lines
        weights += data[at : at + 4 * lines]
        at += 4 * lines
        terms += data[at : at + 4 * words]
        profiles += data[at + 4 * words :]
        line_counts.append(lines)
        term_counts.append(words)
    return Materials(
        profiles=np.frombuffer(profiles, "<f2").reshape(-1, DIMENSIONS).astype(np.float32),
        keys=keys,
        starts=np.cumsum(line_counts),
        weights=np.frombuffer(weights, "<f4"),
        terms=np.frombuffer(terms, "<i4"),
        term_starts=np.cumsum(term_counts),
    )
