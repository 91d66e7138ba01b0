"""Makes the parser's weights from adverts that were read piece by piece; nothing of their words is kept.

Logistic regression on the pieces (longer ones count more); how kinds follow one another is counted. Training both at
once as a conditional random field took six times as long and gained nothing. Adverts of our own invention
(invented.py) are learned from too, each for a small part of what a real one counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.adverts.classifying import KINDS, Chain, feature_rows, kinds_of
from search.adverts.cutting import Piece, cut
from search.embeddings import Embedder

SEED = 20
FOLDS = 10
ROUNDS = 60
WEIGHT_DECAY = 1.0
FOLLOWS_SHARE = 0.5  # how much of the counted order is believed: the pieces' features know part of it already
INVENTED_SHARE = 0.15  # what an invented advert counts: at .3 no better on real ones
USUAL_LENGTH = 80  # characters; a piece of this length counts once
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReadPiece:
    """A stretch of an advert as a reader labelled it: TASK, MUST, NICE, TERMS, PITCH, APPLY or OTHER."""

    advert_id: str
    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Example:
    """One advert: its pieces as the parser cuts them, their features, and what most of each was read as."""

    advert_id: str
    pieces: list[Piece]
    rows: np.ndarray
    kinds: np.ndarray


def examples(
    texts: Mapping[str, str], read: Iterable[ReadPiece], embedder: Embedder, progress: Progress | None = None
) -> list[Example]:
    by_advert: dict[str, list[ReadPiece]] = {}
    for piece in read:
        by_advert.setdefault(piece.advert_id, []).append(piece)
    cuts = {advert_id: cut(texts[advert_id]) for advert_id in sorted(by_advert)}
    phrases = [piece.text for pieces in cuts.values() for piece in pieces]
    vectors = embedder.vectors(phrases, progress)
    made, at = [], 0
    for advert_id, pieces in cuts.items():
        rows = feature_rows(pieces, vectors[at : at + len(pieces)])
        kinds = _majority_kinds(len(texts[advert_id]), pieces, by_advert[advert_id])
        made.append(Example(advert_id, pieces, rows, kinds))
        at += len(pieces)
    return made


def _majority_kinds(length: int, pieces: Sequence[Piece], read: Sequence[ReadPiece]) -> np.ndarray:
    names = {"MUST": "NEED", "NICE": "NEED"}
    labels = np.full(length, -1)
    for piece in read:
        labels[piece.start : piece.end] = KINDS.index(names.get(piece.label, piece.label))
    kinds = []
    for piece in pieces:
        here = Counter(label for label in labels[piece.start : piece.end].tolist() if label >= 0)
        kinds.append(here.most_common(1)[0][0] if here else KINDS.index("OTHER"))
    return np.array(kinds)


def train(adverts: Sequence[Example], invented: Sequence[Example] = ()) -> Chain:
    """Deterministic: the loss has one minimum, found from noughts by full-batch steps.

    The order of kinds is counted in `adverts` alone: what follows what is what an inventor knows least of.
    """
    import torch

    every = [*adverts, *invented]
    rows = torch.tensor(np.vstack([advert.rows for advert in every]))
    truth = torch.tensor(np.concatenate([advert.kinds for advert in every]))
    lengths = np.array([len(piece.text) for advert in every for piece in advert.pieces])
    counts = np.sqrt(lengths / USUAL_LENGTH)
    counts[sum(len(advert.pieces) for advert in adverts) :] *= INVENTED_SHARE
    importance = torch.tensor(counts, dtype=torch.float32)
    weights = torch.zeros(rows.shape[1], len(KINDS), requires_grad=True)
    bias = torch.zeros(len(KINDS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=ROUNDS, history_size=10, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        surprise = torch.nn.functional.cross_entropy(rows @ weights + bias, truth, reduction="none")
        total = (surprise * importance).sum() + WEIGHT_DECAY * (weights**2).sum()
        total.backward()
        return total

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the tables are small: threads would wait for one another
    optimiser.step(loss)
    torch.set_num_threads(threads)
    found = (part.detach().numpy().astype(np.float64) for part in (weights, bias))
    return Chain(*found, _follows(adverts))


def _follows(adverts: Sequence[Example]) -> np.ndarray:
    """Shape (kinds, kinds): log of how much likelier the column's kind is right after the row's than anywhere."""
    counts = np.ones((len(KINDS), len(KINDS)))
    for advert in adverts:
        np.add.at(counts, (advert.kinds[:-1], advert.kinds[1:]), 1)
    usual = counts.sum(axis=0) / counts.sum()
    return FOLLOWS_SHARE * np.log(counts / counts.sum(axis=1, keepdims=True) / usual)


def held_out_kinds(
    adverts: Sequence[Example],
    progress: Progress | None = None,
    folds: int = FOLDS,
    invented: Sequence[Example] = (),
) -> dict[str, list[str]]:
    """For each advert, the kinds of its pieces as a chain says that was trained without that advert."""
    order = np.random.default_rng(SEED).permutation(len(adverts))
    found: dict[str, list[str]] = {}
    for fold in range(folds):
        left_out = set(order[fold::folds].tolist())
        chain = train([advert for i, advert in enumerate(adverts) if i not in left_out], invented)
        for i in left_out:
            numbers = kinds_of(chain.probabilities(adverts[i].rows), adverts[i].pieces)
            found[adverts[i].advert_id] = [KINDS[number] for number in numbers]
        if progress:
            progress(fold + 1, folds)
    return found
