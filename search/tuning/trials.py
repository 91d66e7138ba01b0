"""One training from the published weights, and what comes of it on the occupations held out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from jobs.credentials import load_vocabulary
from search.embeddings import SentenceEncoder, unit_length
from search.tuning.batches import Batches
from search.tuning.held_out import figures
from search.tuning.own_jobs import jobs_as_occupations
from search.tuning.readings import load_readings, split
from search.tuning.recipe import Recipe
from search.tuning.texts import Named, Texts, read_texts
from search.tuning.training import has_bfloat16, train

MEAN_OF = 12_000  # phrases

# What the recipe is made of, each left out or changed alone: the ablation of docs/encoder.md.
VARIANTS: dict[str, dict[str, float]] = {
    "the recipe": {},
    "sets alone": {"titles": 0, "names": 0, "reads": 0},
    "without titles": {"titles": 0},
    "without names": {"names": 0},
    "without readings": {"reads": 0},
    "without the pull back": {"keep": 0},
    "a third of the rate": {"rate": Recipe.rate / 3},
    "twice the rate": {"rate": Recipe.rate * 2},
    "temperature .1": {"temperature": 0.1},
    "temperature .03": {"temperature": 0.03},
    "four times the rate": {"rate": Recipe.rate * 4},
    "no neighbours in a batch": {"neighbours": 0},
    "names at random": {"near_names": 0},
}


def texts_to_learn(folder: Path) -> Texts:
    """The taxonomies', the names of cards and licences, our own records and their jobs. Raises OSError, ValueError."""
    texts = read_texts(folder)
    named = tuple(
        Named(tuple(dict.fromkeys((entry.name, *entry.other_names))), family=entry.kind)
        for entry in load_vocabulary()
        if entry.other_names
    )
    readings, _held_out = split(load_readings())
    jobs = tuple(jobs_as_occupations(readings, texts.occupations))
    return Texts(texts.occupations + jobs, texts.named + named, tuple(readings))


def trained(texts: Texts, recipe: Recipe, progress: Callable[[int, int, float], None] | None = None):
    """The model after training."""
    model = SentenceEncoder().load()
    mean = mean_of(model, texts)
    seen = [one for one in texts.occupations if not one.is_held_out]
    train(model, mean, Batches(texts, seen, recipe), recipe, progress)
    return model


def held_out_figures(model, texts: Texts) -> dict[str, float]:
    unseen = [one for one in texts.occupations if one.is_held_out]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):  # sooner, and nearly the same
        mean = mean_of(model, texts)
        return figures(unseen, lambda phrases: unit_length(_encode(model, phrases) - mean))


def mean_of(model, texts: Texts) -> np.ndarray:
    phrases = sorted({line for one in texts.occupations for line in one.lines})
    some = np.random.default_rng(7).permutation(len(phrases))[:MEAN_OF]
    return _encode(model, [phrases[i] for i in some]).mean(axis=0)


def _encode(model, phrases) -> np.ndarray:
    order = sorted(range(len(phrases)), key=lambda i: len(phrases[i]))
    vectors = model.encode(
        [phrases[i] for i in order], batch_size=128, normalize_embeddings=True, show_progress_bar=False
    )
    back = np.empty_like(vectors)
    back[order] = vectors
    return back
