import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from search.embeddings import ask_workers  # noqa: E402 - Django is set up above

ask_workers()
