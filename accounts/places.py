"""From what a person types as a place to a point, and from two points to miles."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import asin, cos, radians, sin, sqrt

from accounts.models import Outcode
from accounts.outcodes import PostTown, known_outcodes, post_towns, read_outcodes, regions

EARTH_RADIUS_MILES = 3958.8
MILES_A_DEGREE = 69.0  # of latitude
WIDEST_NAME_MILES = 12  # a name whose districts lie further from their middle is more than one place
MOST_CHOICES = 4
LIKENESS = 0.8  # of a name to offer for one misspelt, as difflib counts it

OUTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)(?:\s*[0-9][A-Z]{2})?$")
OUTCODE_AFTER_WORDS = re.compile(r"^[^0-9]+[\s,]([A-Z]{1,2}[0-9][A-Z0-9]?)(?:\s*[0-9][A-Z]{2})?$")
AROUND = re.compile(r"^(?:the )?(?:(?:city|town|borough|royal borough|london borough) of |dinas )")
BEHIND = re.compile(r" (?:(?:city|town) centre|city|town|england|wales|cymru|lloegr|united kingdom|uk)$")
SAME_WORDS = {"saint": "st", "upon": "on", "&": "and"}


class PlaceError(ValueError):
    """What was typed is no one place."""


class PlaceNotFound(PlaceError):
    """No district or town of that name. `meant` is the known name most like it, or empty."""

    def __init__(self, text: str, meant: str = ""):
        super().__init__(text)
        self.meant = meant


@dataclass(frozen=True)
class Choice:
    name: str
    outcode: str


class PlaceAmbiguous(PlaceError):
    """Several places share the name: `choices`, each with a district that finds it."""

    def __init__(self, text: str, choices: tuple[Choice, ...]):
        super().__init__(text)
        self.choices = choices


class PlaceTooWide(PlaceError):
    """A county or region. `towns` are some of its towns."""

    def __init__(self, text: str, towns: tuple[str, ...]):
        super().__init__(text)
        self.towns = towns


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float


def distance_miles(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine) between two points in degrees."""
    lat1, lon1, lat2, lon2 = map(radians, (lat1, lon1, lat2, lon2))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(half)))


def find_place(text: str) -> Place:
    """The place of an outcode ("LS10"), a whole postcode ("LS10 1AB"), a town ("Leeds", "St. Helens", "Caerdydd").

    A town that shares its name is found with its county too: "Newport, Isle of Wight".
    Raises PlaceNotFound, PlaceAmbiguous or PlaceTooWide.
    """
    text = " ".join(text.split())
    match = OUTCODE.match(text.upper())
    if match:
        return _district(match[1], text)
    if match := OUTCODE_AFTER_WORDS.match(text.upper()):  # "Leeds LS10", as the pages write it
        return _district(match[1], text)
    for key in _keys(text):
        if towns := _names().get(key):
            return _one_of(towns, text)
        if wide := _wide_names().get(key):
            raise PlaceTooWide(text, wide)
        if codes := _lesser_names().get(key):
            return _lesser_place(codes, text)
    raise PlaceNotFound(text, _most_like(text))


def plain_name(text: str) -> str:
    """A name as names are compared: "Stoke-upon-Trent" and "stoke on trent" are one, "Cwmbrân" has no roof."""
    letters = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    words = re.sub(r"[-‐‑–.,;()/]", " ", re.sub(r"['’‘`]", "", letters)).replace("&", " & ").split()
    return " ".join(SAME_WORDS.get(word, word) for word in words)


def _keys(text: str) -> list[str]:
    """Under what a typed name is looked up, one after the other: whole, without "city of", before the comma."""
    found = []
    for part in (text, text.partition(",")[0]):
        key = plain_name(part)
        shorter = BEHIND.sub("", AROUND.sub("", key))
        found += [key, key.removeprefix("the "), shorter]
    return [key for key in dict.fromkeys(found) if key]


def _district(code: str, text: str) -> Place:
    district = Outcode.objects.filter(code=code).first()
    if district is None:
        raise PlaceNotFound(text)
    return Place(district.code, district.latitude, district.longitude)


@dataclass(frozen=True)
class _Named:
    """A town under one of its names: the Welsh one is said back as typed, a short one in full."""

    label: str
    town: PostTown


@cache
def _names() -> dict[str, list[_Named]]:
    names: dict[str, list[_Named]] = {}
    for town in post_towns():
        label = town.name if town.is_main or not town.county else f"{town.name}, {town.county}"
        spellings = {plain_name(name): label for name in (*town.other_names, town.name) if name}
        if town.welsh:
            spellings.setdefault(plain_name(town.welsh), town.welsh)
        if town.county:
            spellings |= {f"{name} {plain_name(town.county)}": label for name in list(spellings)}
        for name, said in spellings.items():
            names.setdefault(name, []).append(_Named(said, town))
    return names


@cache
def _wide_names() -> dict[str, tuple[str, ...]]:
    return {
        plain_name(name): region.towns for region in regions() for name in (region.name, *region.other_names) if name
    }


@cache
def _lesser_names() -> dict[str, list[tuple[str, str]]]:
    """Places that are no post town, by the parish or suburb that the list of districts names: name and district."""
    names: dict[str, list[tuple[str, str]]] = {}
    for row in read_outcodes():
        if row["town"]:
            names.setdefault(plain_name(row["town"]), []).append((row["town"], row["outcode"]))
    return names


def _one_of(named: list[_Named], text: str) -> Place:
    main = [each for each in named if each.town.is_main]
    # After a comma stands a county; one that is none of theirs says that the main town is not meant either.
    if len(named) == 1 or (main and "," not in text):
        chosen = (main or named)[0]
        return Place(chosen.label, *_middle(chosen.town.centre))
    raise PlaceAmbiguous(text, tuple(Choice(_with_county(each.town), each.town.centre[0]) for each in named))


def _with_county(town: PostTown) -> str:
    return f"{town.name}, {town.county}" if town.county else town.name


def _lesser_place(named: list[tuple[str, str]], text: str) -> Place:
    codes = [code for _name, code in named]
    middle = _middle(codes)
    if any(distance_miles(*middle, *known_outcodes()[code]) > WIDEST_NAME_MILES for code in codes):
        one_an_area = {code.rstrip("0123456789"): code for code in reversed(codes)}
        choices = [Choice(named[0][0], code) for code in sorted(one_an_area.values())]
        raise PlaceAmbiguous(text, tuple(choices[:MOST_CHOICES]))
    return Place(named[0][0], *middle)


def _middle(codes: list[str] | tuple[str, ...]) -> tuple[float, float]:
    points = [known_outcodes()[code] for code in codes]
    return sum(lat for lat, _lon in points) / len(points), sum(lon for _lat, lon in points) / len(points)


def _most_like(text: str) -> str:
    names = _names()
    for key in _keys(text):
        if like := get_close_matches(key, names, n=1, cutoff=LIKENESS):
            return names[like[0]][0].label
    return ""
