from django.core.management.base import CommandError

from accounts.outcodes import known_outcodes
from employers.models import Employer
from jobs.import_command import ImportCommand
from jobs.imports import RequirementLine, import_jobs
from jobs.rows import FileProblems, JobRow, read_jobs
from search.adverts import parse_advert
from search.errors import EncoderUnavailable
from search.on_files import as_rows, requirements_of_advert, requirements_of_statements


class Command(ImportCommand):
    help = (
        "Reads jobs from a JSON Lines file, .gz or not, and finds the requirement lines of each advert. Every row is "
        "checked before the first is written; running it again changes nothing. New jobs are drafts."
    )

    what = "Jobs"
    refusals = (FileProblems, EncoderUnavailable)

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--employer", metavar="SLUG", help="whose jobs these are; without it each row names its own employer"
        )
        parser.add_argument("--publish", action="store_true", help="publish new jobs; needs an accepted pledge")

    def handle(self, *args, file, employer, publish, **options):
        owner = Employer.objects.filter(slug=employer).first() if employer else None
        if employer and owner is None:
            names = ", ".join(Employer.objects.values_list("slug", flat=True)) or "there is none yet"
            raise CommandError(f'There is no employer "{employer}". Employers here: {names}.')
        self.import_rows(
            lambda: read_jobs(file, known_outcodes()),
            lambda rows, advance: import_jobs(
                rows, employer=owner, parse=requirement_lines, publish=publish, advance=advance
            ),
        )
        if self.summary.added and not publish:
            self.stdout.write("New jobs are drafts: the employer sees the lines, corrects them and publishes.")


def requirement_lines(row: JobRow) -> list[RequirementLine]:
    """The row's statements as they stand, or what the parser finds in its advert, as `match` reads them."""
    if row.statements:
        found = requirements_of_statements(row.statements)
    else:
        found = requirements_of_advert(parse_advert(row.text, title=row.title))
    return as_rows(found)
