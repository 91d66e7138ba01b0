import os
import time
from dataclasses import fields, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.embeddings import CHANGES_FILE, SentenceEncoder
from search.outputs import written_whole
from search.tuning.changes import RANK, apply, keep_mean, kept_mean, low_rank, mean_of, put
from search.tuning.recipe import MEMBERS, Recipe


class Command(BaseCommand):
    help = (
        "Tune the encoder on the open taxonomies and on jobs of our own, then on records that were read, print what "
        "it does on occupations that it did not see, before and after, and write search/reference/encoder.npz. The "
        "same every time on the same kind of processor."
    )
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds taxonomy/ and uk/")
        parser.add_argument("--output", type=Path, default=CHANGES_FILE, help="write the changes here")
        parser.add_argument(
            "--members",
            type=Path,
            metavar="FILE",
            help="keep the mean of the members here (.npz, 43 MB); where it is there already, no member is trained",
        )
        parser.add_argument("--rank", type=int, default=RANK, help="of the products that are written")
        parser.add_argument("--compare", nargs="*", metavar="VARIANT", help="write nothing: train the variants instead")
        for one in fields(Recipe):
            own = " and ".join(dict.fromkeys(str(getattr(member, one.name)) for member in MEMBERS))
            parser.add_argument(f"--{one.name}", type=type(one.default), help=f"for every member, instead of {own}")

    def handle(self, *, folder: Path, output: Path, rank: int, compare: list[str] | None, **options):
        from search.tuning.reading_stage import Stage, learn
        from search.tuning.training import matrices_of
        from search.tuning.trials import VARIANTS, held_out_figures, texts_to_learn

        for file in filter(None, (output, options["members"])):
            if file.is_dir() or not os.access(file.parent, os.W_OK):
                raise CommandError(f"{file} cannot be written: name a file in a folder that is there and open to you.")
        try:
            texts = texts_to_learn(folder)
        except (OSError, ValueError) as error:
            raise CommandError(f"What it learns from cannot be read: {error}") from error
        given = {one.name: options[one.name] for one in fields(Recipe) if options.get(one.name) is not None}
        members = [replace(member, **given) for member in MEMBERS]
        made_of = f"{members!r} {crc32(repr(texts).encode())}"
        mean = self._kept(options["members"], made_of)
        held_out = sum(one.is_held_out for one in texts.occupations)
        self.stdout.write(
            f"{len(texts.occupations) - held_out:,} occupations to learn from, {held_out:,} held out; "
            f"{len(texts.named):,} skills and cards, {len(texts.readings):,} records that were read"
        )
        published = held_out_figures(SentenceEncoder().load(), texts)
        self.stdout.write(_row("", list(published)) + "\n" + _row("", ["---"] * len(published)))
        self._tell("as published", published)
        if compare is not None:
            if unknown := set(compare) - set(VARIANTS):
                raise CommandError(f"No such variant: {', '.join(sorted(unknown))}. There are: {', '.join(VARIANTS)}.")
            for name in compare or VARIANTS:
                model = self._trained(name, texts, replace(members[0], **VARIANTS[name]))
                self._tell(f"{name}, {members[0].steps} steps", held_out_figures(model, texts))
            return
        model = SentenceEncoder().load()
        before = matrices_of(model)
        put(model, mean or self._mean_of_members(options["members"], members, texts, made_of))
        self._tell("the mean", held_out_figures(model, texts))
        stage = Stage(steps=options["steps"] or 0)
        with ProgressBar("Records that were read", 1) as bar:
            learn(model, texts.readings, stage, lambda done, of, _loss: bar.update(done, of))
        with written_whole(output, binary=True) as file:
            np.savez_compressed(file, **low_rank(before, matrices_of(model), rank))
        shipped = SentenceEncoder().load()
        apply(shipped, output)
        self._tell(f"after the records, rank {rank}", held_out_figures(shipped, texts))
        self.stdout.write(f"{output.name}: {output.stat().st_size / 1e6:.1f} MB. Now build_statistics FOLDER.")

    def _kept(self, file: Path | None, made_of: str) -> dict[str, np.ndarray] | None:
        if not file or not file.exists():
            return None
        try:
            mean = kept_mean(file, made_of)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The members are taken from {file}; none is trained.")
        return mean

    def _mean_of_members(self, file: Path | None, members, texts, made_of: str) -> dict[str, np.ndarray]:
        from search.tuning.training import matrices_of
        from search.tuning.trials import held_out_figures

        afters = []
        for number, member in enumerate(members, 1):
            model = self._trained(f"Member {number} of {len(members)}", texts, member)
            afters.append(matrices_of(model))
            self._tell(f"member {number}", held_out_figures(model, texts))
        mean = mean_of(afters)
        if file:
            keep_mean(file, mean, made_of)
        return mean

    def _trained(self, name, texts, recipe):
        from search.tuning.trials import trained

        started = time.monotonic()
        with ProgressBar(name, recipe.steps) as bar:
            found = trained(texts, recipe, lambda done, _of, _loss: bar.update(done, recipe.steps))
        self.stderr.write(f"{recipe.steps:,} steps in {time.monotonic() - started:.0f} s")
        return found

    def _tell(self, name: str, found: dict[str, float]) -> None:
        self.stdout.write(_row(name, [f"{value:.3f}" for value in found.values()]))
        self.stdout.flush()


def _row(name: str, cells: list[str]) -> str:
    return f"| {name or ' '} | " + " | ".join(cells) + " |"
