from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.errors import SearchError
from search.indexing import rebuild


class Command(BaseCommand):
    help = "Make the search index anew from the database; the old one answers until the new one is whole."

    def handle(self, **options):
        try:
            with ProgressBar("Indexing", 0) as bar:
                count = rebuild(progress=bar.update)
        except SearchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count:,} documents in the index")
