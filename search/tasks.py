"""Doors from the queue. Each may run twice and beside itself, and costs little where there is nothing to do."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

LIFETIME = 300  # seconds; after that the sweep has done it


@shared_task(expires=LIFETIME)
def drain_index() -> None:
    """Something has been queued."""
    from search.outbox import A_TURN, LONGEST_WAIT, outage
    from search.rebuilding import bring_up_to_date

    if settings.CELERY_TASK_ALWAYS_EAGER:
        bring_up_to_date(wait=LONGEST_WAIT, is_in_page=True)
    elif not outage.is_too_fresh:
        bring_up_to_date(wait=0, turn=A_TURN)


@shared_task
def sweep_index() -> None:
    """Whatever a crash or an outage has left on the outbox, and of requests for vectors."""
    from search.outbox import A_TURN
    from search.rebuilding import bring_up_to_date
    from search.worker_encoder import forget_old_requests

    forget_old_requests()
    bring_up_to_date(wait=0, turn=A_TURN)


@shared_task
def embed_phrases(request_id: int) -> None:
    """A process that does not load the model waits for these."""
    from search.worker_encoder import answer

    answer(request_id)


@shared_task
def tidy_index() -> None:
    """Every night: cards that ran out, and changes that are long done."""
    from search.outbox import queue_expired, remove_done

    queue_expired(timezone.localdate())
    remove_done()
