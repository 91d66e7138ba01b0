from django.core.management.base import CommandError

from accounts.models import Agency
from accounts.outcodes import known_outcodes
from candidates.imports import import_candidates
from candidates.rows import read_candidates
from jobs.credentials import held_credentials
from jobs.import_command import ImportCommand


class Command(ImportCommand):
    help = (
        "Reads candidates from a JSON Lines file, .gz or not. Every row is checked before the first is written; "
        "running it again changes nothing. Evidence is added, never taken away."
    )
    what = "Candidates"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, metavar="NAME", help="the agency that works with these people")

    def handle(self, *args, file, agency, **options):
        owner = Agency.objects.filter(name__iexact=agency).first()
        if owner is None:
            names = ", ".join(Agency.objects.values_list("name", flat=True)) or "there is none yet"
            raise CommandError(f'There is no agency "{agency}". Agencies here: {names}.')
        self.import_rows(
            lambda: read_candidates(file, known_outcodes()),
            lambda rows, advance: import_candidates(rows, agency=owner, held=held_credentials, advance=advance),
        )
        if self.summary.added:
            self.stdout.write("New candidates are shown to no employer until they say yes to that.")
