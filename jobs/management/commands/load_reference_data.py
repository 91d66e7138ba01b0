from django.core.management.base import BaseCommand

from jobs.models import Job
from jobs.reference_data import load_reference_data, missing_files


class Command(BaseCommand):
    help = "Loads postcode districts, prisons, occupations, skills, codes and cards. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="load every file, changed or not")

    def handle(self, *args, again, verbosity, **options):
        for path in missing_files():
            self.stderr.write(f"Left out: there is no file {path}.")
        counts = load_reference_data(again=again)
        if not verbosity:
            return
        for name, count in counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count:,} rows")
        if counts and Job.objects.exists():
            self.stdout.write("Places and cards may have changed: run manage.py verify_index --repair.")
        if not counts:
            self.stdout.write("Reference data: nothing has changed.")
