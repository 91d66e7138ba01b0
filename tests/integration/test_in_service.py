"""A site in service, in processes of its own: a worker of Celery's on Redis, pages on PostgreSQL."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from django.conf import settings
from django.db import connection

import dev
from search.embeddings import DIMENSIONS
from search.engines import get_engine
from search.engines.base import Query
from search.models import IndexChange
from search.rebuilding import rebuild
from tests.databases import url_of
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONGEST = 120  # seconds for a worker to start, load the encoder and do its work on a machine that does much else

SAVE = """
import sys
import django; django.setup()
from accounts.models import User
from jobs.imports import RequirementLine
from jobs.models import Job
from jobs.services import replace_requirements

job = Job.objects.get(pk=sys.argv[1])
replace_requirements(job=job, lines=[RequirementLine("Repair saxophones")], by=User.objects.get(pk=sys.argv[2]))
assert "torch" not in sys.modules, "the process that saves has loaded the encoder's library"
"""


@pytest.fixture
def in_service():
    """The environment of the site's own programs, on the database and the indices of this test."""
    database = connection.settings_dict
    return dev.environment(
        DJANGO_SETTINGS_MODULE="config.settings.production",
        THROUGHGATE_ENV_FILE=os.devnull,
        SECRET_KEY="q7" + "mnbvcxzlkjhgfdsapoiuytrewq" * 2,
        ALLOWED_HOSTS="throughgate.example",
        BASE_URL="https://throughgate.example",
        DATABASE_URL=url_of(database, database["NAME"]),
        THROUGHGATE_VAR=str(settings.VAR_DIR),
        PHRASES_DIR=str(settings.PHRASES_DIR),
        SEARCH_INDEX_DIR=str(settings.SEARCH_INDEX_DIR),
        ELASTICSEARCH_PREFIX=settings.ELASTICSEARCH_PREFIX,
        ELASTICSEARCH_TIMEOUT=str(settings.ELASTICSEARCH_TIMEOUT),
    )


@contextmanager
def worker(environment, log):
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    with log.open("w") as output:
        child = subprocess.Popen(command, cwd=dev.ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield child
        finally:
            dev.stop_child(child)


def until(is_so, child, log):
    ends_at = time.monotonic() + LONGEST
    while not is_so():
        assert child.poll() is None, log.read_text()
        assert time.monotonic() < ends_at, log.read_text()
        time.sleep(0.2)


def found(word):
    query = Query("job", np.zeros(DIMENSIONS, np.float32), words=(word,))
    return list(get_engine().search(query, limit=1).ids)


def test_what_one_process_saves_a_worker_makes_searchable(broker, in_service, monkeypatch, tmp_path):
    monkeypatch.setattr("search.tasks.drain_index.delay", lambda: None)  # here; the processes below have their own
    other = JobFactory(title="Cook")
    job = JobFactory(title="Repairer")
    rebuild()
    assert found("saxophone") != [str(job.pk)]
    command = [sys.executable, "-c", SAVE, str(job.pk), str(UserFactory().pk)]
    subprocess.run(command, cwd=dev.ROOT, env=in_service, check=True)
    assert broker.llen("celery") == 1
    assert IndexChange.objects.waiting().exists()
    log = tmp_path / "worker.log"
    with worker(in_service, log) as child:
        until(lambda: not IndexChange.objects.waiting().exists(), child, log)
        assert found("saxophones") == [str(job.pk)]
    assert broker.llen("celery") == 0
    assert get_engine().ids("job") == {str(other.pk), str(job.pk)}
    assert "drain_index" in log.read_text()
    assert "saxophone" not in log.read_text()


SHOW = """
import io, sys
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.core.wsgi import get_wsgi_application
from django.db import connection

application = get_wsgi_application()

def show(path):
    said = []
    asked = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(),
        "HTTP_HOST": "throughgate.example", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http",
    }
    answer = application(asked, lambda status, headers: said.append(status))
    b"".join(answer)
    answer.close()
    return said[0]

for line in sys.stdin:
    print(show(line.strip()), connection.connection and connection.connection.info.backend_pid, flush=True)
"""


def test_a_page_is_shown_after_the_database_has_dropped_every_connection(in_service, settings):
    command = [sys.executable, "-c", SHOW]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, cwd=dev.ROOT, env=in_service, **pipes) as site:

        def ask(path):
            site.stdin.write(f"{path}\n")
            status, _separator, server_process = site.stdout.readline().strip().rpartition(" ")
            return status, int(server_process)

        first, again = ask("/jobs/"), ask("/jobs/")
        assert first == again  # by the same connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first[1]])
        after = ask("/jobs/")
        site.stdin.close()
    assert (first[0], after[0]) == ("200 OK", "200 OK")
    assert after[1] != first[1]
