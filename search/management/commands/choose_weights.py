from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.embeddings import Embedder
from search.evaluation.names import CENTRE, WORDS, choices, own_names
from search.evaluation.ranking import cross_employer_set, judged_set
from search.evaluation.weights import (
    choose,
    occupation_measure,
    other_employer_measure,
    read_measure,
    read_pairs,
)
from search.matching import PARTS, WEIGHTS
from search.phrases import FilePhrases
from search.tuning.texts import read_texts


class Command(BaseCommand):
    help = "Search the weights of the score by cross-validation, and print what each part of it is worth."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds matching/, adverts/, taxonomy/ and uk/")

    def handle(self, *, folder: Path, **options):
        try:
            self.occupations = read_texts(folder).occupations
        except (OSError, ValueError) as error:
            raise CommandError(f"The occupations cannot be read: {error}") from error
        matching, adverts = folder / "matching", folder / "adverts"
        people, vacancies = matching / "candidates_dev.jsonl.gz", adverts / "us_federal_requirements_dev.jsonl.gz"
        found = adverts / "dwp_adverts_dev.jsonl.gz"
        embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
        uk = read_pairs(judged_set("UK", people, found, matching / "qrels_dev_dwp.csv.gz"), embedder)
        us = read_pairs(judged_set("US", people, vacancies, matching / "qrels_dev_us.csv.gz"), embedder)
        read = judged_set("read", people, found, matching / "qrels_dev_dwp_read.csv.gz")
        others = cross_employer_set(vacancies, matching / "queries_dev_us_cross_employer.jsonl.gz")
        measures = [
            occupation_measure("UK", uk),
            read_measure(uk, read),
            occupation_measure("US", us),
            other_employer_measure(read_pairs(others, embedder)),
        ]
        with ProgressBar("Trying weights", 1) as bar:
            choice = choose(measures, bar.update)
        self.stdout.write(
            "chosen on all: "
            + ", ".join(f"{part} {weight:g}" for part, weight in zip(PARTS, choice.weights, strict=True))
            + "; shipped: "
            + ", ".join(f"{part} {weight:g}" for part, weight in zip(PARTS, WEIGHTS, strict=True))
        )
        table = {"chosen on other folds": choice.held_out, "chosen on all": choice.figures}
        table |= {f"without {part}": figures for part, figures in choice.without.items()}
        names = list(choice.figures)
        self.stdout.write("| | " + " | ".join(names) + " |\n" + "|---" * (len(names) + 1) + "|")
        for name, figures in table.items():
            self.stdout.write(f"| {name} | " + " | ".join(f"{figures[one]:.3f}" for one in names) + " |")
        self._names(embedder)

    def _names(self, embedder: Embedder) -> None:
        """What words in common and the middle of a thing's names are worth where one name looks for the others."""
        found = [choices(own_names(self.occupations, source), embedder) for source in ("esco", "onet")]
        self.stdout.write(f"\nnames, shipped: words {WORDS:g}, middle {CENTRE:g}")
        self.stdout.write("| words | middle | ESCO | O\\*NET |\n|---|---|---|---|")
        for (words, centre), esco in found[0].items():
            onet = found[1][words, centre]
            figures = " | ".join(f"{one['success@10']:.3f} / {one['MRR']:.3f}" for one in (esco, onet))
            self.stdout.write(f"| {words:g} | {centre:g} | {figures} |")
