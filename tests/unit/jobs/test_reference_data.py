import dataclasses
import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Outcode, Prison
from accounts.outcodes import known_outcodes
from jobs.models import Credential, EscoOccupation, Occupation, ReferenceLoad, Skill, VocabularyTerm
from jobs.progress import ProgressBar
from jobs.reference_data import REFERENCE_SETS, load_reference_data, missing_files
from jobs.vocabularies import PersonalSkill, PrisonWork, Sector

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db):
    return load_reference_data()


def test_every_file_ships_and_its_rows_are_those_of_the_sources(loaded):
    assert missing_files() == []
    assert set(loaded) == {item.name for item in REFERENCE_SETS}
    assert Outcode.objects.count() == 2856
    assert Prison.objects.count() == 125
    assert Occupation.objects.count() == 412
    assert EscoOccupation.objects.count() == 3007
    assert Skill.objects.count() == 13896
    assert VocabularyTerm.objects.count() == 217
    assert Credential.objects.count() == loaded["credentials"]


def test_rows_hold_what_the_pages_and_the_matcher_ask_of_them(loaded):
    leeds = Prison.objects.get(code="LEI")
    assert (leeds.name, leeds.outcode_id, leeds.is_open_prison) == ("HMP Leeds", "LS12", False)
    assert Prison.objects.get(code="HDI").is_open_prison
    assert Prison.objects.get(code="NHI").holds_women
    bricklayer = EscoOccupation.objects.get(label="bricklayer")
    assert [group.title for group in bricklayer.occupations.all()] == ["Bricklayers"]
    assert EscoOccupation.objects.filter(occupations=None).count() == 4
    assert "forklift" in Credential.objects.closure()["forklift-counterbalance"]
    assert known_outcodes() == Outcode.objects.positions()


OUR_LISTS = {"job_jobSector": Sector, "inPrisonWork": PrisonWork, "skills": PersonalSkill}


def test_our_lists_keep_the_codes_of_the_existing_services():
    [terms] = [item for item in REFERENCE_SETS if item.name == "vocabularies"]
    for vocabulary, ours in OUR_LISTS.items():
        theirs = {row["code"] for row in terms.rows() if row["vocabulary"] == vocabulary}
        assert theirs, vocabulary
        assert theirs - set(ours.values) <= {"NONE"}
        assert set(ours.values) - theirs <= {"OTHER"}


def test_loading_again_writes_nothing(loaded):
    out = io.StringIO()
    with CaptureQueriesContext(connection) as queries:
        call_command("load_reference_data", stdout=out)
    assert out.getvalue() == "Reference data: nothing has changed.\n"
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_changed_file_is_loaded_and_the_others_are_not(loaded):
    ReferenceLoad.objects.filter(name="prisons").update(digest="of an older file")
    Prison.objects.filter(code="LEI").update(name="HMP Armley")
    assert load_reference_data() == {"prisons": 125}
    assert Prison.objects.get(code="LEI").name == "HMP Leeds"


def test_a_changed_list_of_post_towns_loads_the_districts_again(loaded, tmp_path):
    assert Outcode.objects.get(code="BD5").town == "Bradford"
    assert Outcode.objects.get(code="CF10").town == "Cardiff"
    assert not Outcode.objects.filter(country__in=["England", "Wales"], town="").exists()
    [outcodes] = [item for item in REFERENCE_SETS if item.name == "outcodes"]
    changed = tmp_path / "post_towns.csv"
    changed.write_bytes(outcodes.beside[0].read_bytes() + b"\n")
    assert dataclasses.replace(outcodes, beside=(changed,)).digest() != outcodes.digest()
    assert dataclasses.replace(outcodes, beside=(tmp_path / "lost.csv",)).missing() == [tmp_path / "lost.csv"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_is_two_lines_where_nobody_watches():
    stream = io.StringIO()
    with ProgressBar("Jobs", 3, stream) as bar:
        for _unused in range(3):
            bar.advance()
    first, last = stream.getvalue().splitlines()
    assert first == "Jobs: 3 to do"
    assert last.startswith("Jobs: 3 of 3 in ")


def test_the_bar_on_a_terminal_shows_rate_and_time_left():
    stream = Terminal()
    with ProgressBar("Jobs", 4, stream) as bar:
        bar.update(2)
        bar.update(4)
    assert "a second" in stream.getvalue() and "left" in stream.getvalue()
    assert stream.getvalue().endswith("\n")


def test_the_bar_says_that_it_was_stopped():
    stream = io.StringIO()
    with pytest.raises(KeyboardInterrupt), ProgressBar("Jobs", 4, stream) as bar:
        bar.advance()
        raise KeyboardInterrupt
    assert stream.getvalue().rstrip().endswith("stopped")


def test_the_bar_stands_an_empty_task():
    with ProgressBar("Jobs", 0, Terminal()) as bar:
        bar.update(0)
