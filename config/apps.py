from django.apps import AppConfig


class ThroughgateConfig(AppConfig):
    """The site as a whole: no tables, only what is checked before it goes into service."""

    name = "config"
    label = "throughgate"

    def ready(self):
        from config import checks  # noqa: F401
