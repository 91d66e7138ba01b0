"""Says of each piece of an advert what it is: task, need, terms, pitch, how to apply, or nothing.

A linear chain over the pieces: the encoder's vector of the piece and of its two neighbours, the cues written by hand of
all three, the piece's words by checksum, and how kinds follow one another (a duty follows a duty). `training.py` makes
the weights; they hold no word of any advert.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from search.adverts import cues
from search.adverts.cutting import Piece
from search.embeddings import MODEL_NAME
from search.errors import ParserUntrained
from search.words import stems

KINDS = ("TASK", "NEED", "TERMS", "PITCH", "APPLY", "OTHER")
RELEVANT = 2  # the first two are what the job asks
WEIGHTS_FILE = Path(__file__).parent / "weights.npz"
# Vectors are of unit length, so each number in them is small beside a cue's 0 or 1.
OWN, NEIGHBOUR, NEIGHBOUR_CUES, WORDS = 4.0, 2.0, 0.5, 6.0
WORD_COLUMNS = 4096
KEEP_ABOVE = 0.45  # for F1 the best threshold is half of the F1 that is reached (Lipton et al., 2014), and ours is .92
KEEP_A_DUTY = 0.2
LAST_RESORT = 0.08  # where no piece of the advert is likely


@dataclass(frozen=True)
class Chain:
    """weights: (features, kinds); bias: (kinds,); follows: (kinds, kinds), from a row's kind to a column's."""

    weights: np.ndarray
    bias: np.ndarray
    follows: np.ndarray

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        """Shape (pieces, kinds): the chance of each kind given the whole advert (forward and backward sums)."""
        if not len(rows):
            return np.zeros((0, len(KINDS)))
        scores = rows.astype(np.float64) @ self.weights + self.bias
        ahead, back = np.zeros_like(scores), np.zeros_like(scores)
        ahead[0] = scores[0]
        for i in range(1, len(scores)):
            ahead[i] = _log_sum(ahead[i - 1][:, None] + self.follows, axis=0) + scores[i]
        for i in range(len(scores) - 2, -1, -1):
            back[i] = _log_sum(self.follows + (scores[i + 1] + back[i + 1])[None], axis=1)
        both = ahead + back
        both = np.exp(both - both.max(axis=1, keepdims=True))
        return both / both.sum(axis=1, keepdims=True)

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            cues=np.array(cues.NAMES),
            model=np.array(MODEL_NAME),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
            follows=self.follows.astype(np.float32),
        )


def _log_sum(values: np.ndarray, axis: int) -> np.ndarray:
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)


def kinds_of(probabilities: np.ndarray, pieces: list[Piece]) -> np.ndarray:
    """Shape (pieces,): the number of each piece's kind; a piece is kept if task and need together are likely.

    One that opens like a duty is kept sooner: a pitch just before it must not take it along.
    """
    enough = np.array([KEEP_A_DUTY if cues.OPENS_A_DUTY.match(piece.text) else KEEP_ABOVE for piece in pieces])
    relevant = probabilities[:, :RELEVANT].sum(axis=1)
    asked = relevant > enough
    if not asked.any():
        asked = relevant > LAST_RESORT  # a salad of words: better its likeliest lines than none
    return np.where(
        asked, probabilities[:, :RELEVANT].argmax(axis=1), RELEVANT + probabilities[:, RELEVANT:].argmax(axis=1)
    )


def feature_rows(pieces: list[Piece], vectors: np.ndarray) -> np.ndarray:
    """Shape (pieces, features), float32. vectors: (pieces, dimensions), one a piece's clean text."""
    own = cues.cue_rows(pieces)
    before, after = _shifted(vectors, 1), _shifted(vectors, -1)
    return np.hstack(
        [
            vectors * OWN,
            own,
            before * NEIGHBOUR,
            after * NEIGHBOUR,
            _shifted(own, 1) * NEIGHBOUR_CUES,
            _shifted(own, -1) * NEIGHBOUR_CUES,
            word_rows(pieces) * WORDS,
        ]
    ).astype(np.float32)


def word_rows(pieces: list[Piece]) -> np.ndarray:
    """Shape (pieces, WORD_COLUMNS), float32, rows of unit length: the words of each piece, by checksum."""
    rows = np.zeros((len(pieces), WORD_COLUMNS), np.float32)
    for row, piece in zip(rows, pieces, strict=True):
        words = set(stems(piece.text))
        row[[zlib.crc32(word.encode()) % WORD_COLUMNS for word in words]] = 1 / np.sqrt(max(1, len(words)))
    return rows


def _shifted(rows: np.ndarray, by: int) -> np.ndarray:
    """Each row's neighbour: the one before (1) or after (-1), zeros at the ends."""
    moved = np.zeros_like(rows)
    if by > 0:
        moved[by:] = rows[:-by]
    else:
        moved[:by] = rows[-by:]
    return moved


@cache
def shipped_chain() -> Chain:
    with np.load(WEIGHTS_FILE) as content:
        if tuple(content["cues"]) != cues.NAMES or str(content["model"]) != MODEL_NAME:
            raise ParserUntrained
        return Chain(*(content[name].astype(np.float64) for name in ("weights", "bias", "follows")))
