"""Postcode districts from the file that ships with the project: no database needed.

Row checks and the commands that work on files read this; the table Outcode is loaded from the same file.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OUTCODES_FILE = Path(__file__).resolve().parent / "reference" / "outcodes.csv.gz"


def read_outcodes() -> Iterator[dict[str, str]]:
    """The file's rows: outcode, latitude, longitude, town, region, country."""
    with gzip.open(OUTCODES_FILE, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def known_outcodes() -> dict[str, tuple[float, float]]:
    """Latitude and longitude (WGS84) of the middle of every district, by its code in capitals."""
    return {row["outcode"]: (float(row["latitude"]), float(row["longitude"])) for row in read_outcodes()}
