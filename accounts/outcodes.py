"""Postcode districts and post towns from the files that ship with the project: no database needed.

Row checks and the commands that work on files read this; the table Outcode is loaded from the same files.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REFERENCE_FOLDER = Path(__file__).resolve().parent / "reference"
OUTCODES_FILE = REFERENCE_FOLDER / "outcodes.csv.gz"
POST_TOWNS_FILE = REFERENCE_FOLDER / "post_towns.csv"
REGIONS_FILE = REFERENCE_FOLDER / "regions.csv"

SPAN = re.compile(r"^([A-Z]{1,2})(?:([0-9]+)(?:-\1([0-9]+))?)?$")  # "EC", "BD5" or "BD1-BD15"
CODE = re.compile(r"^([A-Z]{1,2})([0-9]+)[A-Z]?$")


@dataclass(frozen=True)
class PostTown:
    name: str
    welsh: str
    other_names: tuple[str, ...]
    county: str  # given where towns share the name
    is_main: bool  # meant by the bare name, where towns share it
    centre: tuple[str, ...]  # the districts whose mean position is the town's
    outcodes: tuple[str, ...]  # the districts that it is written beside; none for a part of another town


@dataclass(frozen=True)
class Region:
    """A part of the country too wide to measure a distance from."""

    name: str
    other_names: tuple[str, ...]
    towns: tuple[str, ...]  # some of its towns, to offer instead


def read_outcodes() -> Iterator[dict[str, str]]:
    """The file's rows: outcode, latitude, longitude, town, region, country."""
    with gzip.open(OUTCODES_FILE, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def known_outcodes() -> dict[str, tuple[float, float]]:
    """Latitude and longitude (WGS84) of the middle of every district, by its code in capitals."""
    return {row["outcode"]: (float(row["latitude"]), float(row["longitude"])) for row in read_outcodes()}


@cache
def post_towns() -> tuple[PostTown, ...]:
    with POST_TOWNS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_post_town(row) for row in csv.DictReader(file))


@cache
def post_town_of() -> dict[str, str]:
    """The name to write beside a district, by the district's code."""
    return {code: town.name for town in post_towns() for code in town.outcodes}


@cache
def regions() -> tuple[Region, ...]:
    with REGIONS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Region(row["name"], _list(row["other_names"]), _list(row["towns"])) for row in csv.DictReader(file)
        )


def _post_town(row: dict[str, str]) -> PostTown:
    outcodes = districts_in(row["outcodes"])
    return PostTown(
        name=row["town"],
        welsh=row["welsh"],
        other_names=_list(row["other_names"]),
        county=row["county"],
        is_main=row["is_main"] == "Y",
        centre=districts_in(row["centre"]) or outcodes,
        outcodes=outcodes,
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(" | ")) if cell else ()


@cache
def _by_area() -> dict[str, list[tuple[int, str]]]:
    areas: dict[str, list[tuple[int, str]]] = {}
    for code in known_outcodes():
        if match := CODE.match(code):
            areas.setdefault(match[1], []).append((int(match[2]), code))
    return areas


def districts_in(cell: str) -> tuple[str, ...]:
    """Codes of known districts for "EC", "BD5" and "BD1-BD15", parted by spaces; "W1" stands for W1A to W1W too."""
    found: list[str] = []
    for span in cell.split():
        match = SPAN.match(span)
        if match is None:
            raise ValueError(f"{POST_TOWNS_FILE.name}: {span!r} is no area, district or span of districts.")
        area, first, last = match.groups()
        lowest, highest = int(first or 0), int(last or first or 99)
        found += [code for number, code in _by_area().get(area, []) if lowest <= number <= highest]
    return tuple(found)
