"""The tuned encoder as what was changed: for every matrix a product of two thin ones, in half precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

RANK = 128


def mean_of(members: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The matrices of several trainings from the same start, averaged one by one."""
    return {name: np.mean([member[name] for member in members], axis=0) for name in members[0]}


def kept_mean(file: Path, like: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What an earlier run kept. Raises ValueError where it is not of a model like this one, OSError."""
    try:
        with np.load(file) as content:
            mean = dict(content)
    except (ValueError, AttributeError, BadZipFile) as error:
        raise ValueError(f"{file} holds no members. Name another file, or delete this one.") from error
    if {name: matrix.shape for name, matrix in mean.items()} != {name: matrix.shape for name, matrix in like.items()}:
        raise ValueError(f"{file} holds the members of another model. Name another file, or delete this one.")
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
