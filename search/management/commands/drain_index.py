from django.core.management.base import BaseCommand
from django.utils import timezone

from search.indexing import drain, queue_expired
from search.models import IndexChange


class Command(BaseCommand):
    help = (
        "Bring the search index up to the outbox, what a crash left behind, and to the cards that ran out this week. "
        "Run it every night; it is safe at any time, and twice."
    )

    def handle(self, **options):
        queue_expired(timezone.localdate())
        taken = drain()
        waiting, parked = IndexChange.objects.waiting().count(), IndexChange.objects.parked().count()
        self.stdout.write(f"{taken:,} changes taken, {waiting:,} waiting, {parked:,} parked with an error")
