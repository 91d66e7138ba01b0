import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import AgencyMember
from candidates.models import Application, Candidate
from tests.factories.accounts import AgencyFactory, AgencyMemberFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.employers import EmployerMemberFactory
from tests.factories.jobs import CourseFactory, CredentialFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate():
    return CandidateFactory()


def test_a_person_sees_their_own_record_and_no_other(candidate):
    CandidateFactory(agency=candidate.agency)
    assert list(Candidate.objects.visible_to(candidate.user)) == [candidate]


@pytest.mark.parametrize("role", [AgencyMember.Role.ADVISER, AgencyMember.Role.MANAGER])
def test_advisers_and_managers_see_those_of_their_own_agency(candidate, role):
    CandidateFactory()
    member = AgencyMemberFactory(agency=candidate.agency, role=role)
    assert list(Candidate.objects.visible_to(member.user)) == [candidate]


@pytest.mark.parametrize("role", [AgencyMember.Role.MENTOR, AgencyMember.Role.PARTNER_WORKER])
def test_mentors_and_partner_workers_see_nobody_without_consent(candidate, role):
    member = AgencyMemberFactory(agency=candidate.agency, role=role)
    assert not Candidate.objects.visible_to(member.user).exists()


def test_employers_and_visitors_see_nobody(candidate):
    assert not Candidate.objects.visible_to(EmployerMemberFactory().user).exists()
    assert not Candidate.objects.visible_to(AnonymousUser()).exists()


def test_a_record_without_an_agency_is_seen_by_no_adviser():
    CandidateFactory(agency=None, prison=None)
    assert not Candidate.objects.visible_to(AgencyMemberFactory().user).exists()


def test_an_adviser_of_two_roles_and_two_agencies_sees_each_person_once(candidate):
    member = AgencyMemberFactory(agency=candidate.agency)
    AgencyMemberFactory(user=member.user, agency=candidate.agency, role=AgencyMember.Role.MANAGER)
    other = CandidateFactory(agency=AgencyFactory(kind="CHARITY"), prison=None)
    AgencyMemberFactory(user=member.user, agency=other.agency)
    assert sorted(Candidate.objects.visible_to(member.user).values_list("pk", flat=True)) == [candidate.pk, other.pk]


def test_nobody_advises_themselves(candidate):
    AgencyMemberFactory(user=candidate.user, agency=candidate.agency)
    other = CandidateFactory(agency=candidate.agency)
    assert list(Candidate.objects.advised_by(candidate.user)) == [other]
    assert not Candidate.objects.advised_by(AnonymousUser()).exists()


def test_released_to_employers_is_those_who_said_yes(candidate):
    CandidateFactory(released_to_employers_at=None)
    assert list(Candidate.objects.released_to_employers()) == [candidate]


def test_for_matching_reads_everything_in_as_many_queries_for_three_people_as_for_one(django_assert_max_num_queries):
    for _unused in range(3):
        EvidenceFactory(credentials=[CredentialFactory()])
        CourseFactory(academy__prison=Candidate.objects.last().prison)
    with django_assert_max_num_queries(5):
        for person in Candidate.objects.for_matching():
            assert person.home_outcode.code
            assert [course for academy in person.prison.academies.all() for course in academy.courses.all()]
            assert [line.credential_slugs for line in person.evidence.all()]


def test_applications_are_seen_with_their_candidate(candidate):
    application = ApplicationFactory(candidate=candidate)
    ApplicationFactory()
    adviser = AgencyMemberFactory(agency=candidate.agency).user
    assert list(Application.objects.visible_to(candidate.user)) == [application]
    assert list(Application.objects.visible_to(adviser)) == [application]
    assert not Application.objects.visible_to(EmployerMemberFactory(employer=application.job.employer).user).exists()


def test_the_shortlist_leaves_out_those_who_said_no_or_were_taken_off():
    kept = {ApplicationFactory(status=status) for status in ("PUT_FORWARD", "ACCEPTED")}
    for status in ("DECLINED", "WITHDRAWN"):
        ApplicationFactory(status=status)
    assert set(Application.objects.on_shortlist()) == kept
