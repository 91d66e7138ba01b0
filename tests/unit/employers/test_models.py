from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from employers.models import Pledge
from tests.factories.employers import EmployerFactory, EmployerMemberFactory, PledgeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("missing", ["accepted_at", "review_date"])
def test_an_accepted_pledge_has_its_dates(missing):
    with pytest.raises(IntegrityError, match="accepted_pledge_has_dates"):
        PledgeFactory(**{missing: None})


def test_a_submitted_pledge_needs_no_dates_and_is_not_current():
    assert not PledgeFactory(submitted=True).is_current


def test_a_person_has_one_role_at_an_employer():
    member = EmployerMemberFactory()
    with pytest.raises(IntegrityError):
        EmployerMemberFactory(user=member.user, employer=member.employer)


def test_a_pledge_is_current_on_its_last_day_and_not_after():
    today = timezone.localdate()
    assert PledgeFactory(review_date=today).is_current
    assert not PledgeFactory(review_date=today - timedelta(days=1)).is_current


def test_current_pledge_is_the_one_that_lasts_longest():
    employer = EmployerFactory()
    today = timezone.localdate()
    PledgeFactory(employer=employer, review_date=today + timedelta(days=5))
    longest = PledgeFactory(employer=employer, review_date=today + timedelta(days=50))
    PledgeFactory(employer=employer, status=Pledge.Status.LAPSED, review_date=today + timedelta(days=500))
    assert employer.current_pledge() == longest
    assert employer.current_pledge(on=today + timedelta(days=51)) is None
