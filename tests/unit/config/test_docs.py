"""The guides point at what is there: files, commands, variables."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[3]
DOCS = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.exists()]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
# With an underscore, as nearly every variable has: DEBUG and the like are words of other things too.
VARIABLE = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`")
NOT_OURS = {"MODEL_NAME", "OMP_NUM_THREADS", "PIP_EXTRA_INDEX_URL"}  # a constant of ours; torch and pip read the others


def texts():
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCS]


def links(text: str) -> list[str]:
    """What a text links to in this project: no web addresses, no anchors, nothing inside code."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    found = (target.partition("#")[0] for target in LINK.findall(prose) if "://" not in target)
    return [unquote(target) for target in found if target and not target.startswith("mailto:")]


def variables() -> set[str]:
    return set(re.findall(r"^# ([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def test_a_broken_link_would_be_seen():
    assert links("[a](b.md#c) ![d](../e.png) [f](https://g.example/) [h](#i) `[j](k.md)`") == ["b.md", "../e.png"]


def test_the_guides_are_there():
    assert {"candidate", "adviser", "employer", "editor", "operator"} <= {path.stem for path in DOCS}


@pytest.mark.parametrize("path", texts())
def test_every_link_points_at_a_file(path):
    missing = [link for link in links(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("path", texts())
def test_every_command_named_exists(path):
    named = set(COMMAND.findall(path.read_text(encoding="utf-8")))
    assert named <= set(get_commands())


@pytest.mark.parametrize("path", texts())
def test_every_variable_named_is_in_the_example(path):
    named = set(VARIABLE.findall(path.read_text(encoding="utf-8"))) - NOT_OURS
    assert {name for name in named if not is_code_of_a_list(name)} <= variables()


def is_code_of_a_list(name: str) -> bool:
    from jobs.vocabularies import PersonalSkill, PrisonWork, Sector

    return any(name in vocabulary.values for vocabulary in (PersonalSkill, PrisonWork, Sector))


def test_every_command_of_ours_is_in_the_operators_guide():
    rooms = {"accounts", "employers", "jobs", "candidates", "support", "search", "cms"}
    ours = {name for name, room in get_commands().items() if room in rooms}
    guide = (ROOT / "docs" / "guides" / "operator.md").read_text(encoding="utf-8")
    assert not [name for name in sorted(ours) if name not in guide]


def test_pictures_are_small():
    heavy = [path.name for path in (ROOT / "docs" / "pictures").iterdir() if path.stat().st_size > 150_000]
    assert not heavy
