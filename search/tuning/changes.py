"""The tuned encoder as what was changed: for every matrix a product of two thin ones, in half precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from search.outputs import written_whole

RANK = 128


def mean_of(members: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The matrices of several trainings from the same start, averaged one by one."""
    return {name: np.mean([member[name] for member in members], axis=0) for name in members[0]}


MADE_OF = "made of"  # in the file of the members: what they were trained on, and how


def keep_mean(file: Path, mean: dict[str, np.ndarray], made_of: str) -> None:
    with written_whole(file, binary=True) as kept:
        np.savez(kept, **mean, **{MADE_OF: np.array(made_of)})


def kept_mean(file: Path, made_of: str) -> dict[str, np.ndarray]:
    """What an earlier run kept. Raises OSError, and ValueError where it holds anything else."""
    try:
        with np.load(file) as content:
            mean = dict(content)
            known = str(mean.pop(MADE_OF))
    except (ValueError, TypeError, AttributeError, KeyError, EOFError, BadZipFile) as error:
        raise ValueError(f"{file} holds no members. Name another file, or delete this one.") from error
    if known != made_of:
        raise ValueError(
            f"{file} holds members of another recipe or other texts. Name another file, or delete this one."
        )
    return mean


def low_rank(before: dict[str, np.ndarray], after: dict[str, np.ndarray], rank: int = RANK) -> dict[str, np.ndarray]:
    """What to save: for each matrix `NAME left`, shape (out, rank), and `NAME right`, shape (rank, in), float16."""
    found = {}
    for name, matrix in before.items():
        left, sizes, right = np.linalg.svd(after[name] - matrix, full_matrices=False)
        root = np.sqrt(sizes[:rank])
        found[f"{name} left"] = (left[:, :rank] * root).astype(np.float16)
        found[f"{name} right"] = (root[:, None] * right[:rank]).astype(np.float16)
    return found


def put(model, matrices: dict[str, np.ndarray]) -> None:
    """Into the model, in place of its own."""
    import torch

    own = dict(model.named_parameters())
    with torch.no_grad():
        for name, matrix in matrices.items():
            own[name].copy_(torch.from_numpy(matrix))


def apply(model, file: Path) -> None:
    """Add the changes to the published weights. Raises OSError or ValueError where the file does not fit the model."""
    import torch

    matrices = dict(model.named_parameters())
    with np.load(file) as content, torch.no_grad():
        for name in sorted({key.rsplit(" ", 1)[0] for key in content.files}):
            if name not in matrices:
                raise ValueError(f"{file.name} changes {name}, which the model does not have")
            left, right = (content[f"{name} {side}"].astype(np.float32) for side in ("left", "right"))
            matrices[name] += torch.from_numpy(left @ right)
