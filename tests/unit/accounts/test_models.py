import pytest
from django.db import IntegrityError

from accounts.models import Agency, User
from tests.factories.accounts import AgencyFactory, AgencyMemberFactory, OutcodeFactory, PrisonFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_sign_in_names_are_unique_in_any_case():
    UserFactory(username="keisha.w")
    with pytest.raises(IntegrityError, match="user_sign_in_name_unique_in_any_case"):
        UserFactory(username="Keisha.W", email=None)


def test_emails_are_unique_in_any_case():
    UserFactory(email="keisha@example.org")
    with pytest.raises(IntegrityError, match="user_email_unique_in_any_case"):
        UserFactory(email="Keisha@example.org")


def test_two_people_without_an_email_do_not_collide():
    assert {User.objects.create_user(username=name, email="").email for name in ("a", "b")} == {None}


def test_a_prisons_agency_has_a_prison():
    with pytest.raises(IntegrityError, match="agency_has_a_prison_only_if_it_is_one"):
        AgencyFactory(kind=Agency.Kind.PRISON, prison=None)


def test_a_charity_has_no_prison():
    with pytest.raises(IntegrityError, match="agency_has_a_prison_only_if_it_is_one"):
        AgencyFactory(kind=Agency.Kind.CHARITY, prison=PrisonFactory())


def test_a_prison_has_one_agency():
    agency = AgencyFactory()
    with pytest.raises(IntegrityError):
        AgencyFactory(prison=agency.prison)


def test_a_role_is_held_once_at_an_agency():
    member = AgencyMemberFactory()
    with pytest.raises(IntegrityError):
        AgencyMemberFactory(user=member.user, agency=member.agency)


def test_a_district_cannot_go_while_somebody_is_there():
    from django.db.models import ProtectedError

    outcode = OutcodeFactory()
    PrisonFactory(outcode=outcode)
    with pytest.raises(ProtectedError):
        outcode.delete()
