from django.core.management.base import BaseCommand
from django.utils import timezone

from search.models import IndexChange
from search.outbox import LONGEST_WAIT, queue_expired, remove_done
from search.rebuilding import bring_up_to_date


class Command(BaseCommand):
    help = (
        "Bring the search index up to the outbox, what a crash left behind, and to the cards that ran out this week. "
        "Run it every night where no beat runs; it is safe at any time, and twice."
    )

    def handle(self, **options):
        queue_expired(timezone.localdate())
        taken = bring_up_to_date(wait=LONGEST_WAIT)
        remove_done()
        waiting, parked = IndexChange.objects.waiting().count(), IndexChange.objects.parked().count()
        self.stdout.write(f"{taken:,} changes taken, {waiting:,} waiting, {parked:,} parked with an error")
