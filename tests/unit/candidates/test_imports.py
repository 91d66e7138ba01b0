import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.outcodes import known_outcodes
from candidates.imports import import_candidates
from candidates.models import Candidate, Evidence
from candidates.rows import CandidateRow, PlacementRow, check_candidate_row, read_candidates
from candidates.signals import candidates_changed
from jobs.credentials import held_credentials
from jobs.rows import FileProblems, Row
from search.documents import candidate_document, candidate_document_from_row
from tests.factories.accounts import AgencyFactory, OutcodeFactory
from tests.factories.jobs import CredentialFactory

pytestmark = pytest.mark.django_db
OUTCODES = known_outcodes()
FULL = {
    "id": "c1",
    "skills": ["cook for 600", "cook for 600"],
    "qualifications": ["Level 2 Certificate in Warehousing and Storage"],
    "licences": ["Counterbalance forklift licence (RTITB)"],
    "placements": [{"type": "ROTL placement", "role": "cook"}, {"type": "job before custody", "role": "porter"}],
    "in_prison_work": ["KITCHENS_AND_COOKING", "OTHER"],
    "work_interests": ["HOSPITALITY"],
    "personal_skills": ["TEAMWORK"],
    "home_outcode": "LS10",
    "first_name": "Ada",
    "available_from": "2026-12-01",
    "travel_miles": 15,
    "label_occupation": "cook",
}


@pytest.fixture
def agency():
    OutcodeFactory(code="LS10")
    CredentialFactory(slug="forklift-counterbalance")
    return AgencyFactory(name="HMP Example")


@pytest.fixture
def announced():
    ids = []

    def note(sender, **kwargs):
        ids.extend(kwargs["ids"])

    candidates_changed.connect(note)
    yield ids
    candidates_changed.disconnect(note)


def checked(**fields):
    return check_candidate_row(Row(1, {**FULL, **fields}), OUTCODES)


def run(*rows, agency):
    return import_candidates(rows, agency=agency, held=held_credentials)


def state():
    return list(Candidate.objects.order_by("pk").values()), list(Evidence.objects.order_by("pk").values())


def test_a_full_row_becomes_a_candidate_with_evidence(agency, announced):
    run(checked(), agency=agency)
    candidate = Candidate.objects.get(external_reference="c1")
    assert (candidate.first_name, candidate.home_outcode_id, candidate.travel_miles) == ("Ada", "LS10", 15)
    assert (candidate.available_from, candidate.prison) == (date(2026, 12, 1), agency.prison)
    assert candidate.work_interests == ["HOSPITALITY"]
    assert [(line.kind, line.text, line.proof) for line in candidate.evidence.all()] == [
        ("skill", "cook for 600", "told_us"),
        ("qualification", "Level 2 Certificate in Warehousing and Storage", "awarded"),
        ("licence", "Counterbalance forklift licence (RTITB)", "awarded"),
        ("placement", "cook", "observed"),
        ("role", "porter", "told_us"),
        ("prison_work", "Kitchens and cooking", "observed"),
        ("personal", "Teamwork", "told_us"),
    ]
    licence = candidate.evidence.get(kind="licence")
    assert [credential.slug for credential in licence.credentials.all()] == ["forklift-counterbalance"]
    assert announced == [candidate.pk]


def test_nobody_is_released_to_employers_by_an_import(agency):
    run(checked(), agency=agency)
    assert not Candidate.objects.get().is_released_to_employers


def test_running_twice_changes_nothing(agency, announced):
    run(checked(), agency=agency)
    before = state()
    announced.clear()
    summary = run(checked(), agency=agency)
    assert (summary.unchanged, summary.added, summary.updated) == (1, 0, 0)
    assert (state(), announced) == (before, [])


def test_evidence_is_added_and_never_taken_away(agency):
    run(checked(), agency=agency)
    Evidence.objects.create(candidate=Candidate.objects.get(), text="my own line")
    summary = run(checked(skills=["bake bread"]), agency=agency)
    assert summary.updated == 1
    texts = set(Evidence.objects.values_list("text", flat=True))
    assert {"my own line", "cook for 600", "bake bread"} <= texts


def test_fields_that_a_row_leaves_out_stay(agency):
    run(checked(), agency=agency)
    run(CandidateRow(id="c1", last_name="Okoro", line=1), agency=agency)
    candidate = Candidate.objects.get()
    assert (candidate.name, candidate.travel_miles) == ("Ada Okoro", 15)


def test_an_empty_profile_is_kept_with_a_warning(agency):
    summary = run(CandidateRow(id="c2", line=9), agency=agency)
    assert summary.added == 1
    assert [warning.line for warning in summary.warnings] == [9]


def test_somebody_of_another_agency_is_not_touched(agency):
    run(checked(), agency=agency)
    with pytest.raises(FileProblems, match="another agency"):
        run(checked(), CandidateRow(id="c2", line=2), agency=AgencyFactory())
    assert Candidate.objects.count() == 1


def test_rows_that_cannot_be_kept_are_all_reported(agency):
    rows = [
        CandidateRow(id="x" * 61, line=1),
        CandidateRow(id="b", skills=("s" * 301,), line=2),
        CandidateRow(id="c", placements=(PlacementRow("r" * 301),), line=3),
        CandidateRow(id="d", home_outcode="M1", line=4),
    ]
    with pytest.raises(FileProblems) as caught:
        run(*rows, agency=agency)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (1, "id"),
        (2, "skills"),
        (3, "placements"),
        (4, "home_outcode"),
    ]
    assert not Candidate.objects.exists()


def test_a_reference_that_chance_gives_twice_is_drawn_again(agency, monkeypatch):
    letters = iter("BBBBBBBBBBBBCCCCCC")
    monkeypatch.setattr("candidates.models.secrets.choice", lambda _alphabet: next(letters))
    run(CandidateRow(id="a", line=1), CandidateRow(id="b", line=2), agency=agency)
    assert set(Candidate.objects.values_list("reference", flat=True)) == {"TG-BBBBBB", "TG-CCCCCC"}


def test_a_stop_halfway_leaves_nothing(agency):
    def stop(_text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_candidates([checked()], agency=agency, held=stop)
    assert not Candidate.objects.exists()


def test_bad_rows_are_named_with_line_field_and_remedy(tmp_path):
    path = tmp_path / "people.jsonl"
    rows = [
        {"id": "a", "skills": "cook", "work_interests": ["construct"]},
        {"id": "b", "placements": ["cook", {"type": "ROTL placement"}], "home_outcode": "LS10 1AB"},
        {"id": "a", "available_from": "tomorrow", "travel_miles": True},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(FileProblems) as caught:
        read_candidates(path, OUTCODES)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (1, "skills"),
        (1, "work_interests"),
        (2, "placements"),
        (2, "placements"),
        (2, "home_outcode"),
        (3, "available_from"),
        (3, "travel_miles"),
        (3, "id"),
    ]
    assert "Did you mean CONSTRUCTION?" in str(caught.value)


@pytest.mark.parametrize(
    ("type", "kind"),
    [("ROTL placement", "placement"), ("day release", "placement"), ("job before custody", "role"), ("", "role")],
)
def test_a_placement_is_one_only_if_the_file_says_so(type, kind):
    assert PlacementRow("cook", type).kind == kind


def test_the_command_reports_and_warns(agency, tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps(FULL) + '\n{"id": "empty"}\n')
    out, err = io.StringIO(), io.StringIO()
    call_command("import_candidates", path, agency="hmp example", stdout=out, stderr=err)
    assert "2 added, 0 updated, 0 unchanged" in out.getvalue()
    assert "Warning: line 2" in err.getvalue()


def test_the_command_writes_nothing_if_a_line_is_bad(agency, tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps(FULL) + '\n{"skills": []}\n')
    with pytest.raises(CommandError, match="line 2, id"):
        call_command("import_candidates", path, agency="HMP Example")
    assert not Candidate.objects.exists()


def test_the_command_names_the_agencies_it_knows(agency, tmp_path):
    with pytest.raises(CommandError, match="HMP Example"):
        call_command("import_candidates", tmp_path / "people.jsonl", agency="nobody")


def placements(*items):
    return checked(placements=list(items))


def test_work_in_prison_and_months_come_with_a_placement(agency):
    run(
        placements(
            {"role": "Printer", "type": "work in prison", "from": "2024-05", "to": "March 2025"},
            {"role": "Porter", "type": "job before custody", "from": "2019-02-14"},
        ),
        agency=agency,
    )
    lines = Evidence.objects.filter(text__in=["Printer", "Porter"]).order_by("pk")
    assert list(lines.values_list("kind", "proof", "from_date", "to_date")) == [
        ("prison_work", "observed", date(2024, 5, 1), date(2025, 3, 31)),
        ("role", "told_us", date(2019, 2, 1), None),
    ]


def test_months_are_added_to_a_line_that_has_none_and_never_changed(agency, announced):
    run(placements({"role": "Porter"}), agency=agency)
    announced.clear()
    dated = placements({"role": "Porter", "from": "2019-02", "to": "2020-02"})
    assert run(dated, agency=agency).updated == 1
    assert announced == [Candidate.objects.get().pk]
    assert run(dated, agency=agency).unchanged == 1
    run(placements({"role": "Porter", "from": "2001-02", "to": "2002-02"}), agency=agency)
    assert Evidence.objects.get(text="Porter").from_date == date(2019, 2, 1)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"role": "Porter", "from": "2019"}, 'Item 1: "from" is not a month'),
        ({"role": "Porter", "from": "2019-02", "to": 2020}, 'Item 1: "to" is not a month'),
        ({"role": "Porter", "from": "2020-02", "to": "2019-02"}, "Item 1: The end is before the start"),
        ({"role": "Porter", "to": "2019-02"}, "Item 1: Write when it started too"),
    ],
)
def test_months_that_cannot_be_are_named_with_their_item(item, message):
    with pytest.raises(FileProblems) as error:
        placements(item)
    assert [problem.field for problem in error.value.problems] == ["placements"]
    assert error.value.problems[0].message.startswith(message)


def test_an_end_that_was_missing_is_added(agency):
    run(placements({"role": "Porter", "from": "2019-02"}), agency=agency)
    run(placements({"role": "Porter", "from": "2019-02", "to": "2020-02"}), agency=agency)
    assert Evidence.objects.get(text="Porter").to_date == date(2020, 2, 29)


def test_a_role_that_stands_twice_keeps_the_first_months_and_says_so(agency):
    first, second = {"from": "2015-01", "to": "2015-06"}, {"from": "2017-01", "to": "2019-06"}
    row = placements({"role": "Porter"}, {"role": "Porter", **first}, {"role": "Porter", **second})
    summary = run(row, agency=agency)
    assert Evidence.objects.get(text="Porter").from_date == date(2015, 1, 1)
    assert [(w.field, "months of two times" in w.message) for w in summary.warnings] == [("placements", True)]


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("ROTL placement", "placement"),
        ("day release", "placement"),
        ("work placement", "placement"),
        ("work in prison", "prison_work"),
        ("in-prison work", "prison_work"),
        ("prison workshops", "prison_work"),
        ("work placement in prison", "prison_work"),
        ("job before prison", "role"),
        ("job before custody", "role"),
        ("", "role"),
    ],
)
def test_what_kind_of_work_a_placement_was(type, kind):
    assert PlacementRow("Porter", type).kind == kind


def test_a_file_is_ranked_by_the_same_evidence_as_it_is_imported(agency):
    row = placements(
        {"role": "Printer", "type": "work in prison", "from": "2024-05"},
        {"role": "Porter", "from": "2019-02", "to": "2020-02"},
        {"role": "Cook", "type": "ROTL placement", "from": "2026-01", "to": "2026-02"},
    )
    run(row, agency=agency)
    on = date(2026, 11, 22)
    of_file = candidate_document_from_row(row, {}, on)
    of_site = candidate_document(Candidate.objects.for_matching().get(), on)
    told = [{(e.text, str(e.kind), str(e.proof), e.period) for e in one.evidence} for one in (of_file, of_site)]
    assert told[0] == told[1]
    assert ("Printer", "prison_work", "observed", (date(2024, 5, 1), on)) in told[0]
