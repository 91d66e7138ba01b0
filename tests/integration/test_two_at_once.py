"""Two people, or two runs of a command, who change the same thing at the same moment."""

import threading

import pytest
from django.db import connections, transaction

from candidates.imports import import_candidates
from candidates.models import Candidate
from candidates.rows import CandidateRow
from jobs.imports import import_jobs
from jobs.models import Job
from jobs.rows import JobRow
from jobs.services import create_job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.employers import EmployerFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

HEAD_START = 0.3  # seconds in which the second reaches the row that the first has not yet let go


@pytest.fixture(autouse=True)
def nothing_is_indexed(monkeypatch):
    """What is changed here need not be found: the outbox keeps it."""
    monkeypatch.setattr("search.tasks.drain_index.delay", lambda: None)


def both(first, second):
    """Run `second` while `first` has done its work and not yet committed; what `second` returned."""
    is_under_way, results = threading.Event(), []

    def follow():
        is_under_way.wait(10)
        try:
            results.append(second())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    follower = threading.Thread(target=follow)
    follower.start()
    with transaction.atomic():
        first()
        is_under_way.set()
        follower.join(HEAD_START)
        assert follower.is_alive()  # it waits
    follower.join(30)
    return results[0]


def test_two_jobs_of_one_title_get_an_address_each():
    by, employers = UserFactory(), [EmployerFactory(), EmployerFactory()]

    def post(employer):
        return create_job(employer=employer, facts={"title": "Night porter", "town": "Leeds"}, by=by)

    second = both(lambda: post(employers[0]), lambda: post(employers[1]))
    assert second.slug == "night-porter-leeds-2"
    assert sorted(Job.objects.values_list("slug", flat=True)) == ["night-porter-leeds", "night-porter-leeds-2"]


def test_the_same_jobs_imported_twice_at_once_are_there_once():
    employer = EmployerFactory()
    rows = [JobRow(id=str(n), line=n, title="Cook", statements=("Cook for 40",)) for n in range(1, 4)]
    second = both(lambda: import_jobs(rows, employer=employer), lambda: import_jobs(rows, employer=employer))
    assert str(second) == "0 added, 0 updated, 3 unchanged"
    assert Job.objects.count() == 3


def test_the_same_people_imported_twice_at_once_are_there_once():
    agency = AgencyFactory()
    rows = [CandidateRow(id=str(n), line=n, skills=("Cooking for 40",)) for n in range(1, 4)]

    def load():
        return import_candidates(rows, agency=agency, held=lambda text: ())

    second = both(load, load)
    assert str(second) == "0 added, 0 updated, 3 unchanged"
    assert Candidate.objects.count() == 3
