from celery import shared_task


@shared_task
def drain_index() -> None:
    from search.indexing import drain

    drain()
