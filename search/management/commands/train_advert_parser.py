from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.adverts.classifying import WEIGHTS_FILE
from search.adverts.invented import invented_adverts
from search.adverts.parsing import default_embedder
from search.adverts.training import FOLDS, examples, train
from search.evaluation.adverts import parser_scores, read_pieces, texts_by_id
from search.evaluation.ranking import rows


class Command(BaseCommand):
    help = "Train the advert parser on adverts read piece by piece, and print its cross-validated figures."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds adverts/")

    def handle(self, *, folder: Path, **options):
        try:
            adverts = rows(folder / "adverts" / "dwp_adverts_dev.jsonl.gz")
            pieces = rows(folder / "adverts" / "advert_pieces_dev.csv.gz")
        except OSError as error:
            raise CommandError(f"The adverts cannot be read: {error}") from error
        embedder = default_embedder()
        with ProgressBar("Embedding pieces", 0) as bar:
            made = examples(texts_by_id(adverts), read_pieces(pieces), embedder, bar.update)
            invented = examples(*invented_adverts(), embedder, bar.update)
        with ProgressBar("Cross-validating", FOLDS) as bar:
            figures = parser_scores(adverts, pieces, embedder, bar.update, made=made, invented=invented)
        for method, scores in figures.items():
            self.stdout.write(f"{method}: " + ", ".join(f"{name} {value:.3f}" for name, value in scores.items()))
        train(made, invented).save(WEIGHTS_FILE)
        self.stdout.write(f"{WEIGHTS_FILE.name} written")
