"""The last stage of tuning: which of somebody's lines shows a requirement, learned from records that were read.

The loss has two halves: a softmax over a record's lines and "none of them", against what the reader named; and the
band, from all lines together through two cuts. Only a share of what is learned is kept: it pulls tasks of one trade
apart, and the ranking lives by their lying together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from search.bands import BANDS
from search.tuning.batches import Record
from search.tuning.readings import Reading
from search.tuning.training import forward, share_of_rate, tunable

SURE = {"none": 0.0, "partial": 0.65, "clear": 0.85}  # less than the other trainings': a reader may be wrong

Read = tuple[Record, torch.Tensor]  # and the index of each requirement's band


@dataclass(frozen=True)
class Stage:
    passes: float = 2.0  # over the records
    records: int = 6  # a step
    steps: int = 0  # in place of passes, where it is not nought
    rate: float = 6e-5
    warm_up: float = 0.06
    share: float = 0.6  # of the change that is kept
    seed: int = 1


class _Head(torch.nn.Module):
    """Turns cosines into bands; thrown away after the training."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(12.0))
        self.offset = torch.nn.Parameter(torch.tensor(-5.0))
        self.slope = torch.nn.Parameter(torch.tensor(1.0))
        self.cuts = torch.nn.Parameter(torch.tensor([0.0, 2.0]))

    def loss(self, record: Record, bands: torch.Tensor, likeness: torch.Tensor) -> torch.Tensor:
        """bands: indices into BANDS, shape (requirements,); likeness: cosines, shape (requirements, lines)."""
        scores = self.scale * likeness + self.offset
        nothing = torch.zeros(len(scores), 1)
        named = -(torch.tensor(record.shown) * torch.cat([scores, nothing], 1).log_softmax(1)).sum(1)
        together = torch.logsumexp(scores, 1) * functional.softplus(self.slope)
        low = self.cuts[0]
        at_least = torch.sigmoid(torch.stack([together - low, together - low - functional.softplus(self.cuts[1])], 1))
        chance = torch.stack([1 - at_least[:, 0], at_least[:, 0] - at_least[:, 1], at_least[:, 1]], 1).clamp_min(1e-4)
        return (named - chance[torch.arange(len(bands)), bands].log()).mean()


def learn(
    model: SentenceTransformer,
    readings: Sequence[Reading],
    stage: Stage,
    progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """In place. progress: steps, of all, the loss."""
    torch.manual_seed(stage.seed)
    matrices = tunable(model)
    before = {name: matrix.detach().clone() for name, matrix in matrices.items()}
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name in matrices
    head = _Head()
    groups = [
        {"params": list(matrices.values()), "lr": stage.rate},
        {"params": list(head.parameters()), "lr": 20 * stage.rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = stage.steps or max(1, int(len(readings) * stage.passes / stage.records))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share_of_rate(step, steps, stage.warm_up))
    read = [(Record.of(one, SURE), torch.tensor([BANDS.index(band) for band in one.bands])) for one in readings]
    drawn = _Draw(read, stage.seed)
    model.eval()  # no chance but the order: so few passes need no more
    for step in range(steps):
        batch = [drawn.next() for _ in range(stage.records)]
        phrases = sorted({text for record, _bands in batch for text in (*record.lines, *record.evidence)})
        vectors = forward(model, phrases)
        row = {text: i for i, text in enumerate(phrases)}
        losses = [head.loss(record, bands, _likeness(record, row, vectors)) for record, bands in batch]
        loss = torch.stack(losses).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*matrices.values(), *head.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        if progress:
            progress(step + 1, steps, float(loss.detach()))
    with torch.no_grad():
        for name, matrix in matrices.items():
            matrix.copy_(before[name] + stage.share * (matrix - before[name]))


def _likeness(record: Record, row: Mapping[str, int], vectors: torch.Tensor) -> torch.Tensor:
    lines, evidence = (vectors[[row[text] for text in texts]] for texts in (record.lines, record.evidence))
    return lines @ evidence.T


class _Draw:
    """Every record once in each pass, in a new order."""

    def __init__(self, records: Sequence[Read], seed: int) -> None:
        self._records, self._random, self._left = list(records), random.Random(seed), []

    def next(self) -> Read:
        if not self._left:
            self._left = list(self._records)
            self._random.shuffle(self._left)
        return self._left.pop()
