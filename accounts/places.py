"""From what a person types as a place to a point, and from two points to miles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from accounts.models import Outcode

EARTH_RADIUS_MILES = 3958.8
MILES_A_DEGREE = 69.0  # of latitude
WIDEST_TOWN_MILES = 25  # a name whose districts lie further apart is more than one place

OUTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)(?:\s*[0-9][A-Z]{2})?$")


class PlaceNotFound(ValueError):
    """No district or town of that name."""


class PlaceAmbiguous(ValueError):
    """Several places share the name."""


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
    """The place of an outcode ("LS10"), a whole postcode ("LS10 1AB") or a town.

    Raises PlaceNotFound or PlaceAmbiguous.
    """
    text = " ".join(text.split())
    match = OUTCODE.match(text.upper())
    if match:
        district = Outcode.objects.filter(code=match[1]).first()
        if district is None:
            raise PlaceNotFound(text)
        return Place(district.code, district.latitude, district.longitude)
    districts = list(Outcode.objects.filter(town__iexact=text)) or list(Outcode.objects.filter(region__iexact=text))
    if not text or not districts:
        raise PlaceNotFound(text)
    latitude = sum(district.latitude for district in districts) / len(districts)
    longitude = sum(district.longitude for district in districts) / len(districts)
    if any(distance_miles(latitude, longitude, d.latitude, d.longitude) > WIDEST_TOWN_MILES for d in districts):
        raise PlaceAmbiguous(text)
    return Place(text if text != text.lower() else text.title(), latitude, longitude)
