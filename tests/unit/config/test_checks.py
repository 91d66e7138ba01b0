"""What `manage.py check --deploy` says a site in service lacks."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.core.checks import Tags, run_checks

import dev
from config import checks
from tests.unit.config.test_settings import COMPLETE

IN_SERVICE = {
    **COMPLETE,
    "DATABASE_URL": "postgres://throughgate@db.example/throughgate",
    "CELERY_BROKER_URL": "redis://redis.example/0",
    "CACHE_URL": "redis://redis.example/1",
    "DEFAULT_FROM_EMAIL": "Throughgate <hello@throughgate.example>",
}


@pytest.fixture
def service(settings, monkeypatch):
    """The settings of a site that lacks nothing."""
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    settings.CELERY_BROKER_URL, settings.CACHE_URL = "redis://redis.example/0", "redis://redis.example/1"
    settings.ENCODER, settings.ALLOWED_HOSTS = "workers", ["throughgate.example", ".org.example"]
    settings.WAGTAILADMIN_BASE_URL = "https://throughgate.example"
    settings.DEFAULT_FROM_EMAIL = "Throughgate <hello@throughgate.example>"
    settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", ""
    return settings


def found():
    every = (
        checks.parts_are_there,
        checks.encoder_is_where_it_belongs,
        checks.site_knows_its_own_address,
        checks.mail_can_be_answered_for,
    )
    return [one.id.removeprefix("throughgate.") for check in every for one in check(None)]


def test_a_site_that_lacks_nothing_is_left_in_peace(service):
    assert found() == []


@pytest.mark.parametrize(
    "name, value, id",
    [
        ("CACHE_URL", "", "W003"),
        ("ENCODER", "here", "W004"),
        ("ALLOWED_HOSTS", ["*"], "W006"),
        ("WAGTAILADMIN_BASE_URL", "http://127.0.0.1:8000", "W007"),
        ("WAGTAILADMIN_BASE_URL", "https://other.example", "W007"),
        ("DEFAULT_FROM_EMAIL", "Throughgate <no-reply@localhost>", "W008"),
    ],
)
def test_what_is_missing_is_named(service, name, value, id):
    setattr(service, name, value)
    assert found() == [id]


def test_a_database_of_one_machine_is_named(service, monkeypatch):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    assert found() == ["W001"]


def test_without_a_broker_there_are_no_workers_either(service):
    service.CELERY_BROKER_URL = ""
    assert found() == ["W002", "W005"]
    service.ENCODER = "here"
    assert found() == ["W002"]


def test_a_mail_password_in_the_open_is_named(service):
    service.EMAIL_HOST, service.EMAIL_HOST_PASSWORD = "mail.example", "secret"
    assert found() == ["W009"]
    service.EMAIL_USE_TLS = True
    assert found() == []


def test_other_commands_are_not_told(service):
    service.CELERY_BROKER_URL = ""
    assert not [one for one in run_checks() if (one.id or "").startswith("throughgate.")]
    assert sorted(one.id for one in run_checks(tags=[checks.TAG], include_deployment_checks=True)) == [
        "throughgate.W002",
        "throughgate.W005",
    ]
    assert Tags.security != checks.TAG


def test_the_command_names_all_that_is_missing(tmp_path):
    """In a process of its own, with the settings of production and nothing but what they demand."""
    bare = check(tmp_path, **COMPLETE)
    told = {line.partition("(")[2].partition(")")[0] for line in bare.stderr.splitlines() if line.startswith("?: (")}
    assert {"throughgate.W001", "throughgate.W002", "throughgate.W003", "throughgate.W008", "search.W011"} <= told
    assert bare.returncode != 0
    whole = check(tmp_path, **IN_SERVICE)
    told = {line.partition("(")[2].partition(")")[0] for line in whole.stderr.splitlines() if line.startswith("?: (")}
    assert told == {"search.W011", "search.I001"}, whole.stderr


def check(tmp_path, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=dev.ROOT,
        env={
            "PATH": os.environ["PATH"],
            "THROUGHGATE_ENV_FILE": os.devnull,
            "THROUGHGATE_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **variables,
        },
        capture_output=True,
        text=True,
    )
