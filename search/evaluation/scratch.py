"""A site that is made for a measurement and removed after it: its own database, index and phrases."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings as site
from django.db import connection
from django.test.utils import override_settings

from search.engines import get_engine
from search.errors import SearchError


@contextmanager
def scratch_site(engine: str, **settings: object) -> Iterator[Path]:
    """On the database server and the cluster that the settings name, beside whatever is there.

    Yields the folder that holds its files.
    """
    name = f"throughgate_scratch_{os.getpid()}"
    own = connection.settings_dict
    before, test_before = own["NAME"], own.get("TEST", {}).get("NAME")
    with tempfile.TemporaryDirectory(prefix="throughgate-") as folder:
        paths = {"SEARCH_INDEX_DIR": Path(folder) / "index", "PHRASES_DIR": Path(folder) / "phrases"}
        prefix = f"scratch-{os.getpid()}"
        own["TEST"]["NAME"] = str(Path(folder) / "site.sqlite3") if connection.vendor == "sqlite" else name
        with override_settings(SEARCH_ENGINE=engine, ELASTICSEARCH_PREFIX=prefix, **paths, **settings):
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                yield Path(folder)
            finally:
                with contextlib.suppress(SearchError):
                    get_engine().remove()
                connection.creation.destroy_test_db(before, verbosity=0)
                own["TEST"]["NAME"] = test_before


def site_environment() -> dict[str, str]:
    """What leads another process to the scratch database and index that this one has made."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{own['NAME']}"
    else:
        password = f":{own['PASSWORD']}" if own["PASSWORD"] else ""
        database = (
            f"postgres://{own['USER']}{password}@{own['HOST'] or '127.0.0.1'}:{own['PORT'] or 5432}/{own['NAME']}"
        )
    names = ("SEARCH_ENGINE", "SEARCH_INDEX_DIR", "PHRASES_DIR", "ELASTICSEARCH_PREFIX", "CELERY_BROKER_URL")
    return {
        **os.environ,
        **{name: str(getattr(site, name)) for name in names},
        "DATABASE_URL": database,
        "ELASTICSEARCH_URLS": ",".join(site.ELASTICSEARCH_URLS),
    }
