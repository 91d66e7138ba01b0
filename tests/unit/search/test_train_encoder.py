"""The command that tunes the encoder: what it keeps, its last stage, what bad input gets."""

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command

from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.embeddings import SentenceEncoder
from search.tuning.reading_stage import Stage, learn
from search.tuning.readings import Reading
from search.tuning.training import tunable


@pytest.fixture
def few(texts, monkeypatch):
    """Few texts to learn from, and no figures between."""
    monkeypatch.setattr("search.tuning.trials.texts_to_learn", lambda folder: texts)
    monkeypatch.setattr("search.tuning.trials.held_out_figures", lambda model, texts: {"all": 0.5})


def test_a_variant_that_is_not_there_is_named(few, tmp_path):
    with pytest.raises(CommandError, match="sideways"):
        call_command("train_encoder", str(tmp_path), "--compare", "sideways")


def test_members_are_kept_and_taken_again(few, tmp_path, capsys):
    members = tmp_path / "members.npz"
    written = []
    for name in ("first.npz", "again.npz"):
        options = {"output": tmp_path / name, "members": members, "steps": 2, "occupations": 4, "pairs": 3}
        call_command("train_encoder", str(tmp_path), **options)
        with np.load(tmp_path / name) as content:
            written.append(dict(content))
    assert all(np.array_equal(written[0][name], written[1][name]) for name in written[0])
    assert capsys.readouterr().out.count("| member 1 |") == 1


@pytest.mark.parametrize(("content", "says"), [(b"no archive", "holds no members"), (None, "members of another model")])
def test_a_file_that_holds_no_members_is_named(few, tmp_path, content, says):
    members = tmp_path / "members.npz"
    if content:
        members.write_bytes(content)
    else:
        np.savez(members, other=np.zeros(3))
    with pytest.raises(CommandError, match=says):
        call_command("train_encoder", str(tmp_path), members=members, output=tmp_path / "out.npz")


def test_a_folder_that_is_not_there_is_told_before_an_hour_of_training(tmp_path):
    with pytest.raises(CommandError, match="no folder"):
        call_command("train_encoder", str(tmp_path), members=tmp_path / "none" / "members.npz")


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
