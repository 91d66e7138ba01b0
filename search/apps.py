import threading

from celery.signals import worker_process_init
from django.apps import AppConfig
from django.conf import settings


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from search import checks, receivers  # noqa: F401

        if settings.ENCODER == "workers":
            worker_process_init.connect(warm_encoder)
        elif settings.WARM_ENCODER:
            warm_encoder()


def warm_encoder(**_of_the_signal) -> None:
    """Load the model beside what else this process does: a worker that waited for it would be taken for dead."""
    from search.embeddings import tuned_encoder

    threading.Thread(target=tuned_encoder().load, name="warm-encoder", daemon=True).start()
