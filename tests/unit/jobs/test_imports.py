import io
import json

import pytest
from django.core.management import CommandError, call_command

from jobs.imports import RequirementLine, import_jobs
from jobs.models import Job, Requirement
from jobs.rows import FileProblems, JobRow
from jobs.signals import jobs_changed
from tests.factories.accounts import OutcodeFactory
from tests.factories.employers import EmployerFactory
from tests.factories.jobs import CredentialFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer():
    OutcodeFactory(code="LS10")
    return EmployerFactory(name="Aire Valley Stores", slug="aire-valley", pledged=True)


@pytest.fixture
def announced():
    ids = []

    def note(sender, **kwargs):
        ids.extend(kwargs["ids"])

    jobs_changed.connect(note)
    yield ids
    jobs_changed.disconnect(note)


def row(id="a", line=1, **fields):
    return JobRow(id=id, line=line, **{"title": "Cook", "statements": ("Cook for 40",), "outcode": "LS10", **fields})


def state():
    jobs = Job.objects.order_by("pk").values(
        "pk", "title", "slug", "advert_text", "closing_date", "status", "updated_at"
    )
    return list(jobs), list(Requirement.objects.order_by("pk").values())


def test_new_jobs_are_drafts_with_their_lines(employer, announced):
    summary = import_jobs([row(), row("b", 2, title="Porter", statements=("Lift", "Carry"))], employer=employer)
    assert str(summary) == "2 added, 0 updated, 0 unchanged"
    job = Job.objects.get(reference="b")
    assert (job.status, job.employer, job.outcode_id, job.slug) == ("DRAFT", employer, "LS10", "porter")
    assert [line.text for line in job.requirements.all()] == ["Lift", "Carry"]
    assert set(announced) == set(Job.objects.values_list("pk", flat=True))


def test_running_twice_changes_nothing(employer, announced):
    rows = [row(), row("b", 2, text="You will cook.", statements=())]
    import_jobs(rows, employer=employer)
    before = state()
    announced.clear()
    summary = import_jobs(rows, employer=employer)
    assert (summary.unchanged, state(), announced) == (2, before, [])


def test_only_what_changed_is_updated(employer, announced):
    import_jobs([row(), row("b", 2)], employer=employer)
    announced.clear()
    summary = import_jobs([row(title="Head cook"), row("b", 2)], employer=employer)
    assert (summary.updated, summary.unchanged) == (1, 1)
    assert Job.objects.get(reference="a").title == "Head cook"
    assert announced == [Job.objects.get(reference="a").pk]


def test_lines_corrected_by_hand_stay_until_the_advert_changes(employer):
    import_jobs([row()], employer=employer)
    Requirement.objects.update(text="Cook for 40 people, corrected")
    import_jobs([row(title="Another title")], employer=employer)
    assert Requirement.objects.get().text == "Cook for 40 people, corrected"
    import_jobs([row(statements=("Cook for 80",))], employer=employer)
    assert Requirement.objects.get().text == "Cook for 80"


def test_the_parser_is_asked_and_its_credentials_are_linked(employer):
    CredentialFactory(slug="forklift")
    found = RequirementLine("Forklift licence", "credential", True, ("forklift", "not-in-the-table"), True)
    import_jobs([row(text="Anything", statements=())], employer=employer, parse=lambda _row: [found])
    line = Requirement.objects.get()
    assert (line.kind, line.is_training_given) == ("credential", True)
    assert [credential.slug for credential in line.credentials.all()] == ["forklift"]


def test_the_same_reference_at_two_employers_is_two_jobs(employer):
    other = EmployerFactory(name="Elsewhere")
    import_jobs([row()], employer=employer)
    import_jobs([row()], employer=other)
    assert Job.objects.filter(reference="a").count() == 2


def test_rows_may_name_their_employers(employer):
    import_jobs([row(employer="aire valley stores"), row("b", 2, employer="aire-valley")])
    assert set(Job.objects.values_list("employer", flat=True)) == {employer.pk}


def test_unknown_employers_are_all_reported_and_nothing_is_written(employer):
    with pytest.raises(FileProblems) as caught:
        import_jobs([row(employer="aire-valley"), row("b", 2, employer="Nobody"), row("c", 3)])
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [(2, "employer"), (3, "employer")]
    assert not Job.objects.exists()


def test_rows_that_cannot_be_kept_are_all_reported(employer):
    rows = [row("x" * 61), row("b", 2, title=""), row("c", 3, title="t" * 121), row("d", 4, statements=("s" * 1001,))]
    with pytest.raises(FileProblems) as caught:
        import_jobs([*rows, row("e", 5, outcode="M1")], employer=employer)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (1, "id"),
        (2, "title"),
        (3, "title"),
        (4, "statements"),
        (5, "outcode"),
    ]
    assert not Job.objects.exists()


def test_publishing_needs_a_pledge(employer):
    import_jobs([row()], employer=employer, publish=True)
    assert Job.objects.get().is_open
    with pytest.raises(FileProblems, match="no accepted pledge"):
        import_jobs([row()], employer=EmployerFactory(), publish=True)


def test_a_stop_halfway_leaves_nothing(employer):
    def stop(_row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_jobs([row(), row("b", 2)], employer=employer, parse=stop)
    assert not Job.objects.exists()


def test_titles_in_any_script_get_a_slug(employer):
    import_jobs([row(title="厨师"), row("b", 2, title="🍳")], employer=employer)
    assert sorted(Job.objects.values_list("slug", flat=True)) == ["job", "job-2"]


def test_the_command_imports_statements_and_finds_their_credentials(employer, tmp_path):
    CredentialFactory(slug="forklift-counterbalance")
    path = tmp_path / "jobs.jsonl"
    line = "You must have a counterbalance forklift licence (RTITB)"
    path.write_text(json.dumps({"id": "a", "title": "Driver", "statements": [line, "Load lorries"]}))
    out = io.StringIO()
    call_command("import_jobs", path, employer="aire-valley", stdout=out)
    first, second = Requirement.objects.all()
    assert (first.text, second.text) == (line, "Load lorries")
    assert [credential.slug for credential in first.credentials.all()] == ["forklift-counterbalance"]
    assert "1 added, 0 updated, 0 unchanged" in out.getvalue()


def test_the_command_says_what_is_wrong_and_writes_nothing(employer, tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_text('{"id": "a", "title": "Cook", "text": "x"}\n{"id": \n')
    with pytest.raises(CommandError, match=r"line 2: This is not JSON(.|\n)*Nothing was written\."):
        call_command("import_jobs", path, employer="aire-valley")
    assert not Job.objects.exists()


def test_the_command_names_the_employers_it_knows(employer, tmp_path):
    with pytest.raises(CommandError, match="aire-valley"):
        call_command("import_jobs", tmp_path / "jobs.jsonl", employer="nobody")
