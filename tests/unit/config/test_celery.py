import pytest

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
