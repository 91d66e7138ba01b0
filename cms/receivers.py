"""Where the pages are searched on the cluster, whatever an editor changes is read again there."""

from django.db.models.signals import post_delete, post_save
from modelsearch.index import get_indexed_models
from wagtail.models import Page
from wagtail.signals import post_page_move

from cms.page_changes import queue_change
from cms.page_search import is_on_cluster


def queue(sender, instance, raw=False, **kwargs):
    if not raw and is_on_cluster():
        queue_change(instance)


def queue_moved(sender, instance, **kwargs):
    """A page knows its path, and those below it theirs."""
    if is_on_cluster():
        for page in Page.objects.descendant_of(instance, inclusive=True):
            queue_change(page)


def connect() -> None:
    for model in get_indexed_models():
        for signal in (post_save, post_delete):
            signal.connect(queue, sender=model, dispatch_uid=f"page_search:{model._meta.label_lower}")
    post_page_move.connect(queue_moved, dispatch_uid="page_search:moved")
