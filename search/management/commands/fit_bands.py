import gzip
import json
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from search import fits
from search.bands import FILE
from search.embeddings import Embedder
from search.evaluation.explanations import fit, own_pairs, read_pairs, scores
from search.evaluation.ranking import judged_set, our_scores
from search.evaluation.reliability import JudgedPairs, choose_limits, word_figures
from search.phrases import FilePhrases
from search.tuning.readings import load_readings, split


class Command(BaseCommand):
    help = (
        "Fit the bands of reasons (clear, partial, none) and the words for a match (strong, some, not yet) to pairs "
        "that were read, and to our own records, and print the cross-validated figures."
    )
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds matching/ and adverts/")

    def handle(self, *, folder: Path, **options):
        adverts = {row["id"]: row for row in _rows(folder / "adverts" / "dwp_adverts_dev.jsonl.gz")}
        embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
        pairs = read_pairs(_rows(folder / "matching" / "explanations_dev.jsonl.gz"), adverts, embedder)
        _learned, held_out = split(load_readings())
        own = own_pairs(held_out, embedder)
        for name, figures in scores(pairs, own).items():
            self.stdout.write(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in figures.items()))
        model = fit(pairs, own)
        content = {"line": model.line.round(4).tolist(), "band": model.band.round(4).tolist()}
        FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{FILE.name} written")
        self._limits(folder, embedder)

    def _limits(self, folder: Path, embedder: Embedder) -> None:
        matching, adverts = folder / "matching", folder / "adverts" / "dwp_adverts_dev.jsonl.gz"
        people = matching / "candidates_dev.jsonl.gz"
        read = judged_set("Read pairs", people, adverts, matching / "qrels_dev_dwp_read.csv.gz")
        found, _jobs = our_scores(read, embedder)
        pairs = JudgedPairs.of(read, found)
        for word, figures in word_figures(pairs).items():
            self.stdout.write(
                f"{word}: {figures['pairs']:.0f} pairs, {figures['worth putting forward']:.3f} worth putting forward"
            )
        limits = choose_limits(pairs)
        fits.FILE.write_text(json.dumps(asdict(limits), indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{fits.FILE.name}: some from {limits.some:g}, strong from {limits.strong:g}")


def _rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
