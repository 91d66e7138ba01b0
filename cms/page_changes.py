"""What the cluster's page index has yet to read: written with the change, taken by a worker while the cluster is up.

Publishing a page never waits for the cluster, and never fails because of it.
"""

from __future__ import annotations

import logging
import threading

from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_instance
from wagtail.search.backends import get_search_backend

from cms.models import PageChange
from cms.page_search import WRITING, PageSearchBackend, is_on_cluster
from search.engines.patience import patience
from search.errors import IndexMissing, SearchUnavailable
from search.locks import one_at_a_time

logger = logging.getLogger(__name__)

BATCH = 100
PAGE_SECONDS = 1.0  # that somebody who saves a page waits, where there is no worker to do it

_unsent = threading.local()


def queue_change(instance: Model) -> None:
    """Have the cluster read this page, picture or document again, or forget it."""
    root = get_model_root(type(instance))
    PageChange.objects.create(model=root._meta.label_lower, object_id=instance.pk)
    _unsent.any = True
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    """One message for all that a transaction has queued."""
    from cms.tasks import index_pages

    if getattr(_unsent, "any", False):
        _unsent.any = False
        index_pages.delay()


def take_changes_in_page() -> int:
    """The same while somebody waits: a missing index is left to manage.py update_index."""
    try:
        with patience(PAGE_SECONDS):
            return _take_all()
    except SearchUnavailable as error:
        logger.warning("The page search is behind: %s", error)
        return 0


def take_changes() -> int:
    """Bring the cluster's page index up to date; a missing one is made anew. Returns how many changes were taken.

    Stops quietly while the cluster cannot work: the changes wait for the next run.
    """
    try:
        try:
            if is_on_cluster():
                get_search_backend().require_indices()  # though nothing waits: nobody else would notice
            return _take_all()
        except IndexMissing:
            logger.warning("There is no page index: making it from the database")
            call_command("update_index", backend_name="default", verbosity=0)
            return _take_all()
    except SearchUnavailable as error:
        logger.warning("The page search is behind: %s", error)
        return 0


def _take_all() -> int:
    if not is_on_cluster():
        return 0
    backend, taken = get_search_backend(), 0
    with one_at_a_time(WRITING) as is_ours:  # or whoever has it takes these too, or the next sweep
        while is_ours and (changes := list(PageChange.objects.order_by("pk")[:BATCH])):
            _take(backend, changes)
            PageChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
            taken += len(changes)
    return taken


def _take(backend: PageSearchBackend, changes: list[PageChange]) -> None:
    ids: dict[type[Model], set[int]] = {}
    for change in changes:
        ids.setdefault(apps.get_model(change.model), set()).add(change.object_id)
    present = [
        indexed
        for model, pks in ids.items()
        for instance in model._default_manager.filter(pk__in=pks)
        if (indexed := get_indexed_instance(instance))
    ]
    there = {(get_model_root(type(item)), item.pk) for item in present}
    gone = {(model, pk) for model, pks in ids.items() for pk in pks} - there
    backend.write(present, gone)
