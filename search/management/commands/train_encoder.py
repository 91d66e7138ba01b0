import time
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from jobs.credentials import load_vocabulary
from jobs.progress import ProgressBar
from search.embeddings import CHANGES_FILE, SentenceEncoder, unit_length
from search.tuning.changes import RANK, apply, low_rank
from search.tuning.held_out import figures
from search.tuning.texts import Texts, read_texts

MEAN_OF = 12_000  # phrases
SETTINGS = ("steps", "occupations", "pairs", "rate", "temperature", "sets", "titles", "names", "keep", "seed")


class Command(BaseCommand):
    help = (
        "Tune the encoder on the open taxonomies, print what it does on occupations that it did not see, before and "
        "after, and write search/reference/encoder.npz. The same every time on the same kind of processor."
    )
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds taxonomy/ and uk/")
        parser.add_argument("--output", type=Path, default=CHANGES_FILE, help="write the changes here")
        parser.add_argument("--rank", type=int, default=RANK, help="of the products that are written")
        for name in SETTINGS:
            kind = int if name in ("steps", "occupations", "pairs", "seed") else float
            parser.add_argument(f"--{name}", type=kind, help="instead of the recipe's")

    def handle(self, *, folder: Path, output: Path, rank: int, **options):
        from search.tuning.batches import Batches
        from search.tuning.training import Recipe, train, tunable

        try:
            texts = read_texts(folder)
        except OSError as error:
            raise CommandError(f"The open files cannot be read: {error}") from error
        texts = _with_credentials(texts)
        given = {one.name: options[one.name] for one in fields(Recipe) if options.get(one.name) is not None}
        recipe = replace(Recipe(), **given)
        seen = [one for one in texts.occupations if not one.is_held_out]
        unseen = [one for one in texts.occupations if one.is_held_out]
        self.stdout.write(
            f"{len(seen):,} occupations to learn from, {len(unseen):,} held out; "
            f"{len(texts.synonyms):,} groups of names"
        )

        model = SentenceEncoder().load()
        mean = self._mean(model, texts)
        self._tell("as published", figures(unseen, lambda phrases: _centred(model, phrases, mean)))
        before = {name: matrix.detach().numpy().copy() for name, matrix in tunable(model).items()}
        started = time.monotonic()
        with ProgressBar("Training", recipe.steps) as bar:
            batches = Batches(texts, seen, recipe.occupations, recipe.pairs, recipe.seed)
            train(model, mean, batches, recipe, lambda done, _of, _loss: bar.update(done, recipe.steps))
        self.stdout.write(f"{recipe.steps:,} steps in {time.monotonic() - started:.0f} s")
        after = {name: matrix.detach().numpy() for name, matrix in tunable(model).items()}
        with output.open("wb") as file:
            np.savez_compressed(file, **low_rank(before, after, rank))
        shipped = SentenceEncoder().load()
        apply(shipped, output)
        new_mean = self._mean(shipped, texts)
        self._tell(f"tuned, rank {rank}", figures(unseen, lambda phrases: _centred(shipped, phrases, new_mean)))
        self.stdout.write(f"{output.name}: {output.stat().st_size / 1e6:.1f} MB. Now build_statistics FOLDER.")

    def _mean(self, model, texts: Texts) -> np.ndarray:
        phrases = sorted({line for one in texts.occupations for line in one.lines})
        some = np.random.default_rng(7).permutation(len(phrases))[:MEAN_OF]
        return _raw(model, [phrases[i] for i in some]).mean(axis=0)

    def _tell(self, name: str, found: dict[str, float]) -> None:
        self.stdout.write(f"{name}: " + ", ".join(f"{what} {value:.3f}" for what, value in found.items()))


def _with_credentials(texts: Texts) -> Texts:
    """The names of cards and licences, too, are names of one thing."""
    named = tuple(
        tuple(dict.fromkeys((entry.name, *entry.other_names))) for entry in load_vocabulary() if entry.other_names
    )
    return replace(texts, synonyms=texts.synonyms + named)


def _raw(model, phrases) -> np.ndarray:
    order = sorted(range(len(phrases)), key=lambda i: len(phrases[i]))
    vectors = model.encode(
        [phrases[i] for i in order], batch_size=128, normalize_embeddings=True, show_progress_bar=False
    )
    back = np.empty_like(vectors)
    back[order] = vectors
    return back


def _centred(model, phrases, mean: np.ndarray) -> np.ndarray:
    return unit_length(_raw(model, phrases) - mean)
