import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from search.embeddings import ask_workers  # noqa: E402 - Django is set up above
from search.engines import get_engine  # noqa: E402

ask_workers()
get_engine()  # loads its packages now, and not while the first page waits; nothing is asked of it
