import gzip
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.outcodes import known_outcodes
from jobs.rows import MAX_ADVERT, FileProblems, Row, check_job_row, parse_day, plain_title, read_jobs, read_rows

OUTCODES = known_outcodes()


def written(tmp_path, *lines, name="rows.jsonl"):
    path = tmp_path / name
    content = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def problems_of(path):
    with pytest.raises(FileProblems) as caught:
        read_jobs(path, OUTCODES)
    return [(problem.line, problem.field) for problem in caught.value.problems], str(caught.value)


JOB = {"id": "a", "title": "Cook", "text": "You will cook."}


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows.bin"])
def test_reads_plain_and_gzip(tmp_path, name):
    path = written(tmp_path, {**JOB, "outcode": "ls10", "closing": "24 October 2024"}, name=name)
    [job] = read_jobs(path, OUTCODES)
    assert (job.id, job.outcode, job.closing, job.line) == ("a", "LS10", date(2024, 10, 24), 1)


def test_gzip_is_known_by_its_content_whatever_the_name(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(gzip.compress(json.dumps(JOB).encode()))
    assert read_jobs(path, OUTCODES)[0].title == "Cook"


def test_blank_lines_a_byte_order_mark_and_unicode_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('\ufeff{"id": "a", "text": "one\u2028two"}\n\n{"id": "b", "text": "x"}\r\n', encoding="utf-8")
    first, second = read_jobs(path, OUTCODES)
    assert first.text == "one\u2028two"
    assert second.line == 3


def test_every_bad_line_is_named_with_field_and_remedy(tmp_path):
    path = written(
        tmp_path,
        {**JOB, "outcode": "ZZ99", "closing": "31 February 2024"},
        b'{"id": ',
        [1, 2],
        {"title": 3, "statements": ["a", ""]},
        {**JOB, "id": "a"},
        b"\xff\xfe",
        {**JOB, "id": "c", "text": "x" * (MAX_ADVERT + 1)},
        {"id": "d"},
        {"id": "\ud800e", "text": "x"},
        {**JOB, "id": "f", "statements": "not a list"},
    )
    places, text = problems_of(path)
    assert places == [
        (1, "outcode"),
        (1, "closing"),
        (2, ""),
        (3, ""),
        (4, "id"),
        (4, "title"),
        (4, "statements"),
        (5, "id"),
        (6, ""),
        (7, "text"),
        (8, "text"),
        (9, "id"),
        (10, "statements"),
    ]
    assert (
        'line 1, outcode: "ZZ99" is not a postcode district. Use the first part of the postcode, such as LS10.' in text
    )
    assert 'line 5, id: "a" is already on line 1. Give each row its own id.' in text
    assert len(text.splitlines()) == len(places)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (None, "There is no file"),
    ],
)
def test_a_file_with_nothing_in_it_is_said_so(tmp_path, content, said):
    path = tmp_path / "rows.jsonl"
    if content is not None:
        path.write_bytes(content)
    assert said in problems_of(path)[1]


@pytest.mark.parametrize("content", [b"not gzip at all", gzip.compress(b'{"id": 1}\n' * 500, mtime=0)[:30]])
def test_an_unreadable_gzip_is_said_so(tmp_path, content):
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(content)
    assert "cannot be unpacked" in problems_of(path)[1]


def test_a_folder_is_said_so(tmp_path):
    assert "is a folder" in problems_of(tmp_path)[1]


def test_json_nested_without_end_is_a_problem_of_its_line(tmp_path):
    path = written(tmp_path, b'{"id": ' + b"[" * 100_000, JOB)
    assert problems_of(path)[0] == [(1, "")]


def test_read_rows_returns_the_objects_with_their_lines(tmp_path):
    rows = read_rows(written(tmp_path, {"id": 1}, b"", {"id": 2}))
    assert [(row.number, row.data["id"]) for row in rows] == [(1, 1), (3, 2)]


def test_answers_and_unknown_fields_are_never_read():
    class Watched(dict):
        def get(self, key, default=None):
            asked.add(key)
            return super().get(key, default)

    asked = set()
    check_job_row(Row(1, Watched({**JOB, "label_soc2020": "9252", "sector": "RETAIL", "soc2020": []})), OUTCODES)
    assert asked == {"id", "title", "text", "statements", "outcode", "closing", "employer"}


def test_the_advert_is_kept_to_the_character():
    text = "  <b>Cook</b>\\n wanted \u00a0 "
    assert check_job_row(Row(1, {"id": "a", "text": text}), OUTCODES).text == text


def test_statements_are_kept_to_the_character():
    statements = [" Lift 15 kg. ", "Lift 15 kg.", "厨房で働く"]
    assert check_job_row(Row(1, {"id": "a", "statements": statements}), OUTCODES).statements == tuple(statements)


def test_an_outcode_may_be_missing_empty_or_null():
    for row in (JOB, {**JOB, "outcode": ""}, {**JOB, "outcode": None}):
        assert check_job_row(Row(1, row), OUTCODES).outcode == ""


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("<b>Cook</b> &amp; porter", "Cook & porter"),
        ("<script>alert(1)</script>Cook", "Cook"),
        ("Cook <18 hours", "Cook <18 hours"),
        ("  Cook\n\tporter ", "Cook porter"),
        ("Küchenhilfe 厨师 🍳", "Küchenhilfe 厨师 🍳"),
    ],
)
def test_a_title_loses_its_html_and_keeps_its_script(title, plain):
    assert plain_title(title) == plain


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-10-24", date(2024, 10, 24)),
        ("24 October 2024", date(2024, 10, 24)),
        ("01 Sept 2024", date(2024, 9, 1)),
        ("24/10/2024", None),
        ("31 February 2024", None),
        ("24 Brumaire 2024", None),
        ("soon", None),
    ],
)
def test_dates_are_read_as_people_write_them(text, day):
    assert parse_day(text) == day


@given(st.text(max_size=200))
def test_any_title_comes_out_as_one_line(title):
    assert "\n" not in plain_title(title)


@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "text", "statements", "outcode", "closing", "employer", "label_x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner),
            max_leaves=4,
        ),
    )
)
def test_any_row_is_read_or_refused_with_its_line(data):
    try:
        job = check_job_row(Row(7, data), OUTCODES)
    except FileProblems as error:
        assert error.problems and all(problem.line == 7 and problem.message for problem in error.problems)
    else:
        assert job.id and all(isinstance(text, str) for text in job.statements)
