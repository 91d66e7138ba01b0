import gzip
import json

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path, monkeypatch):
    from search.adverts import parsing

    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(parsing, "_own", parsing.threading.local())


def run(tmp_path, content, name="adverts.jsonl"):
    source, target = tmp_path / name, tmp_path / "parsed.jsonl"
    source.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    call_command("parse_adverts", str(source), "--output", str(target))
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["adverts.jsonl", "adverts.jsonl.gz"])
def test_one_row_an_advert_in_order(tmp_path, name):
    text = "Duties:\n- To mow the grass\nYou must have a CSCS card."
    rows = [{"id": "b", "text": text, "title": "Gardener"}, {"id": 7, "text": ""}]
    parsed = run(tmp_path, "\n".join(map(json.dumps, rows)), name)
    assert [row["id"] for row in parsed] == ["b", 7]
    assert parsed[1] == {"id": 7, "lines": [], "credentials": []}
    for line in parsed[0]["lines"]:
        assert set(line) == {"text", "start", "end", "kind", "essential"}
        assert text[line["start"] : line["end"]] == line["text"]
    (card,) = parsed[0]["credentials"]
    assert (card["credential"], card["status"]) == ("cscs", "must")
    assert text[card["start"] : card["end"]].startswith("CSCS")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ('{"id": "a", "text": "x"}\n{broken', "line 2"),
        ('{"text": "x"}', "line 1, id"),
        ('{"id": "a"}', "line 1, text"),
        ('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}', "line 2, id"),
        (json.dumps({"id": "a", "text": "x" * 200_000}), "100,000"),
    ],
)
def test_bad_input_is_told_and_nothing_written(tmp_path, capsys, content, said):
    with pytest.raises(CommandError, match="nothing was written"):
        run(tmp_path, content)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "parsed.jsonl").exists()
