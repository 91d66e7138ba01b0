import pytest
from django.contrib.auth import authenticate

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["keisha.w", "KEISHA.W", "  keisha.w ", "keisha@example.org", "Keisha@Example.ORG"])
def test_a_person_signs_in_by_name_or_email_in_any_case(typed):
    user = UserFactory(username="keisha.w", email="keisha@example.org")
    assert authenticate(username=typed, password=PASSWORD) == user


def test_a_person_in_prison_signs_in_without_an_email():
    user = UserFactory(username="oak-river-42", email=None)
    assert authenticate(username="oak-river-42", password=PASSWORD) == user


def test_no_address_is_not_a_name_to_sign_in_by():
    UserFactory(email=None)
    assert authenticate(username="", password=PASSWORD) is None


@pytest.mark.parametrize("password", ["wrong", "", None])
def test_a_wrong_password_signs_nobody_in(password):
    UserFactory(username="keisha.w")
    assert authenticate(username="keisha.w", password=password) is None


def test_a_closed_account_signs_nobody_in():
    UserFactory(username="keisha.w", is_active=False)
    assert authenticate(username="keisha.w", password=PASSWORD) is None


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashed.append(args[0]) or encode(self, *args))
    assert authenticate(username="nobody", password="guess") is None
    assert hashed == ["guess"]
