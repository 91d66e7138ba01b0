"""Doors from the queue. Each may run twice and beside itself, and costs little where there is nothing to do."""

from celery import shared_task
from django.conf import settings

LIFETIME = 300  # seconds; after that the sweep has done it


@shared_task(expires=LIFETIME)
def index_pages() -> None:
    """A page has changed; or, from the clock, one may have while the cluster was away."""
    from cms.page_changes import take_changes, take_changes_in_page

    take_changes_in_page() if settings.CELERY_TASK_ALWAYS_EAGER else take_changes()
