"""Tuning the encoder: sets of lines of one occupation attract each other, those of other occupations repel.

The loss is that of in-batch negatives (Henderson et al., "Efficient natural language response suggestion", 2017) over
means of line vectors, over titles against such means, and over names of one thing. Records that were read against jobs
teach which of somebody's lines shows a requirement, and when none does. A pull back to the published vectors keeps what
it knew of everything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from search.tuning.batches import Batch, Batches, Record
from search.tuning.recipe import Recipe


def train(
    model: SentenceTransformer,
    mean: np.ndarray,
    batches: Batches,
    recipe: Recipe,
    progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """In place. mean: what is taken off every vector before it is compared. progress: steps, of all, the loss."""
    torch.manual_seed(recipe.seed)
    trained = list(tunable(model).values())
    for parameter in model.parameters():
        parameter.requires_grad = False
    for parameter in trained:
        parameter.requires_grad = True
    published = _Published(model, trained)
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: share_of_rate(step, recipe.steps, recipe.warm_up)
    )
    centre = torch.tensor(mean)
    model.train()
    for step in range(recipe.steps):
        batch = batches.next()
        phrases = batch.phrases()
        vectors = forward(model, phrases)
        loss = batch_loss(batch, phrases, vectors, centre, recipe)
        if recipe.keep:
            some = list(range(0, len(phrases), 4))
            known = published.vectors([phrases[i] for i in some])
            loss = loss + recipe.keep * (1 - (vectors[some] * known).sum(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        if progress:
            progress(step + 1, recipe.steps, float(loss.detach()))
    model.eval()


def tunable(model: SentenceTransformer) -> dict[str, torch.nn.Parameter]:
    """The matrices of the layers: what is published of the words themselves stays."""
    return {
        name: parameter for name, parameter in model.named_parameters() if ".layer." in name and parameter.ndim == 2
    }


def matrices_of(model: SentenceTransformer) -> dict[str, np.ndarray]:
    """Those that are tuned, as they are now: a copy."""
    return {name: matrix.detach().numpy().copy() for name, matrix in tunable(model).items()}


def share_of_rate(step: int, steps: int, warm_up: float) -> float:
    """Up in a line for the share `warm_up` of the steps, then down along a cosine."""
    warm = max(1, int(warm_up * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


class _Published:
    """The vectors of the model as it was, though it is being trained."""

    def __init__(self, model: SentenceTransformer, trained: Sequence[torch.nn.Parameter]) -> None:
        self._model, self._trained = model, trained
        self._before = [parameter.detach().clone() for parameter in trained]

    def vectors(self, phrases: Sequence[str]) -> torch.Tensor:
        now = [parameter.data for parameter in self._trained]
        self._put(self._before)
        self._model.eval()
        with torch.no_grad():
            found = forward(self._model, phrases)
        self._model.train()
        self._put(now)
        return found

    def _put(self, values: Iterable[torch.Tensor]) -> None:
        for parameter, value in zip(self._trained, values, strict=True):
            parameter.data = value


@cache
def has_bfloat16() -> bool:
    """Whether this processor reckons in bfloat16 itself: where it only imitates it, a step takes four times as long."""
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def forward(model: SentenceTransformer, phrases: Sequence[str]) -> torch.Tensor:
    """Shape (phrases, dimensions), of unit length; like lengths together, half of the time is padding otherwise."""
    order = sorted(range(len(phrases)), key=lambda i: len(phrases[i]))
    parts = []
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):
        for start in range(0, len(order), 128):
            features = model.preprocess([phrases[i] for i in order[start : start + 128]])
            parts.append(model(features)["sentence_embedding"].float())
    back = torch.empty(len(order), dtype=torch.long)
    back[order] = torch.arange(len(order))
    return functional.normalize(torch.cat(parts)[back], dim=1)


def batch_loss(
    batch: Batch, phrases: Sequence[str], vectors: torch.Tensor, centre: torch.Tensor, recipe: Recipe
) -> torch.Tensor:
    row = {text: i for i, text in enumerate(phrases)}
    centred = functional.normalize(vectors - centre, dim=1)

    def means(groups: Sequence[Sequence[str]]) -> torch.Tensor:
        owner = torch.tensor([i for i, group in enumerate(groups) for _text in group])
        rows = torch.tensor([row[text] for group in groups for text in group])
        sums = torch.zeros(len(groups), centred.shape[1]).index_add(0, owner, centred[rows])
        return functional.normalize(sums, dim=1)

    sets, others = means(batch.sets), means(batch.others)
    titles = means([(title,) for title in batch.titles])
    left, right = (means([(pair[side],) for pair in batch.pairs]) for side in (0, 1))
    alike = torch.zeros(len(batch.sets), len(batch.sets), dtype=torch.bool)
    for i, j in batch.same_unit:
        alike[i, j] = True
    loss = (
        recipe.sets * _attract(sets, others, recipe.temperature, alike)
        + recipe.titles * _attract(titles, sets, recipe.temperature, alike)
        + recipe.names * _attract(left, right, recipe.temperature, None)
    )
    if not batch.records or not recipe.reads:
        return loss
    read = torch.cat([_read(record, row, centred) for record in batch.records])
    return loss + recipe.reads * read.mean()


READ_TEMPERATURE = 0.1
SHOWS = 0.35  # the cosine from which a line rather shows a requirement than not


def _read(record: Record, row: Mapping[str, int], centred: torch.Tensor) -> torch.Tensor:
    """How far what the vectors say of each line of the job is from what the reader said, shape (lines,)."""
    lines, evidence = (centred[[row[text] for text in texts]] for texts in (record.lines, record.evidence))
    nothing = torch.full((len(lines), 1), SHOWS)
    likeness = torch.cat([lines @ evidence.T, nothing], dim=1) / READ_TEMPERATURE
    return functional.cross_entropy(likeness, torch.tensor(record.shown), reduction="none")


def _attract(left: torch.Tensor, right: torch.Tensor, temperature: float, alike: torch.Tensor | None) -> torch.Tensor:
    """Each row to its own of the other side, away from all others but those that are alike; both ways."""
    likeness = left @ right.T / temperature
    if alike is not None:
        likeness = likeness.masked_fill(alike, -1e4)
    own = torch.arange(len(left))
    return (functional.cross_entropy(likeness, own) + functional.cross_entropy(likeness.T, own)) / 2
