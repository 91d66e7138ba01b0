from django.core.management.commands import check

from search.checks import TAG, asking_the_engine


class Command(check.Command):
    """Django's own; where search is asked after, or the site before it goes into service, the engine is asked too."""

    def handle(self, *app_labels, **options):
        tags = options["tags"]
        if not (TAG in tags if tags else options["deploy"]):
            return super().handle(*app_labels, **options)
        with asking_the_engine():
            return super().handle(*app_labels, **options)
