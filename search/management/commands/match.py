import json
import sys
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.outcodes import known_outcodes
from candidates.rows import read_candidates
from jobs.progress import ProgressBar
from jobs.rows import FileProblems, counted, parse_day, read_jobs
from search.embeddings import Embedder
from search.errors import SearchError
from search.on_files import (
    FileRanking,
    as_json,
    rank_files,
    read_candidate_documents,
    read_job_documents,
    rules_for_files,
)
from search.outputs import written_whole
from search.phrases import FilePhrases
from search.tables import ranking_table


class Command(BaseCommand):
    help = "Rank candidates for jobs, or jobs for candidates, from files of JSON Lines. Nothing goes into the database."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("--jobs", type=Path, required=True, help="JSON Lines, .gz or not")
        parser.add_argument("--candidates", type=Path, required=True, help="JSON Lines, .gz or not")
        parser.add_argument("--for", dest="ranked_for", choices=("jobs", "candidates"), required=True)
        parser.add_argument("--top", type=int, default=10, help="how many results a query; 0 for all (10)")
        parser.add_argument("--output", type=Path, help="write JSON Lines here instead of a table")
        parser.add_argument("--on", help="a date: switches the rules of time on")
        parser.add_argument("--within", type=float, help="miles: switches the rule of place on")

    def handle(self, *, jobs: Path, candidates: Path, ranked_for: str, top: int, output: Path | None, **options):
        on, within = _day(options["on"]), options["within"]
        if top < 0:
            raise CommandError("--top must be 0 (all) or more.")
        if within is not None and not within >= 0:
            raise CommandError("--within must be a number of miles, 0 or more.")
        job_rows, candidate_rows = _checked(jobs, candidates)
        embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
        try:
            with ProgressBar("Reading the jobs", len(job_rows)) as rows, ProgressBar("New phrases", 0) as phrases:
                job_documents = read_job_documents(job_rows, embedder, rows.update, phrases.update)
                candidate_documents = read_candidate_documents(candidate_rows, embedder, on, phrases.update)
            rankings = rank_files(
                job_documents,
                candidate_documents,
                embedder,
                for_jobs=ranked_for == "jobs",
                top=top,
                rules=rules_for_files(on, within),
                on=on,
            )
            queries = len(job_rows if ranked_for == "jobs" else candidate_rows)
            with ProgressBar("Ranking", queries) as bar:
                self._write(rankings, output, bar)
        except (SearchError, OSError) as error:
            raise CommandError(str(error)) from error

    def _write(self, rankings, output: Path | None, bar: ProgressBar) -> None:
        if output is None:
            for ranking in rankings:
                self.stdout.write(ranking_table(ranking))
                bar.advance()
            return
        with written_whole(output) as file:
            for ranking in rankings:
                file.write(_line(ranking))
                bar.advance()


def _line(ranking: FileRanking) -> str:
    return json.dumps(as_json(ranking), ensure_ascii=False) + "\n"


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise CommandError(f'--on "{text}" is not a date. Write it as 2026-10-24.')
    return day


def _checked(jobs: Path, candidates: Path):
    """The rows of both files; every problem of both is said before anything is done."""
    rows, problems = [], []
    outcodes = known_outcodes()
    for path, read in ((jobs, read_jobs), (candidates, read_candidates)):
        try:
            rows.append(read(path, outcodes))
        except FileProblems as error:
            problems += [f"{path}: {line}" for line in str(error).splitlines()]
    if problems:
        for problem in problems[:200]:
            print(problem, file=sys.stderr)
        raise CommandError(f"{counted(len(problems))}; nothing was ranked.")
    return rows
