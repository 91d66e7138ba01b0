"""Signing in with a cache that may forget at any moment."""

import pytest
from django.core.cache import cache

from accounts.forms import TRIES
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_a_count_that_goes_while_it_is_read_counts_as_the_first(client, monkeypatch):
    add = cache.add

    def add_and_forget(key, *args):
        add(key, *args)
        cache.clear()

    wrong = {"username": UserFactory().username, "password": "wrong"}
    monkeypatch.setattr(cache, "add", add_and_forget)
    for _time in range(TRIES + 1):
        assert "do not know this sign-in name" in client.post("/account/sign-in/", wrong).content.decode()
