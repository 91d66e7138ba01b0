"""Other processes of the site on the database and the folders of a test, on one machine and with services."""

import json
import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

import dev
from tests.databases import url_of


def environment(**more):
    """What leads a process to the database, index and phrases that this test uses."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite" else url_of(database, database["NAME"])
    names = ("SEARCH_ENGINE", "ELASTICSEARCH_PREFIX", "ELASTICSEARCH_TIMEOUT", "SEARCH_INDEX_DIR", "PHRASES_DIR")
    return dev.environment(
        DJANGO_SETTINGS_MODULE="config.settings.local",
        THROUGHGATE_ENV_FILE=os.devnull,
        THROUGHGATE_VAR=str(settings.VAR_DIR),
        DATABASE_URL=url,
        **{name: str(getattr(settings, name)) for name in names},
        **more,
    )


def run(program, env, *arguments):
    """The last line that a Python program printed, as JSON, and what it logged."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr
