from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from candidates.models import REFERENCE_ALPHABET, Candidate
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


def test_a_reference_says_nothing_about_the_person():
    reference = CandidateFactory().reference
    assert reference.startswith("TG-")
    assert set(reference[3:]) <= set(REFERENCE_ALPHABET)


def test_a_person_without_a_name_is_called_by_their_reference():
    candidate = CandidateFactory(first_name="", last_name="")
    assert str(candidate) == candidate.initials == candidate.reference


def test_initials_are_all_that_an_employer_sees_of_a_name():
    assert (
        CandidateFactory.build(
            user=None, agency=None, home_outcode=None, first_name="Dylan", last_name="Okafor"
        ).initials
        == "D. O."
    )


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("can_travel_somewhere", lambda: CandidateFactory(travel_miles=0)),
        ("evidence_says_something", lambda: EvidenceFactory(text="")),
    ],
)
def test_the_database_refuses_a_record_that_says_nothing(name, make):
    with pytest.raises(IntegrityError, match=name):
        make()


def test_a_person_has_one_record():
    candidate = CandidateFactory()
    with pytest.raises(IntegrityError):
        CandidateFactory(user=candidate.user)


def test_an_outside_reference_names_one_record_and_many_have_none():
    CandidateFactory.create_batch(2, external_reference=None)
    CandidateFactory(external_reference="X1")
    with pytest.raises(IntegrityError):
        CandidateFactory(external_reference="X1")


def test_a_line_is_kept_once_a_kind():
    line = EvidenceFactory(text="Bricklaying")
    EvidenceFactory(candidate=line.candidate, text="Bricklaying", kind="role")
    with pytest.raises(IntegrityError):
        EvidenceFactory(candidate=line.candidate, text="Bricklaying")


def test_a_card_holds_on_its_last_day_and_not_after():
    today = timezone.localdate()
    assert not EvidenceFactory(expires_date=today).is_expired
    assert not EvidenceFactory(expires_date=None).is_expired
    assert EvidenceFactory(expires_date=today - timedelta(days=1)).is_expired


def test_a_person_and_a_job_meet_in_one_application():
    application = ApplicationFactory()
    with pytest.raises(IntegrityError):
        ApplicationFactory(job=application.job, candidate=application.candidate)


def test_a_record_outlives_its_sign_in():
    candidate = CandidateFactory()
    candidate.user.delete()
    assert Candidate.objects.get(pk=candidate.pk).user is None
