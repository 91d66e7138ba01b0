from django.core.management.base import BaseCommand

from cms.services import load_pages


class Command(BaseCommand):
    help = "Make the front door and the guidance pages, in English and Welsh. A page that is there stays as it is."

    def handle(self, **options):
        made = load_pages()
        self.stdout.write(f"{len(made)} pages made." if made else "All pages are there.")
