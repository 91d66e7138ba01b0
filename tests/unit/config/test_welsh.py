"""The Welsh of the interface: complete, whole and shown. docs/welsh.md says how to add to it."""

import ast
import re
from collections import Counter
from datetime import date, timedelta

import polib
import pytest
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext, override
from django.utils.translation.template import templatize

import dev
from cms.services import load_pages
from tests.conftest import ROOT
from tests.factories.accounts import AgencyMemberFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import JobFactory, RequirementFactory

CATALOGUE = ROOT / "cms" / "locale" / "cy" / "LC_MESSAGES" / "django.po"
PLURAL_RULE = "nplurals=6; plural=(n==0) ? 0 : (n==1) ? 1 : (n==2) ? 2 : (n==3) ? 3 : (n==6) ? 4 : 5;"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|</?\w+>")

# Messages of imports and commands: read at a terminal, by the people who run the service. English on purpose.
AT_A_TERMINAL = {
    "candidates/imports.py",
    "candidates/rows.py",
    "jobs/imports.py",
    "jobs/rows.py",
    "search/management/commands/parse_adverts.py",
}


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def said(entry):
    """Every Welsh text of an entry: one, or one for each plural form."""
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


# The strings that pages hold -----------------------------------------------------------------------------------------


def strings_of_templates():
    """(context, text, plural) of each string marked for translation in a template."""
    text = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    call = re.compile(rf"\b(n?p?gettext|_)\(({text}(?:,\s*{text})*)")
    for room in dev.ROOMS:
        for path in (ROOT / room).rglob("templates/**/*.html"):
            for name, arguments in call.findall(templatize(path.read_text(encoding="utf-8"))):
                yield as_key(name, ast.literal_eval(f"({arguments},)"))


def strings_of_code():
    """The same of each call of gettext and its kin in Python that is not meant for a terminal."""
    for room in dev.ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if path.relative_to(ROOT).as_posix() in AT_A_TERMINAL:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    name = node.func.id.removesuffix("_lazy").removesuffix("_noop")
                    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    if name in {"_", "gettext", "ngettext", "pgettext", "npgettext"} and texts:
                        yield as_key(name, texts)


def as_key(name, texts):
    texts = list(texts)
    context = texts.pop(0) if name.startswith(("p", "np")) else None
    return context, texts[0], texts[1] if name.startswith("n") else ""


@pytest.mark.parametrize("strings", [strings_of_templates, strings_of_code])
def test_nearly_every_string_of_a_page_is_in_welsh(catalogue, strings):
    welsh = {key(entry) for entry in catalogue if entry.translated()}
    wanted = set(strings())
    assert len(wanted) > 100
    missing = wanted - welsh
    share = 1 - len(missing) / len(wanted)
    told = "\n".join(repr(text) for _context, text, _plural in sorted(missing, key=str))
    assert share >= 0.95, f"{share:.0%} of {len(wanted)} strings are in Welsh; these are not:\n{told}"


def test_only_what_is_read_at_a_terminal_is_left_in_english(catalogue):
    left = {entry.msgid for entry in catalogue if not entry.translated() and not files(entry) <= AT_A_TERMINAL}
    assert not left


def files(entry):
    return {path for path, _line in entry.occurrences}


# The catalogue is whole ----------------------------------------------------------------------------------------------


def test_the_compiled_catalogue_says_what_the_source_says(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    made = {key(entry): said(entry) for entry in catalogue.translated_entries()}
    assert {key(entry): said(entry) for entry in compiled} == made, "Compile it again: docs/welsh.md"
    assert compiled.metadata["Plural-Forms"] == catalogue.metadata["Plural-Forms"] == PLURAL_RULE


def test_every_placeholder_and_tag_is_kept(catalogue):
    wrong = []
    for entry in catalogue.translated_entries():
        wanted = Counter(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        wrong += [(entry.msgid, text) for text in said(entry) if Counter(PLACEHOLDER.findall(text)) != wanted]
    assert not wrong


def test_spaces_at_the_ends_are_kept(catalogue):
    def ends(text):
        return text[:1].isspace(), text[-1:].isspace()

    entries = catalogue.translated_entries()
    assert [entry.msgid for entry in entries if any(ends(text) != ends(entry.msgid) for text in said(entry))] == []


def test_nothing_is_a_guess_or_left_over(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    left = [line for line in CATALOGUE.read_text(encoding="utf-8").splitlines() if line.startswith("#|")]
    assert left == [], "what gettext guessed from; it refuses the file where the mark alone was taken away"
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []
    assert "checked by a translator" in catalogue.header


def test_every_plural_has_six_forms(catalogue):
    plurals = [entry for entry in catalogue.translated_entries() if entry.msgid_plural]
    assert plurals
    assert [entry.msgid for entry in plurals if len(said(entry)) != 6 or not all(said(entry))] == []


# As it is shown ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "welsh"),
    [(0, "0 milltir"), (1, "1 filltir"), (2, "2 filltir"), (3, "3 milltir"), (6, "6 milltir"), (12, "12 milltir")],
)
def test_numbers_soften_the_words_that_follow_them(number, welsh):
    with override("cy"):
        assert ngettext("%(counter)s mile", "%(counter)s miles", number) % {"counter": number} == welsh


def test_days_are_said_in_welsh():
    with override("cy"):
        assert date_format(date(2026, 12, 9), "j F Y") == "9 Rhagfyr 2026"
        assert naturaltime(timezone.now() - timedelta(days=2, hours=1)).replace("\xa0", " ").startswith("2 ddiwrnod")


def in_welsh(client, path):
    """The page under /cy/, once it has said that it is Welsh."""
    response = client.get(f"/cy{path}")
    assert response.status_code == 200
    text = response.content.decode()
    assert '<html lang="cy"' in text
    return text


@pytest.mark.django_db
def test_a_visitor_reads_welsh(client):
    load_pages()
    JobFactory(closing_date=date(timezone.localdate().year + 1, 12, 9))
    assert "Swydd ar y diwrnod y mae’r giât yn agor." in in_welsh(client, "/")
    jobs = in_welsh(client, "/jobs/")
    assert '<h1 class="govuk-heading-l">Dod o hyd i waith</h1>' in jobs
    assert f"Yn cau 9 Rhagfyr {timezone.localdate().year + 1}" in jobs
    assert '<h1 class="govuk-heading-l">Mewngofnodi</h1>' in in_welsh(client, "/account/sign-in/")


@pytest.mark.django_db
def test_a_candidate_reads_why_a_job_fits_in_welsh(client):
    me = CandidateFactory()
    EvidenceFactory(candidate=me, text="Picking and packing orders", kind="prison_work")
    RequirementFactory(job=JobFactory(), text="Picking and packing orders", kind="skill")
    client.force_login(me.user)
    text = in_welsh(client, "/openings/")
    assert '<h1 class="govuk-heading-l">Swyddi addas i chi</h1>' in text
    assert "Gwnaethoch chi’r gwaith hwn yn y carchar: Picking and packing orders." in text
    assert "Maen nhw’n gofyn am: Picking and packing orders" in text


@pytest.mark.django_db
def test_what_the_encoder_reads_does_not_change_with_the_language(client, fake_encoder):
    me = CandidateFactory(work_interests=["WAREHOUSING"])
    EvidenceFactory(candidate=me, text="Picking and packing orders")
    RequirementFactory(job=JobFactory(), text="Picking and packing orders")
    client.force_login(me.user)
    client.get("/openings/")
    fake_encoder.encoded.clear()
    in_welsh(client, "/openings/")
    client.post("/cy/candidates/me/", {"text": "Driving a van", "kind": "skill"})
    in_welsh(client, "/openings/")
    assert fake_encoder.encoded == ["Driving a van"]


@pytest.mark.django_db
def test_an_adviser_reads_the_grid_in_welsh(client):
    member = AgencyMemberFactory()
    EvidenceFactory(candidate=CandidateFactory(agency=member.agency), text="Picking orders")
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(job=job, text="Picking orders")
    client.force_login(member.user)
    text = in_welsh(client, f"/adviser/jobs/{job.slug}/")
    assert '<h1 class="govuk-heading-l">Pwy sy’n addas: Warehouse operative</h1>' in text
    assert "<span>clir</span>" in text
    assert "Awgrym yw’r drefn." in text
