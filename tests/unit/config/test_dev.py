"""The one command of a newcomer: what it decides, and what it says when something is in the way."""

import ast
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest

import dev


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A project folder with requirement files and a .venv that stands on this Python; nothing is downloaded."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "constraints.txt").write_text("six==1.17.0\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["torch==1", "a==1"]\noptional-dependencies.test = ["b==1"]\n'
    )
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "throughgate-installed.json")
    monkeypatch.setattr(dev, "VAR", tmp_path / "var")
    monkeypatch.setattr(dev, "LOG", tmp_path / "var" / "install.log")
    return tmp_path


@pytest.fixture
def commands(clone, monkeypatch):
    """Records what would be run, makes .venv as the first command does, and fails where a test says so."""
    ran = []

    def run(command, what):
        if "venv" in command:
            dev.PYTHON.parent.mkdir(parents=True)
            dev.PYTHON.symlink_to(sys.executable)
        ran.append([part for part in command[1:] if "==" in part or part == "venv"])
        if getattr(run, "fails_at", None) == len(ran):
            raise KeyboardInterrupt

    run.ran = ran
    monkeypatch.setattr(dev, "run_quietly", run)
    return run


# Installing


def test_the_first_run_makes_a_venv_and_installs_torch_before_the_rest(commands):
    dev.install(with_tests=False)
    assert commands.ran == [["venv"], ["torch==1"], ["torch==1", "a==1"]]


def test_the_same_files_install_once(commands):
    dev.install(with_tests=True)
    commands.ran.clear()
    dev.install(with_tests=True)
    dev.install(with_tests=False)
    assert commands.ran == []


def test_only_the_tests_install_their_extras(commands):
    dev.install(with_tests=False)
    commands.ran.clear()
    dev.install(with_tests=True)
    assert commands.ran == [["torch==1", "a==1", "b==1"]]


def test_a_changed_pin_installs_again_into_the_same_venv(commands, clone):
    dev.install(with_tests=False)
    commands.ran.clear()
    (clone / "config" / "constraints.txt").write_text("six==1.16.0\n")
    dev.install(with_tests=False)
    assert commands.ran == [["torch==1"], ["torch==1", "a==1"]]


def test_a_setting_of_a_tool_installs_nothing(commands, clone):
    dev.install(with_tests=False)
    commands.ran.clear()
    (clone / "pyproject.toml").write_text((clone / "pyproject.toml").read_text() + "[tool.x]\ny = 1\n")
    dev.install(with_tests=False)
    assert commands.ran == []


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
def test_an_interrupted_install_is_started_afresh_by_the_next_run(commands, stopped_at):
    commands.fails_at = stopped_at
    with pytest.raises(KeyboardInterrupt):
        dev.install(with_tests=False)
    assert not dev.STAMP.exists()
    commands.fails_at = None
    commands.ran.clear()
    dev.install(with_tests=False)
    assert commands.ran == [["venv"], ["torch==1"], ["torch==1", "a==1"]]


def test_an_interrupted_upgrade_is_started_afresh_too(commands, clone):
    dev.install(with_tests=False)
    (clone / "config" / "constraints.txt").write_text("six==1.16.0\n")
    commands.ran.clear()
    commands.fails_at = 2
    with pytest.raises(KeyboardInterrupt):
        dev.install(with_tests=False)
    commands.fails_at = None
    commands.ran.clear()
    dev.install(with_tests=False)
    assert commands.ran[0] == ["venv"]


def test_a_venv_whose_python_went_away_is_made_again(commands):
    dev.install(with_tests=False)
    dev.PYTHON.unlink()
    dev.PYTHON.symlink_to("/nowhere/python")
    commands.ran.clear()
    dev.install(with_tests=False)
    assert commands.ran[0] == ["venv"]


def test_a_broken_stamp_counts_as_none(tmp_path):
    (tmp_path / "stamp").write_text('{"runtime": ')
    assert dev.read_stamp(tmp_path / "stamp") == dev.read_stamp(tmp_path / "missing") == {}


# What it says


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 12, 0)])
def test_another_python_is_told_which_one_to_install(version):
    with pytest.raises(dev.Stop, match=r"runs on Python 3\.11 and this is .*: install Python 3\.11"):
        dev.require_this_python(version, "posix")


def test_an_old_python_can_read_the_file():
    ast.parse((dev.ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying ... Temporary failure in name resolution\nERROR: No matching distribution", "connect to"),
        ("Error: Command ... ensurepip is not available", "apt-get install python3-venv"),
        ("ERROR: No matching distribution found for a==9", r"\(No matching distribution found for a==9\)"),
        ("", "pip gave no reason"),
    ],
)
def test_a_failed_install_is_one_sentence_that_says_what_to_do(output, sentence):
    with pytest.raises(dev.Stop, match=sentence):
        raise dev.Stop(dev.why_install_failed(output))
    assert "\n" not in dev.why_install_failed(output)


def test_a_failing_command_is_told_by_its_own_output(clone):
    dev.VAR.mkdir()
    with pytest.raises(dev.Stop, match="disk is full"):
        dev.run_quietly([sys.executable, "-c", "print('No space left on device'); raise SystemExit(1)"], "Trying")


def test_too_little_space_is_told_before_anything_is_written(tmp_path):
    with pytest.raises(dev.Stop, match="free some space"):
        dev.require_space(tmp_path, 10**9)


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "var"), 1, "Permission denied: 'var'"),
        (KeyboardInterrupt(), 130, "the next run starts from there"),
        (dev.Stop("Do this."), 1, "Do this."),
    ],
)
def test_whatever_stops_it_is_one_sentence(monkeypatch, capsys, error, code, sentence):
    before = signal.getsignal(signal.SIGTERM)

    def fail(with_tests):
        raise error

    monkeypatch.setattr(dev, "install", fail)
    try:
        assert dev.main(["demo"]) == code
    finally:
        signal.signal(signal.SIGTERM, before)
    told = capsys.readouterr().err.strip()
    assert sentence in told
    assert "\n" not in told


def test_the_command_line_keeps_what_is_meant_for_pytest():
    options, rest = dev.parse(["test", "-x", "-k", "open", "--port", "1"])
    assert (options.command, rest) == ("test", ["-x", "-k", "open", "--port", "1"])


def test_services_may_be_asked_for_anywhere_among_what_is_meant_for_pytest():
    for line in (["--services", "-n", "2", "tests/unit"], ["-n", "2", "--services", "tests/unit"]):
        options, rest = dev.parse(["test", *line])
        assert (options.services, rest) == (True, ["-n", "2", "tests/unit"])
    assert not dev.parse(["test", "-s"])[0].services


@pytest.mark.parametrize("arguments", [[], ["demo", "--nonsense"], ["dance"]])
def test_a_wrong_command_line_is_refused(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        dev.parse(arguments)


# Serving


def test_a_free_port_is_taken_as_asked(taken_port, capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert dev.free_port(free) == free
    assert capsys.readouterr().out == ""


def test_a_taken_port_moves_on_and_says_so(taken_port, capsys):
    found = dev.free_port(taken_port)
    assert found > taken_port
    assert capsys.readouterr().out == f"Port {taken_port} is taken: using {found}.\n"


def test_no_free_port_at_all_is_one_sentence(taken_port):
    with pytest.raises(dev.Stop, match="choose another with --port"):
        dev.free_port(taken_port, tries=1)


def test_answering_is_seen_from_outside(taken_port):
    assert dev.is_answering(taken_port)


def test_a_child_is_never_left_running():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    dev.stop_child(child)
    assert child.returncode == -signal.SIGTERM
    dev.stop_child(child)


# The demo's stamp


def test_the_demo_is_loaded_again_when_code_data_settings_or_database_change(clone, monkeypatch):
    (clone / "jobs").mkdir()
    versions = [dev.demo_version(), dev.demo_version()]
    assert versions[0] == versions[1]
    (clone / "jobs" / "data.csv").write_text("a")
    versions.append(dev.demo_version())
    (clone / "jobs" / "__pycache__").mkdir()
    (clone / "jobs" / "__pycache__" / "x.pyc").write_text("a")
    assert dev.demo_version() == versions[-1]
    (clone / ".env").write_text("LOG_LEVEL=ERROR")
    versions.append(dev.demo_version())
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/other.sqlite3")
    versions.append(dev.demo_version())
    dev.VAR.mkdir()
    (dev.VAR / "throughgate.sqlite3").write_text("")
    versions.append(dev.demo_version())
    assert len(set(versions)) == 5


@pytest.fixture
def managed(clone, monkeypatch):
    ran = []
    monkeypatch.setattr(dev, "manage", lambda *arguments: ran.append(arguments[0]))
    return ran


def test_the_second_run_only_asks_for_the_sign_ins_and_the_main_job(managed):
    dev.load_demo()
    assert managed == ["migrate", "load_reference_data", "load_pages", "show_main_job"]
    managed.clear()
    dev.load_demo()
    assert managed == ["show_main_job"]


def test_a_run_that_stopped_while_loading_loads_again(managed, monkeypatch):
    def stop(*arguments):
        if arguments[0] == "show_main_job":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(dev, "manage", stop)
        dev.load_demo()
    dev.load_demo()
    assert managed[0] == "migrate"


# What a child gets


def test_a_child_does_not_get_another_projects_packages_or_settings(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "elsewhere.settings")
    child = dev.environment(WARM_ENCODER="true")
    assert "PYTHONPATH" not in child
    assert "DJANGO_SETTINGS_MODULE" not in child
    assert child["WARM_ENCODER"] == "true"
    assert child["PATH"] == os.environ["PATH"]


def test_one_machine_is_tested_alone_whatever_the_environment_names(monkeypatch):
    for name in dev.ONLY_IN_SERVICE:
        monkeypatch.setenv(name, "something")
    child = dev.environment_of_tests(False)
    assert not set(dev.ONLY_IN_SERVICE) & set(child)
    assert child["PATH"] == os.environ["PATH"]


def test_services_are_looked_for_on_this_machine_unless_the_environment_says_where(monkeypatch):
    for name in dev.ONLY_IN_SERVICE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ELASTICSEARCH_URLS", "http://127.0.0.1:9210")
    child = dev.environment_of_tests(True)
    assert child["ELASTICSEARCH_URLS"] == "http://127.0.0.1:9210"
    assert child["DATABASE_URL"] == "postgres://postgres@127.0.0.1:5432/throughgate"
    assert (child["SEARCH_ENGINE"], child["REQUIRE_SERVICES"]) == ("elasticsearch", "1")


def test_the_browser_named_in_the_environment_comes_first(tmp_path):
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\n")
    assert dev.find_browser({"CHROMIUM_PATH": str(browser)}) == ""
    browser.chmod(0o755)
    assert dev.find_browser({"CHROMIUM_PATH": str(browser)}) == str(browser)


def test_the_usual_places_are_searched(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/x/{name}" if name == "google-chrome" else None)
    assert dev.find_browser({}) == "/x/google-chrome"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert dev.find_browser({}) == ""


def test_the_requirement_files_of_this_project_pin_everything():
    runtime, tests = dev.read_requirements(dev.ROOT / "pyproject.toml")
    assert runtime[0].startswith("torch==")
    lines = (dev.ROOT / "config" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(line.count("==") == 1 for line in [*runtime, *tests, *pins])
    assert json.dumps(pins).isascii()
