from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.errors import SearchError
from search.rebuilding import rebuild


class Command(BaseCommand):
    help = (
        "Make the search index anew from the database; the old one answers until the new one is whole. "
        "Stopped and run again, it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from-start", action="store_true", help="do not go on with a rebuild that was cut short")

    def handle(self, *, from_start: bool, **options):
        try:
            with ProgressBar("Indexing", 0) as bar:
                count = rebuild(progress=bar.follow, from_start=from_start)
        except SearchError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The old index answers as before; run this again to go on.") from None
        self.stdout.write(f"{count:,} documents in the index")
