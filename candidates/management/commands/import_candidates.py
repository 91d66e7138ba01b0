import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Agency
from accounts.outcodes import known_outcodes
from candidates.imports import import_candidates
from candidates.rows import read_candidates
from jobs.credentials import held_credentials
from jobs.progress import ProgressBar
from jobs.rows import FileProblems


class Command(BaseCommand):
    help = (
        "Reads candidates from a JSON Lines file, .gz or not. Every row is checked before the first is written; "
        "running it again changes nothing. Evidence is added, never taken away."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, metavar="NAME", help="the agency that works with these people")

    summary = None
    is_written = False

    def committed(self):
        self.is_written = bool(self.summary.added or self.summary.updated)
        if self.is_written:
            self.stderr.write("Written. Bringing the index up to date.")

    def handle(self, *args, file, agency, **options):
        owner = Agency.objects.filter(name__iexact=agency).first()
        if owner is None:
            names = ", ".join(Agency.objects.values_list("name", flat=True)) or "there is none yet"
            raise CommandError(f'There is no agency "{agency}". Agencies here: {names}.')
        try:
            rows = read_candidates(file, known_outcodes())
            with transaction.atomic():
                transaction.on_commit(self.committed)  # the first to hear of it: the index follows and may take a while
                with ProgressBar("Candidates", len(rows)) as bar:
                    self.summary = import_candidates(rows, agency=owner, held=held_credentials, advance=bar.advance)
        except FileProblems as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped. " + ("All is written." if self.is_written else "Nothing was written."))
            sys.exit(130)
        for warning in self.summary.warnings:
            self.stderr.write(f"Warning: {warning}")
        self.stdout.write(f"Candidates: {self.summary}.")
        if self.summary.added:
            self.stdout.write("New candidates are shown to no employer until they say yes to that.")
