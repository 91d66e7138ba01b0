"""`manage.py match` and `encode`, as somebody with two files would use them."""

import gzip
import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

JOBS = [
    {"id": "driver", "title": "Fork-lift driver", "statements": ["Drive a fork-lift truck", "Keep stock records"]},
    {"id": "salon", "statements": ["Cut and colour hair"], "outcode": "M1", "closing": "24 October 2024"},
]
CANDIDATES = [
    {"id": "ann", "skills": ["drive a fork-lift truck"], "home_outcode": "LS10", "label_soc2020": "8222"},
    {"id": "bob", "skills": ["cut and colour hair"], "qualifications": ["Level 2 Diploma in Hairdressing"]},
    {"id": "nobody"},
]


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def file(tmp_path):
    def write(name, rows):
        path = tmp_path / name
        text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


def match(jobs, candidates, *, to=None, ranked_for="jobs", **options):
    out = StringIO()
    call_command("match", jobs=jobs, candidates=candidates, ranked_for=ranked_for, output=to, stdout=out, **options)
    return out.getvalue() if to is None else [json.loads(line) for line in to.read_text("utf-8").splitlines()]


@pytest.fixture
def ranked(file, tmp_path):
    def run(jobs=JOBS, candidates=CANDIDATES, **options):
        return match(
            file("jobs.jsonl", jobs), file("people.jsonl.gz", candidates), to=tmp_path / "out.jsonl", **options
        )

    return run


def test_candidates_for_each_job_in_the_order_of_the_file(ranked):
    rows = ranked()
    assert [row["query"] for row in rows] == ["driver", "salon"]
    assert [result["id"] for result in rows[0]["results"]] == ["ann", "bob", "nobody"]
    assert rows[1]["results"][0]["id"] == "bob"
    first = rows[0]["results"][0]
    assert set(first) == {"id", "score", "reasons", "gaps", "stopped_by"}
    assert first["reasons"][0] == {
        "requirement": "Drive a fork-lift truck",
        "evidence": "drive a fork-lift truck",
        "kind": "skill",
        "proof": "told us",
        "band": "clear",
    }
    assert first["score"] > rows[0]["results"][1]["score"]
    assert rows[0]["results"][2]["score"] == 0


def test_jobs_for_each_candidate_have_the_same_scores(ranked):
    by_job = {(row["query"], one["id"]): one["score"] for row in ranked() for one in row["results"]}
    by_candidate = ranked(ranked_for="candidates")
    assert [row["query"] for row in by_candidate] == ["ann", "bob", "nobody"]
    for row in by_candidate:
        for one in row["results"]:
            assert one["score"] == pytest.approx(by_job[one["id"], row["query"]], abs=2e-5)


def test_each_statement_comes_once_its_text_unchanged(ranked):
    statements = ["Drive a fork-lift truck", "  spaces kept ", "Keep stock records", "Пиши отчёты 💡"]
    rows = ranked(jobs=[{"id": "1", "statements": statements}])
    for result in rows[0]["results"]:
        said = [one["requirement"] for one in (*result["reasons"], *result["gaps"])]
        assert sorted(said) == sorted(statements)


def test_a_missing_must_have_puts_a_person_behind_the_others_and_says_why(ranked):
    jobs = [{"id": "1", "title": "Driver", "statements": ["Load the lorry", "Must hold a Category C licence"]}]
    people = [
        {"id": "without", "skills": ["load the lorry"]},
        {"id": "with", "skills": ["cut hair"], "licences": ["Category C driving licence"]},
    ]
    results = ranked(jobs=jobs, candidates=people)[0]["results"]
    assert [result["id"] for result in results] == ["with", "without"]
    assert results[0]["stopped_by"] == []
    [reason] = results[1]["stopped_by"]
    assert reason.startswith("Needs Driving licence, category C")


def test_time_and_place_count_only_when_asked_for(ranked):
    assert all(not one["stopped_by"] for row in ranked() for one in row["results"])
    late = ranked(on="2026-11-21")[1]["results"]
    assert all(one["stopped_by"] == ["The job closed on 24 October 2024."] for one in late)
    near = ranked(within=10)[1]["results"]
    assert {one["id"]: bool(one["stopped_by"]) for one in near} == {"ann": True, "bob": True, "nobody": True}
    assert "We do not know where the candidate will live" in near[0]["stopped_by"][0] or near[0]["id"] == "ann"


def test_top_cuts_and_nought_keeps_all(ranked):
    assert [len(row["results"]) for row in ranked(top=1)] == [1, 1]
    assert [len(row["results"]) for row in ranked(top=0)] == [3, 3]


def test_fields_of_an_answer_key_change_nothing(ranked):
    labelled = [
        {**row, "label_soc2020": "9999", "soc2020": "1", "soc2020_title": "x", "sector": "y"} for row in CANDIDATES
    ]
    jobs = [{**row, "soc2020_title": "Hairdressers", "sector": "BEAUTY"} for row in JOBS]
    assert ranked(jobs=jobs, candidates=labelled) == ranked()


def test_without_output_a_table_to_read(file):
    table = match(file("jobs.jsonl", JOBS), file("people.jsonl", CANDIDATES))
    assert "driver  Fork-lift driver" in table
    assert "1. ann" in table
    assert "● clear: Drive a fork-lift truck ← drive a fork-lift truck" in table
    assert "%" not in table


def test_nothing_goes_into_the_database(ranked):
    ranked()  # the test has no database: any query would fail it


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ('{"id": "1", "title": "Driver"}\n{"id": \n', "line 2: This is not JSON"),
        ('{"title": "Driver"}\n', "line 1, id: The row has no id"),
        ('{"id": "1", "title": "a"}\n{"id": "1", "title": "b"}\n', 'line 2, id: "1" is already on line 1'),
        ("", "is empty. Write one JSON object on each line."),
        ('{"id": "1", "title": "a", "closing": "31 February 2026"}\n', 'line 1, closing: "31 February 2026" is not'),
        ('{"id": "1", "title": "a", "outcode": "ZZ99"}\n', 'line 1, outcode: "ZZ99" is not a postcode district'),
        ('{"id": "1", "text": "%s"}\n' % ("long " * 40_000), "line 1, text: This is 200,000 characters long"),
    ],
)
def test_bad_jobs_are_named_by_line_field_and_remedy(file, tmp_path, capsys, jobs, said):
    output = tmp_path / "out.jsonl"
    output.write_text("what was here before")
    with pytest.raises(CommandError):
        match(file("jobs.jsonl", jobs), file("people.jsonl", CANDIDATES), to=output)
    assert said in capsys.readouterr().err
    assert output.read_text() == "what was here before"


def test_every_problem_of_both_files_is_said_at_once(file, capsys):
    with pytest.raises(CommandError, match="3 problems"):
        match(file("jobs.jsonl", "{\n[1]\n"), file("people.jsonl", '{"skills": []}\n'))
    said = capsys.readouterr().err
    assert "jobs.jsonl: line 1" in said
    assert "jobs.jsonl: line 2" in said
    assert "people.jsonl: line 1, id" in said


def test_missing_and_unreadable_files_are_named(file, tmp_path, capsys):
    broken = tmp_path / "jobs.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"id": "1", "title": "a"}\n' * 50)[:40])
    with pytest.raises(CommandError):
        match(broken, tmp_path / "nowhere.jsonl")
    said = capsys.readouterr().err
    assert "cannot be unpacked" in said
    assert "There is no file" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [({"top": -1}, "--top"), ({"on": "tomorrow"}, "--on"), ({"within": -3.0}, "--within")],
)
def test_bad_options_are_named(file, options, said):
    with pytest.raises(CommandError, match=said):
        match(file("jobs.jsonl", JOBS), file("people.jsonl", CANDIDATES), **options)


def test_any_script_and_html_in_a_title_are_ranked(ranked):
    jobs = [{"id": "1", "title": "<b>Gyrrwr</b> <script>alert(1)</script>", "statements": ["Водить погрузчик", "💡💡"]}]
    [row] = ranked(jobs=jobs)
    assert len(row["results"]) == 3
    assert all(np.isfinite(one["score"]) for one in row["results"])


def test_encode_writes_a_vector_a_line(tmp_path):
    phrases, output = tmp_path / "phrases.txt", tmp_path / "vectors.npy"
    phrases.write_text("drive a lorry\nLoad a lorry\n\ndrive a lorry\n", encoding="utf-8")
    call_command("encode", phrases, output=output, stdout=StringIO())
    vectors = np.load(output)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[0] == vectors[3]).all()


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"\xff\xfe", "not UTF-8"), (None, "no file")])
def test_encode_names_what_is_wrong_with_its_file(tmp_path, content, said):
    path = tmp_path / "phrases.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("encode", path, output=tmp_path / "vectors.npy", stdout=StringIO())
    assert not (tmp_path / "vectors.npy").exists()
