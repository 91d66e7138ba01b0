"""Jobs of our own records as occupations: where they belong, and that two of one kind are the same work."""

import pytest

from search.documents import CandidateDocument, JobDocument, Requirement
from search.tuning.batches import Batches
from search.tuning.own_jobs import jobs_as_occupations
from search.tuning.readings import Reading, load_readings, split
from search.tuning.recipe import Recipe
from search.tuning.texts import OWN, Occupation, Texts
from search.tuning.trials import texts_to_learn


def test_two_jobs_of_our_own_in_one_unit_group_are_the_same_work():
    bread, cakes = (tuple(f"{deed} {what}" for deed in ("mix", "bake", "carry", "sell")) for what in ("bread", "cakes"))
    jobs = [Occupation(OWN, str(n), "54", ("Baker",), lines, "5432") for n, lines in enumerate((bread, cakes))]
    batches = Batches(Texts(tuple(jobs), ()), jobs, Recipe(occupations=2, pairs=0, seed=3))
    other = {bread: set(cakes), cakes: set(bread)}
    met = 0
    for _ in range(20):
        batch = batches.next()
        for ours, others in zip(batch.sets, batch.others, strict=True):
            met += any(set(ours) <= set(lines) and set(others) <= its for lines, its in other.items())
    assert 5 < met < 35, "now and then the second set comes from the other job"


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Baker", "5432"),
        ("Night Bakers (Supermarket)", "5432"),
        ("Shop Assistant / Craft Baker", "5432"),
        ("Pastry Baker", "5434"),  # the longer name counts
        ("Bakery Cleaner", ""),
        ("Seller", ""),  # of two unit groups alike
    ],
)
def test_a_job_of_our_own_belongs_where_its_title_is_known(title, unit):
    known = [
        Occupation("soc", "5432", "54", ("Bakers", "Craft baker"), ("a", "b", "c", "d"), "5432"),
        Occupation("soc", "5434", "54", ("Pastry baker", "Seller"), ("a", "b", "c", "d"), "5434"),
        Occupation("soc", "7111", "71", ("Seller",), ("a", "b", "c", "d"), "7111"),
        Occupation("esco", "9", "51", ("bakery cleaner",), ("a", "b", "c", "d")),
    ]
    lines = tuple(Requirement(text) for text in ("mix", "bake", "sell", "clean"))
    read = [Reading(JobDocument(str(n), title, lines), CandidateDocument("2", ()), (), ()) for n in (1, 2)]
    few = Reading(JobDocument("3", title, lines[:3]), CandidateDocument("2", ()), (), ())
    (job,) = jobs_as_occupations([*read, few], known)
    assert (job.source, job.unit, job.titles) == (OWN, unit, (title,))
    assert job.lines == ("mix", "bake", "sell", "clean")


def test_nothing_is_learned_from_records_that_are_held_out(monkeypatch, tmp_path):
    baker = Occupation("soc", "5432", "54", ("Bakers",), ("a", "b", "c", "d"), "5432")
    monkeypatch.setattr("search.tuning.trials.read_texts", lambda folder: Texts((baker,), ()))
    texts = texts_to_learn(tmp_path)
    learned, held_out = split(load_readings())
    jobs = {one.code for one in texts.occupations if one.source == OWN}
    assert jobs == {one.job.id for one in learned} == {one.job.id for one in texts.readings}
    assert held_out and not jobs & {one.job.id for one in held_out}
