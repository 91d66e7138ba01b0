"""The command that tunes the encoder: what it keeps, its last stage, what bad input gets."""

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command

from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import SentenceEncoder
from search.tuning.batches import Batches
from search.tuning.reading_stage import Stage, learn
from search.tuning.readings import Reading
from search.tuning.recipe import Recipe
from search.tuning.training import tunable


@pytest.fixture
def few(texts, monkeypatch):
    """Few texts to learn from, and no figures between."""
    monkeypatch.setattr("search.tuning.trials.texts_to_learn", lambda folder: texts)
    monkeypatch.setattr("search.tuning.trials.held_out_figures", lambda model, texts: {"all": 0.5})


def test_a_variant_that_is_not_there_is_named(few, tmp_path):
    with pytest.raises(CommandError, match="sideways"):
        call_command("train_encoder", str(tmp_path), "--compare", "sideways")


def train(folder, **options):
    call_command("train_encoder", str(folder), **{"steps": 2, "occupations": 4, "pairs": 3, **options})


def test_members_are_kept_and_taken_again(few, tmp_path, capsys):
    members = tmp_path / "members.npz"
    written = []
    for name in ("first.npz", "again.npz"):
        train(tmp_path, output=tmp_path / name, members=members)
        with np.load(tmp_path / name) as content:
            written.append(dict(content))
    assert all(np.array_equal(written[0][name], written[1][name]) for name in written[0])
    said = capsys.readouterr().out
    assert said.count("| member 1 |") == 1 and said.count("none is trained") == 1
    with pytest.raises(CommandError, match="another recipe"):
        train(tmp_path, output=tmp_path / "other.npz", members=members, seed=9)


@pytest.mark.parametrize("content", ["text", "nothing", "one array", "other arrays"])
def test_a_file_that_holds_no_members_is_named(few, tmp_path, content):
    members = tmp_path / "members.npz"
    with members.open("wb") as file:
        if content == "text":
            file.write(b"no archive")
        elif content == "one array":
            np.save(file, np.zeros(3))
        elif content == "other arrays":
            np.savez(file, other=np.zeros(3))
    with pytest.raises(CommandError, match="holds no members"):
        train(tmp_path, members=members, output=tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()


@pytest.mark.parametrize("option", ["members", "output"])
@pytest.mark.parametrize("place", ["none/file.npz", "."])
def test_a_file_that_cannot_be_written_is_told_before_an_hour_of_training(tmp_path, option, place):
    with pytest.raises(CommandError, match="cannot be written"):
        train(tmp_path, **{option: tmp_path / place})


def test_fewer_occupations_than_a_step_draws_are_enough(texts):
    batch = Batches(texts, texts.occupations[:3], Recipe(pairs=3)).next()
    assert len(batch.sets) == 3


def test_the_last_stage_brings_together_what_was_read_together_and_keeps_a_share():
    def likeness(model):
        bread, flour, shoes = model.encode(["bake bread", "worked with flour", "mended shoes"])
        return bread @ flour - bread @ shoes

    job = JobDocument("1", "", (Requirement("bake bread"), Requirement("drive")))
    person = CandidateDocument("2", (EvidenceLine("worked with flour"), EvidenceLine("mended shoes")))
    read = (Reading(job, person, ("clear", "none"), ((0,), ())),)
    told, gained = [], {}
    for share in (0.0, 0.5, 1.0):
        model = SentenceEncoder().load()
        before, names = likeness(model), {name: matrix.detach().clone() for name, matrix in model.named_parameters()}
        learn(model, read, Stage(passes=6, records=1, share=share), lambda done, of, loss: told.append((done, of)))
        gained[share] = likeness(model) - before
        changed = {name for name, matrix in model.named_parameters() if not torch.equal(matrix, names[name])}
        assert changed == (set(tunable(model)) if share else set())
    assert gained[0.0] == pytest.approx(0, abs=1e-6)
    assert 0 < gained[0.5] < gained[1.0]
    assert told[5] == (6, 6)
