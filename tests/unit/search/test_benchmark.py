"""The benchmark runs end to end on a few people, and its figures are what they say."""

import json
import math

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from search.evaluation.speed import exponent
from search.evaluation.world import compose, trades


def test_the_exponent_is_the_slope_of_the_logarithms():
    assert exponent([10, 100, 1000], [3, 30, 300]) == pytest.approx(1)
    assert exponent([10, 1000], [5, 50]) == pytest.approx(0.5)
    assert math.isnan(exponent([10], [5]))


def test_more_people_leave_the_jobs_and_the_first_people_as_they_were(settings):
    from datetime import date

    few, many = (compose(trades(), size, 3, date(2026, 11, 22)) for size in (5, 9))
    assert few.jobs == many.jobs
    assert few.candidates == many.candidates[:5]


def test_a_wrong_number_is_named():
    with pytest.raises(CommandError, match="--candidates"):
        call_command("benchmark_search", candidates=[0])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_command_measures_on_a_site_of_its_own(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    before = settings.DATABASES["default"]["NAME"]
    figures = tmp_path / "figures.json"
    call_command(
        "benchmark_search",
        candidates=[120, 60],
        queries=5,
        exhaustive=3,
        changes=4,
        memory=False,
        json=figures,
        engine="embedded",
    )
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert [row["candidates"] for row in told["sizes"]] == [60, 120]
    assert all(row["recall_filtered"] == 1 and row["recall_unfiltered"] == 1 for row in told["sizes"])
    assert np.isfinite([told["edits"]["idle_p95_s"], told["edits"]["busy_p95_s"]]).all()
    assert "recall" in capsys.readouterr().out
    assert settings.DATABASES["default"]["NAME"] == before
