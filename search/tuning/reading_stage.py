"""The last stage of tuning: which of somebody's lines shows a requirement, learned from records that were read.

The loss has two halves: a softmax over a record's lines and "none of them", against what the reader named; and the
band, from all lines together through two cuts. Only a share of what is learned is kept: it pulls tasks of one trade
apart, and the ranking lives by their lying together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from search.bands import BANDS
from search.tuning.readings import Reading
from search.tuning.training import forward, share_of_rate, tunable

SURE = {"none": 0.0, "partial": 0.65, "clear": 0.85}  # of the lines named together; the rest says that none shows it
FIRST = 0.6  # of that, for the line named first where there are several


@dataclass(frozen=True)
class Stage:
    passes: float = 3.0  # over the records
    records: int = 6  # a step
    steps: int = 0  # in place of passes, where it is not nought
    rate: float = 6e-5
    warm_up: float = 0.06
    share: float = 0.35  # of the change that is kept
    seed: int = 1


class _Head(torch.nn.Module):
    """Turns cosines into bands; thrown away after the training."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(12.0))
        self.offset = torch.nn.Parameter(torch.tensor(-5.0))
        self.slope = torch.nn.Parameter(torch.tensor(1.0))
        self.cuts = torch.nn.Parameter(torch.tensor([0.0, 2.0]))

    def loss(self, reading: Reading, likeness: torch.Tensor) -> torch.Tensor:
        """likeness: cosines, shape (requirements, lines)."""
        scores = self.scale * likeness + self.offset
        nothing = torch.zeros(len(scores), 1)
        named = -(torch.tensor(targets(reading)) * torch.cat([scores, nothing], 1).log_softmax(1)).sum(1)
        together = torch.logsumexp(scores, 1) * functional.softplus(self.slope)
        low = self.cuts[0]
        at_least = torch.sigmoid(torch.stack([together - low, together - low - functional.softplus(self.cuts[1])], 1))
        chance = torch.stack([1 - at_least[:, 0], at_least[:, 0] - at_least[:, 1], at_least[:, 1]], 1).clamp_min(1e-4)
        said = torch.tensor([BANDS.index(band) for band in reading.bands])
        return (named - chance[torch.arange(len(said)), said].log()).mean()


def targets(reading: Reading) -> np.ndarray:
    """What the softmax should say, shape (requirements, lines + 1): the last column is "none of them"."""
    found = np.zeros((len(reading.bands), len(reading.candidate.evidence) + 1), np.float32)
    for row, (band, lines) in enumerate(zip(reading.bands, reading.evidence, strict=True)):
        found[row, -1] = 1 - SURE[band]
        for place, line in enumerate(lines):
            alone = len(lines) == 1
            found[row, line] += SURE[band] * (1 if alone else FIRST if place == 0 else (1 - FIRST) / (len(lines) - 1))
    return found


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
    drawn = _Draw(readings, stage.seed)
    model.eval()  # no chance but the order: three passes are too few for more
    for step in range(steps):
        batch = [drawn.next() for _ in range(stage.records)]
        texts = {text for one in batch for text in (*one.job.lines()[1:], *_evidence(one))}
        phrases = sorted(texts)
        vectors = forward(model, phrases)
        row = {text: i for i, text in enumerate(phrases)}
        loss = torch.stack([head.loss(one, _likeness(one, row, vectors)) for one in batch]).mean()
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


def _evidence(reading: Reading) -> list[str]:
    return reading.candidate.phrases()[: len(reading.candidate.evidence)]


def _likeness(reading: Reading, row: Mapping[str, int], vectors: torch.Tensor) -> torch.Tensor:
    lines, evidence = (
        vectors[[row[text] for text in texts]] for texts in (reading.job.lines()[1:], _evidence(reading))
    )
    return lines @ evidence.T


class _Draw:
    """Every record once in each pass, in a new order."""

    def __init__(self, readings: Sequence[Reading], seed: int) -> None:
        self._readings, self._random, self._left = list(readings), random.Random(seed), []

    def next(self) -> Reading:
        if not self._left:
            self._left = list(self._readings)
            self._random.shuffle(self._left)
        return self._left.pop()
