"""What the processes of a site hold in memory, measured on real ones."""

import os

import pytest

from search.evaluation.memory import Memory, new_phrases, of_web_process
from search.models import Phrase, PhraseRequest
from tests.factories.accounts import AgencyMemberFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.employers import EmployerMemberFactory
from tests.factories.jobs import JobFactory, RequirementFactory
from tests.processes import environment, run

MOST_WEB, MOST_WORKER = 400, 2000  # megabytes: what a site is planned with


def test_memory_is_read_of_a_process_and_counts_what_is_shared_in_parts():
    memory = Memory.of(os.getpid())
    assert 20 < memory.own <= memory.resident


def test_new_phrases_are_all_different():
    assert len(set(new_phrases(5000))) == 5000


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_a_web_process_that_has_shown_every_kind_of_page_stays_small():
    member = AgencyMemberFactory()
    EvidenceFactory(candidate=CandidateFactory(agency=member.agency), text="Picking and packing")
    EmployerMemberFactory()
    RequirementFactory(job=JobFactory(), text="Picking and packing orders")
    memory, shown = of_web_process()
    wanted = {"jobs:detail", "search:job_candidates", "search:candidate_jobs", "search:pair", "jobs:mine"}
    assert wanted <= set(shown)
    assert memory.resident < MOST_WEB


MEASURE = """
import json
import django; django.setup()
from search.evaluation.memory import new_phrases, of_worker
print(json.dumps(of_worker(new_phrases(300)).resident))
"""


@pytest.mark.services
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_a_worker_that_has_embedded_much_stays_within_its_limit(broker):
    resident, _said = run(MEASURE, environment(CELERY_BROKER_URL=os.environ["CELERY_BROKER_URL"]))
    assert 200 < resident < MOST_WORKER
    assert Phrase.objects.count() == 300
    assert not PhraseRequest.objects.exists()
