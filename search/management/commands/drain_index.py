from django.core.management.base import BaseCommand

from search.indexing import drain
from search.models import IndexChange


class Command(BaseCommand):
    help = "Bring the search index up to the outbox: what a crash left behind. Safe to run at any time, and twice."

    def handle(self, **options):
        taken = drain()
        waiting, parked = IndexChange.objects.waiting().count(), IndexChange.objects.parked().count()
        self.stdout.write(f"{taken:,} changes taken, {waiting:,} waiting, {parked:,} parked with an error")
