"""Tuning the encoder: what it learns from, what it never sees, and that the file of changes is what was learned."""

import csv
import gzip
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest
import torch

from search.embeddings import CHANGES_FILE, SentenceEncoder, own_encoder, raw_encoder
from search.tuning.batches import Batches, Record
from search.tuning.changes import apply, low_rank, mean_of, put
from search.tuning.held_out import figures
from search.tuning.reading_stage import SURE
from search.tuning.readings import FILE, load_readings, split
from search.tuning.recipe import MEMBERS, Recipe
from search.tuning.texts import Named, Texts, _CodingIndex, read_texts
from search.tuning.training import _attract, _read, forward, train, tunable
from search.tuning.trials import VARIANTS
from tests.fake_encoder import FakeEncoder
from tests.unit.search.tuning_texts import TRADES, occupation, readings


def test_a_batch_never_has_a_line_in_both_sets_of_one_source(texts):
    batches = Batches(texts, texts.occupations, Recipe(occupations=8, pairs=3, seed=1))
    for _ in range(20):
        batch = batches.next()
        assert len(batch.sets) == len(batch.others) == len(batch.titles) == 8
        assert len(batch.pairs) == 3
        for ours, others in zip(batch.sets, batch.others, strict=True):
            assert len(ours) >= 2 and len(others) >= 2
            assert len(set(ours)) == len(ours)
        known = set(batch.phrases())
        assert known >= set(batch.titles) | {text for pair in batch.pairs for text in pair}


def test_two_sources_of_one_unit_group_do_not_repel(texts):
    seen = [one for one in texts.occupations if one.unit]
    batch = Batches(texts, seen, Recipe(occupations=2, pairs=3, seed=2)).next()
    assert set(batch.same_unit) == {(0, 1), (1, 0)}


def test_the_same_seed_draws_the_same(texts):
    first, again = (Batches(texts, texts.occupations, Recipe(occupations=6, pairs=3, seed=4)) for _ in range(2))
    assert [first.next() for _ in range(3)] == [again.next() for _ in range(3)]


def test_what_is_held_out_is_held_out_in_every_source():
    units = [str(number) for number in range(1000, 1400)]
    held = {unit for unit in units if occupation(1, "soc", unit).is_held_out}
    assert 20 < len(held) < 60
    assert held == {unit for unit in units if occupation(2, "ncs", unit).is_held_out}


def write(path, rows):
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def write_open_files(folder):
    """Of every open file a few rows, in its own columns."""
    taxonomy = folder / "taxonomy"
    skills = [
        {
            "skill_no": n,
            "label": f"do {n}",
            "alt_labels": f"done {n} | do {n}",
            "description": f"To do the thing {n}. And so on at length.",
        }
        for n in range(5)
    ]
    write(taxonomy / "esco_skills.csv.gz", skills)
    write(
        taxonomy / "esco_skill_broader.csv.gz",
        [
            {"skill_no": 0, "broader_code": "S1.2", "broader_skill_no": ""},
            {"skill_no": 0, "broader_code": "S9", "broader_skill_no": ""},
            {"skill_no": 1, "broader_code": "", "broader_skill_no": "4"},
        ],
    )
    write(taxonomy / "esco_occupation_skill.csv.gz", [{"occ_no": 1, "skill_no": n, "relation": "e"} for n in range(5)])
    doer = {"occ_no": 1, "label": "doer", "alt_labels": "one who does", "description": "Doers do.", "isco08": "1234"}
    write(taxonomy / "esco_occupations.csv.gz", [doer, {**doer, "occ_no": 2, "label": "idler"}])
    write(
        taxonomy / "onet_tasks.csv.gz", [{"onet_soc": "11-1", "task": f"Task {n} of an executive."} for n in range(4)]
    )
    write(taxonomy / "onet_titles.csv.gz", [{"onet_soc": "11-1", "title": "Boss"}])
    write(taxonomy / "onet_occupations.csv.gz", [{"onet_soc": "11-1", "title": "Chief"}])
    write(taxonomy / "soc2020_coding_index.csv.gz", [{"title": "Baker", "soc2020": "5432", "soc2010": "5432"}])
    write(
        taxonomy / "soc2020_unit_groups.csv.gz",
        [{"soc2020": "5432", "title": "Bakers", "tasks": "mixes dough | bakes bread | sells bread | cleans the oven"}],
    )
    (folder / "uk").mkdir()
    profile = {
        "slug": "baker",
        "title": "Baker",
        "soc2010": ["5432"],
        "day_to_day_tasks": [f"baking {n}" for n in range(4)],
    }
    with gzip.open(folder / "uk" / "ncs_job_profiles.jsonl.gz", "wt") as file:
        file.write(json.dumps(profile) + "\n")


def test_the_open_files_are_read(tmp_path):
    write_open_files(tmp_path)
    texts = read_texts(tmp_path)
    assert {(one.source, one.unit, one.titles) for one in texts.occupations} == {
        ("esco", "", ("doer", "one who does")),
        ("onet", "", ("Chief", "Boss")),
        ("soc", "5432", ("Bakers", "Baker")),
        ("ncs", "5432", ("Baker",)),
    }
    assert texts.named[:2] == (
        Named(("do 0", "done 0"), "To do the thing 0", "S1.2"),
        Named(("do 1", "done 1"), "To do the thing 1", "4"),
    )


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        (("Bakers", "master baker"), "5432"),  # the singular of the index
        (("baker", "plumber"), ""),  # half and half decides nothing
        (("baker", "craft baker", "plumber"), "5432"),
        (("seller",), ""),  # the index has it in two unit groups
        (("astronaut",), ""),
    ],
)
def test_the_official_index_of_titles_tells_the_unit_group(tmp_path, names, unit):
    rows = [("Baker", "5432"), ("Baker, craft baker", ""), ("Craft baker", "5432"), ("Plumber", "5315")]
    rows += [("Seller", "7111"), ("Seller", "7112")]
    write(
        tmp_path / "soc2020_coding_index.csv.gz",
        [{"title": title, "soc2020": code or "}}}}", "soc2010": code} for title, code in rows],
    )
    index = _CodingIndex.read(tmp_path)
    assert index.unit_of(names) == unit


def test_every_variant_of_the_ablation_changes_the_recipe():
    variants = {name: replace(Recipe(), **changes) for name, changes in VARIANTS.items()}
    assert len(set(variants.values())) == len(variants)


def test_like_attracts_like_and_what_is_masked_counts_for_nothing():
    rows = torch.eye(4)
    right, wrong = (float(_attract(rows, other, 0.05, None)) for other in (rows, rows.roll(1, 0)))
    assert right < 0.01 < wrong
    twins = rows.clone()
    twins[1] = twins[0]
    alike = torch.zeros(4, 4, dtype=torch.bool)
    alike[0, 1] = alike[1, 0] = True
    assert float(_attract(twins, twins, 0.05, alike)) < 0.01 < float(_attract(twins, twins, 0.05, None))


def test_a_batch_brings_names_with_their_neighbours():
    named = tuple(Named((f"{family} {n}", f"{family} {n}, again"), "", family) for family in "abcdef" for n in range(4))
    occupations = tuple(occupation(n) for n in range(8))
    batches = Batches(Texts(occupations, named), occupations, Recipe(occupations=2, pairs=12, neighbours=3, seed=1))
    for _ in range(5):
        pairs = batches.next().pairs[:4]
        assert len({left[0] for left, _right in pairs[:3]}) == 1  # one family
        assert len({frozenset(pair) for pair in pairs}) == 4


def test_what_was_read_is_a_target_that_sums_to_one():
    record = Record.of(readings()[0])
    assert record.lines == ("bake bread", "sell cakes", "drive")
    assert record.shown == (pytest.approx((2 / 3, 1 / 3, 0)), pytest.approx((0, 0.5, 0.5)), (0, 0, 1))


def test_reading_right_costs_less_than_reading_wrong():
    record = Record(("a",), ("b", "c"), ((1.0, 0.0, 0.0),))
    shows_b = torch.tensor([[1.0, 0], [1, 0], [0, 1]])
    shows_c = torch.tensor([[1.0, 0], [0, 1], [1, 0]])
    row = {"a": 0, "b": 1, "c": 2}
    assert float(_read(record, row, shows_b)[0]) < 0.1 < float(_read(record, row, shows_c)[0])
    nothing = Record(("a",), ("b", "c"), ((0.0, 0.0, 1.0),))
    assert float(_read(nothing, row, shows_b)[0]) > float(_read(nothing, row, torch.eye(3))[0])


def test_what_was_read_is_whole_and_no_person_is_on_both_sides():
    found = load_readings()
    assert len(found) >= 3_600
    learned, held_out = split(found)
    assert len(held_out) >= 600
    assert not {one.person for one in learned} & {one.person for one in held_out}
    said = [(band, named, one) for one in found for band, named in zip(one.bands, one.evidence, strict=True)]
    assert {band for band, _named, _one in said} == {"clear", "partial", "none"}
    ticked = [
        one.job.title
        for band, named, one in said
        if band == "clear" and {one.candidate.evidence[line].kind for line in named} == {"personal"}
    ]
    assert not ticked, "what somebody says of themselves is never clear alone"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"readings": []}, "1 requirements and 0 readings"),
        ({"readings": [{"band": "clear", "evidence": []}]}, "clear with the evidence"),
        ({"readings": [{"band": "none", "evidence": [0]}]}, "none with the evidence"),
        ({"readings": [{"band": "clear", "evidence": [1]}]}, "of 1 lines"),
        ({"evidence": [{"kind": "wish", "text": "x"}]}, "wish"),
    ],
)
def test_a_fault_in_what_was_read_is_named(tmp_path, change, told):
    row = {
        "title": "Baker",
        "lines": ["bake"],
        "evidence": [{"kind": "skill", "text": "baking"}],
        "readings": [{"band": "clear", "evidence": [0]}],
    }
    file = tmp_path / "readings.jsonl"
    file.write_text(json.dumps(row) + "\n" + json.dumps(row | change) + "\n{", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: .*" + told) as error:
        load_readings(file)
    assert "line 3" in str(error.value)
    assert len(FILE.read_text(encoding="utf-8").splitlines()) == len(load_readings())


def test_the_held_out_figures_tell_a_good_encoder_from_a_blind_one():
    occupations = [occupation(n) for n in range(8)]

    def by_trade(phrases):
        return np.array([[float(trade in phrase) for trade in TRADES] for phrase in phrases], np.float32)

    def blind(phrases):
        return np.array([[zlib.crc32(p.encode()) % 97, 1, 0] for p in phrases], np.float32)

    assert figures(occupations, by_trade)["all"] == pytest.approx(1)
    assert figures(occupations, blind)["all"] < 0.8


def test_a_change_of_low_rank_comes_back_whole(tmp_path):
    layer = torch.nn.Linear(12, 8, bias=False)
    before = {"weight": layer.weight.detach().numpy().copy()}
    thin = np.outer(np.arange(8), np.arange(12)).astype(np.float32) / 50
    file = tmp_path / "changes.npz"
    np.savez_compressed(file, **low_rank(before, {"weight": before["weight"] + thin}, rank=2))
    apply(layer, file)
    assert layer.weight.detach().numpy() == pytest.approx(before["weight"] + thin, abs=2e-3)


@pytest.mark.parametrize(("itself", "near"), [(True, 0.999), (False, 0.99999)])
def test_vectors_in_training_are_those_of_the_encoder_on_any_processor(monkeypatch, itself, near):
    monkeypatch.setattr("search.tuning.training.has_bfloat16", lambda: itself)
    phrases = ["drives a counterbalance truck", "bricklaying", "serves guests at table and takes their orders"]
    model = SentenceEncoder().load()
    with torch.no_grad():
        found = forward(model, phrases).numpy()
    known = model.encode(phrases, normalize_embeddings=True, show_progress_bar=False)
    assert ((found * known).sum(axis=1) > near).all()


def test_the_mean_of_two_trainings_lies_between_them():
    one, other = {"weight": np.zeros((2, 3))}, {"weight": np.full((2, 3), 4.0)}
    assert (mean_of([one, other])["weight"] == 2).all()
    assert len(set(MEMBERS)) == len(MEMBERS) > 1


def test_a_file_for_another_model_is_refused(tmp_path):
    file = tmp_path / "changes.npz"
    np.savez_compressed(file, **{"nowhere left": np.zeros((2, 1)), "nowhere right": np.zeros((1, 2))})
    with pytest.raises(ValueError, match="nowhere"):
        apply(torch.nn.Linear(2, 2), file)


def test_training_draws_the_lines_of_an_occupation_together(texts):
    model = SentenceEncoder().load()
    recipe = Recipe(steps=4, occupations=6, pairs=3, rate=1e-4, keep=0.1)
    losses = []
    train(
        model,
        np.zeros(384, np.float32),
        Batches(texts, texts.occupations, recipe),
        recipe,
        lambda _done, _of, loss: losses.append(loss),
    )
    assert len(losses) == 4
    assert np.mean(losses[2:]) < np.mean(losses[:2])
    assert np.isfinite(model.encode(["bakes bread"])).all()
    assert FakeEncoder().encode(["x"]).shape[1] == model.encode(["bakes bread"]).shape[1]


def test_what_ships_is_small_and_changes_nothing_but_the_layers():
    assert CHANGES_FILE.stat().st_size < 25_000_000
    with np.load(CHANGES_FILE) as content:
        assert {name.rsplit(" ", 1)[1] for name in content.files} == {"left", "right"}
        changed = {name.rsplit(" ", 1)[0] for name in content.files}
    published, tuned = (dict(SentenceEncoder(file).load().named_parameters()) for file in (None, CHANGES_FILE))
    assert changed == set(tunable(SentenceEncoder().load()))
    for name, matrix in published.items():
        assert torch.equal(matrix, tuned[name]) == (name not in changed), name


@pytest.mark.real_encoder
def test_the_tuned_encoder_brings_a_trade_together():
    def apart(encoder):
        bricks, walls, hair = encoder.encode(["lay bricks", "point and repair brickwork", "cut and style hair"])
        return float(bricks @ walls - bricks @ hair)

    assert apart(own_encoder()) > apart(raw_encoder())


def test_a_record_that_was_read_is_a_softmax_over_its_lines_and_none_of_them():
    found = np.array(Record.of(readings()[0], SURE).shown)
    assert found == pytest.approx(np.array([[0.85 * 2 / 3, 0.85 / 3, 0.15], [0, 0.65, 0.35], [0, 0, 1]]))


def test_a_model_takes_other_matrices_in():
    model = SentenceEncoder().load()
    name, matrix = next(iter(tunable(model).items()))
    put(model, {name: np.ones(matrix.shape, np.float32)})
    assert float(matrix.detach().min()) == 1
