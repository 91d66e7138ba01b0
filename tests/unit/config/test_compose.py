"""compose.yaml by reading: no engine runs it here."""

import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from granian.cli import cli as granian

import config
import dev

COMPOSE = yaml.safe_load((dev.ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
EXAMPLE = (dev.ROOT / ".env.example").read_text(encoding="utf-8")
VARIABLES = set(re.findall(r"^# ([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE))
OURS = [name for name, service in SERVICES.items() if service["image"] == "throughgate:local"]


def test_the_services_are_those_of_the_guide():
    assert set(SERVICES) == {"postgres", "redis", "elasticsearch", "setup", "web", "worker", "beat"}
    guide = (dev.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "compose.yaml" in guide


def test_every_variable_that_it_asks_for_or_sets_for_us_is_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (dev.ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert asked
    assert asked <= VARIABLES
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= VARIABLES


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_and_no_secret_is_written_down(name):
    service = SERVICES[name]
    _image, _colon, tag = service["image"].rpartition(":")
    assert re.search(r"\d", tag) or name in OURS
    for variable, value in service.get("environment", {}).items():
        if re.search("PASSWORD|SECRET|KEY", variable):
            assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]*\}", value)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "setup"])
def test_every_service_that_lasts_says_whether_it_is_well_and_comes_back(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_everything_waits_for_what_it_needs(name):
    waits = SERVICES[name]["depends_on"]
    assert set(waits) <= set(SERVICES)
    for other, how in waits.items():
        ends = other == "setup"
        assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")
        assert ends or "healthcheck" in SERVICES[other]
    assert "postgres" in waits


def test_volumes_and_networks_named_are_there():
    for service in SERVICES.values():
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.mark.parametrize("name", ["postgres", "redis", "elasticsearch"])
def test_nobody_outside_reaches_what_holds_the_records(name):
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "ports" not in SERVICES[name]


def test_the_commands_of_the_set_up_exist():
    commands = re.findall(r"python manage\.py (\w+)", SERVICES["setup"]["command"][-1])
    assert commands[0] == "migrate"
    assert set(commands) <= set(get_commands())


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_programs_exist(name):
    program = SERVICES[name]["command"][0]
    assert shutil.which(program, path=str(Path(sys.executable).parent))


def test_the_web_server_knows_its_options(tmp_path):
    mount = "--static-path-mount="
    options = [mount + str(tmp_path) if one.startswith(mount) else one for one in SERVICES["web"]["command"][1:]]
    assert granian.make_context("granian", options).params["port"] == 8000


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_knows_its_options(name):
    from celery.bin.celery import celery

    _program, application, command, *options = SERVICES[name]["command"]
    assert application == "--app=config"
    assert config.celery_app.main == "throughgate"
    assert celery.commands[command].make_context(command, options, obj=None, resilient_parsing=True).params


def test_the_image_holds_no_secret_and_no_database():
    left_out = (dev.ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".git", "var"} <= set(left_out)
