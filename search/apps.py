import threading

from django.apps import AppConfig
from django.conf import settings


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from search import checks, receivers  # noqa: F401

        if settings.WARM_ENCODER:
            from search.embeddings import raw_encoder

            threading.Thread(target=raw_encoder().load, name="warm-encoder", daemon=True).start()
