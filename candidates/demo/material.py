"""Reads what the demo is made of: the open files and our own words in data/. No database."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
EDITION = "1"  # raise it when the generator makes other rows of the same files


@dataclass(frozen=True)
class Trade:
    """A trade of the demo: the tasks of a careers profile with what people and employers say of it."""

    profile: str
    sector: str
    soc2020: str
    weight: int
    tasks: tuple[str, ...]  # as the careers service words them: "checking for damaged or missing items"
    qualifications: tuple[str, ...]  # Ofqual titles
    skills: tuple[str, ...]  # ESCO labels
    said: tuple[str, ...]
    roles: tuple[str, ...]
    release: tuple[str, ...]
    prison: tuple[str, ...]  # codes of PrisonWork that lead there
    cards: tuple[tuple[str, int], ...]  # text, and the years it lasts (0: for good)
    needs: tuple[dict[str, Any], ...]


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def digest() -> str:
    """Which edition of the demo this is."""
    found = hashlib.sha256(EDITION.encode())
    for path in sorted(DATA.iterdir()):
        found.update(path.read_bytes())
    return found.hexdigest()


@cache
def trades() -> dict[str, Trade]:
    """Every trade, by its profile."""
    lines = (DATA / "ncs_profiles.jsonl").read_text(encoding="utf-8").splitlines()
    tasks = {row["slug"]: tuple(filter(None, map(plain_task, row["tasks"]))) for row in map(json.loads, lines)}
    qualifications, skills = _column("ofqual_titles.csv", "title"), _column("esco_skills.csv", "label")
    return {
        row["profile"]: Trade(
            tasks=tasks[row["profile"]],
            qualifications=qualifications.get(row["profile"], ()),
            skills=skills.get(row["profile"], ()),
            cards=tuple((text, years) for text, years in row.pop("cards")),
            **{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()},
        )
        for row in read_toml("trades")["trade"]
    }


def plain_task(task: str) -> str:
    """A task without the heading that some profiles put before it; empty if it is a remark to the reader."""
    if task.startswith("You"):
        return ""
    return re.sub(r"^[\w ]+ - ", "", task)


def _column(name: str, column: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["profile"], []).append(row[column])
    return {profile: tuple(values) for profile, values in found.items()}
