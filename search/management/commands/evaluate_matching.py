import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.embeddings import RAW_MODEL_NAME, Embedder, raw_encoder
from search.evaluation import explanations, names
from search.evaluation.own_adverts import own_scores
from search.evaluation.ranking import (
    BM25,
    MINILM,
    OURS,
    JudgedSet,
    Scores,
    both_ways,
    cross_employer_map,
    cross_employer_set,
    judged_set,
    our_scores,
    peer_scores,
    read_figures,
    rows,
    titles_hidden,
)
from search.evaluation.reliability import JudgedPairs, picture, word_figures
from search.fits import shipped_limits
from search.phrases import FilePhrases
from search.tuning.readings import load_readings, split

SHIPPED = Path(__file__).resolve().parent.parent.parent / "evaluation" / "data"


class Command(BaseCommand):
    help = "Measure the ranking, the parser and the bands beside their peers, on the open sets or on a folder of all."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, nargs="?", help="a folder with matching/ and adverts/; none: the open sets"
        )
        parser.add_argument("--no-names", dest="names", action="store_false", help="leave out benchmarks/, if there")
        parser.add_argument("--json", type=Path, help="write the figures here too")
        parser.add_argument("--pictures", type=Path, help="a folder to write the pictures into (with a folder of all)")

    def handle(self, *, folder: Path | None, **options):
        if folder and not (folder / "matching").is_dir():
            raise CommandError(f"{folder} has no folder matching/. Name the folder that holds matching/ and adverts/.")
        for path in filter(None, (options["pictures"], options["json"] and options["json"].parent)):
            if not path.is_dir():
                raise CommandError(f"There is no folder {path}. Make it first: the figures would be lost.")
        store = FilePhrases(settings.VAR_DIR / "phrases.sqlite3")
        self.pictures: Path | None = options["pictures"]
        self.embedder, self.peer = Embedder(store), Embedder(store, raw_encoder(), RAW_MODEL_NAME)
        self.figures: dict[str, dict[str, dict[str, float]]] = {}
        matching, adverts = (folder / "matching", folder / "adverts") if folder else (SHIPPED, SHIPPED)
        people, vacancies = matching / "candidates_dev.jsonl.gz", adverts / "us_federal_requirements_dev.jsonl.gz"
        has_names = folder and options["names"] and (folder / "benchmarks").is_dir()
        with ProgressBar("Evaluating", (8 if folder else 4) + 4 * bool(has_names)) as bar:
            self.bar = bar
            if folder:
                found = adverts / "dwp_adverts_dev.jsonl.gz"
                dwp = judged_set("UK adverts (DWP)", people, found, matching / "qrels_dev_dwp.csv.gz")
                read = judged_set("Read pairs", people, found, matching / "qrels_dev_dwp_read.csv.gz")
                self._words(read, self._ranked(dwp, read))
                self._ranked(titles_hidden(dwp), titles_hidden(read))
            us = judged_set("US vacancies", people, vacancies, matching / "qrels_dev_us.csv.gz")
            self._ranked(us)
            self._ranked(titles_hidden(us))
            self._cross_employer(cross_employer_set(vacancies, matching / "queries_dev_us_cross_employer.jsonl.gz"))
            self.figures["Advert parser, 120 adverts of our own that it never saw"] = own_scores(self.embedder)
            bar.advance()
            if folder:
                self._parser(adverts)
                self._bands(matching, found)
            if has_names:
                self._names(folder / "benchmarks", folder / "taxonomy")
        self._print()
        if options["json"]:
            options["json"].write_text(json.dumps(self.figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def _embedding(self, done: int, total: int) -> None:
        """New phrases are what takes long on the first run: how far, every few thousand."""
        if done == total or done % 2048 == 0:
            self.stderr.write(f"  new phrases: {done:,} of {total:,}")

    def _ranked(self, judged: JudgedSet, read: JudgedSet | None = None) -> Scores:
        ours, _jobs = our_scores(judged, self.embedder, self._embedding)
        methods = peer_scores(judged, self.peer) | {OURS: (ours, ours)}
        self.figures[judged.name] = {name: both_ways(judged, *scores) for name, scores in methods.items()}
        if read:
            self.figures[read.name] = {name: read_figures(read, scores[0]) for name, scores in methods.items()}
        self.bar.advance()
        return ours

    def _words(self, read: JudgedSet, ours: Scores) -> None:
        pairs = JudgedPairs.of(read, ours)
        self.figures["Words for a match (limits cross-validated by candidate)"] = word_figures(pairs)
        if self.pictures:
            drawn = picture(pairs, shipped_limits())
            (self.pictures / "reliability.svg").write_text(drawn, encoding="utf-8")

    def _cross_employer(self, judged: JudgedSet) -> None:
        ours, _jobs = our_scores(judged, self.embedder, self._embedding)
        methods = peer_scores(judged, self.peer) | {OURS: (ours, ours)}
        self.figures[judged.name] = {name: cross_employer_map(judged, scores[0]) for name, scores in methods.items()}
        self.bar.advance()

    def _parser(self, adverts: Path) -> None:
        from search.evaluation.adverts import credential_scores, parser_scores

        texts = rows(adverts / "dwp_adverts_dev.jsonl.gz")
        self.figures["Advert parser (cross-validated by advert)"] = parser_scores(
            texts, rows(adverts / "advert_pieces_dev.csv.gz"), self.embedder
        )
        self.figures["Credentials in adverts"] = credential_scores(
            texts, rows(adverts / "advert_credentials_dev.csv.gz")
        )
        self.bar.advance()

    def _bands(self, matching: Path, adverts: Path) -> None:
        texts = {row["id"]: row for row in rows(adverts)}
        read = rows(matching / "explanations_dev.jsonl.gz")
        _learned, held_out = split(load_readings())
        own = explanations.own_pairs(held_out, self.embedder)
        ours = explanations.scores(explanations.read_pairs(read, texts, self.embedder), own)
        plain = explanations.cosine_scores(explanations.read_pairs(read, texts, self.peer))
        self.figures["Bands of reasons"] = plain | ours
        self.bar.advance()

    def _names(self, benchmarks: Path, taxonomy: Path) -> None:
        for one in (
            names.melo(benchmarks),
            names.job_titles(benchmarks, taxonomy),
            names.skills_in_sentences(benchmarks, "house"),
            names.skills_in_sentences(benchmarks, "tech"),
        ):
            methods = names.scorers(one, self.embedder, self.peer, (BM25, MINILM, OURS))
            self.figures[one.name] = {method: names.measured(one, score) for method, score in methods.items()}
            self.bar.advance()

    def _print(self) -> None:
        for name, methods in self.figures.items():
            columns = list(next(iter(methods.values())))
            width = max(len(method) for method in methods)
            self.stdout.write(f"\n{name}\n  {'':{width}}  " + "  ".join(f"{column:>12}" for column in columns))
            for method, figures in methods.items():
                self.stdout.write(
                    f"  {method:{width}}  "
                    + "  ".join(f"{figures[column]:>{max(12, len(column))}.3f}" for column in columns)
                )
