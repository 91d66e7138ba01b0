import os

import pytest
from celery import signals

from config.celery import app


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_what_the_beat_sends_exists_and_does_not_pile_up(name):
    app.loader.import_default_modules()
    entry = app.conf.beat_schedule[name]
    assert entry["task"] in app.tasks
    due_every = getattr(entry["schedule"], "run_every", entry["schedule"])
    if isinstance(due_every, float):
        assert entry["options"]["expires"] <= due_every
    else:
        assert entry["options"]["expires"] < 24 * 3600


def test_the_night_is_that_of_the_site():
    assert str(app.conf.timezone) == "Europe/London"


def test_a_worker_process_leaves_the_other_cores_to_the_others(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    signals.worker_process_init.send(sender=None)
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_who_runs_a_worker_may_say_otherwise(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    signals.worker_process_init.send(sender=None)
    assert os.environ["OMP_NUM_THREADS"] == "4"
