from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from employers.models import Employer, Pledge
from tests.factories.accounts import UserFactory
from tests.factories.employers import EmployerFactory, EmployerMemberFactory, PledgeFactory

pytestmark = pytest.mark.django_db


def test_current_leaves_out_submitted_lapsed_and_overdue_pledges():
    today = timezone.localdate()
    current = PledgeFactory(review_date=today)
    PledgeFactory(submitted=True)
    PledgeFactory(status=Pledge.Status.LAPSED)
    PledgeFactory(review_date=today - timedelta(days=1))
    assert list(Pledge.objects.current()) == [current]
    assert not Pledge.objects.current(on=today + timedelta(days=1)).filter(pk=current.pk).exists()


def test_with_current_pledge_counts_an_employer_once():
    employer = EmployerFactory(pledged=True)
    PledgeFactory(employer=employer)
    EmployerFactory()
    assert list(Employer.objects.with_current_pledge()) == [employer]


def test_run_by_is_only_those_a_person_belongs_to():
    member = EmployerMemberFactory()
    EmployerMemberFactory()
    assert list(Employer.objects.run_by(member.user)) == [member.employer]
    assert not Employer.objects.run_by(AnonymousUser()).exists()


def test_visible_to_hides_an_employer_without_a_pledge_from_all_but_its_own_people():
    pledged, unpledged = EmployerFactory(pledged=True), EmployerFactory()
    owner = EmployerMemberFactory(employer=unpledged).user
    assert set(Employer.objects.visible_to(owner)) == {pledged, unpledged}
    assert set(Employer.objects.visible_to(UserFactory())) == {pledged}
    assert set(Employer.objects.visible_to(AnonymousUser())) == {pledged}


def test_visible_to_counts_an_employer_with_two_pledges_and_two_members_once():
    member = EmployerMemberFactory()
    PledgeFactory(employer=member.employer)
    EmployerMemberFactory(employer=member.employer)
    assert Employer.objects.visible_to(member.user).count() == 1
