"""The documents of one kind as columns in memory: what filters and scans need, nothing that reads like a record."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import singledispatchmethod
from math import cos, nan, radians, sin
from typing import Any

import numpy as np

from accounts.places import EARTH_RADIUS_MILES
from search.engines.base import (
    NUMBERS,
    AllMet,
    AnyOf,
    AtLeast,
    AtMost,
    Filter,
    Hits,
    Nothing,
    Within,
)
from search.words import bucket, stems

NOWHERE = array("i")
BLOCK = 8192  # rows scanned at a time: what fits a processor's cache


def point_of(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Where a place lies on a ball of radius 1."""
    lat, lon = radians(latitude), radians(longitude)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


class Growing:
    """A numpy array that grows at its end without being copied each time."""

    def __init__(self, dtype: type) -> None:
        self._array = np.zeros(1024, dtype)
        self._size = 0

    @property
    def values(self) -> np.ndarray:
        return self._array[: self._size]

    def extend(self, values: Sequence | np.ndarray) -> None:
        needed = self._size + len(values)
        if needed > len(self._array):
            grown = np.zeros(max(needed, 2 * len(self._array)), self._array.dtype)
            grown[: self._size] = self.values
            self._array = grown
        self._array[self._size : needed] = values
        self._size = needed


class Columns:
    def __init__(self) -> None:
        self.ids: list[str] = []
        self.position_of: dict[str, int] = {}
        self._alive = Growing(np.bool_)
        self._profile_rows = Growing(np.int64)
        self._points = tuple(Growing(np.float64) for _axis in "xyz")  # on a ball of radius 1; not a number: no place
        self._numbers = {name: Growing(np.float64) for name in NUMBERS}
        self._postings: dict[tuple[str, str], array[int]] = {}  # positions that hold a keyword
        self._holding: dict[int, array[int]] = {}  # and those that hold a word
        self._line_rows, self._weights, self._terms = Growing(np.int32), Growing(np.float32), Growing(np.int32)
        self._line_ends, self._term_ends = Growing(np.int64), Growing(np.int64)

    def extend(self, rows: list[tuple[Any, ...]]) -> None:
        """Take in rows of the table `document`, ascending by seq; a later row of an id replaces the earlier."""
        for _seq, _kind, id, alive, line_rows, weights, terms, fields, profile_row in rows:
            before = self.position_of.pop(id, None)
            if before is not None:
                self._alive.values[before] = False
            if alive:
                self._add(id, line_rows, weights, terms, json.loads(fields), profile_row)

    def _add(self, id: str, line_rows: bytes, weights: bytes, terms: bytes, fields: dict, profile_row: int) -> None:
        position = len(self.ids)
        self.ids.append(id)
        self.position_of[id] = position
        self._alive.extend([True])
        self._profile_rows.extend([profile_row])
        for column, value in zip(self._points, point_of(*(fields["position"] or (nan, nan))), strict=True):
            column.extend([value])
        for name, column in self._numbers.items():
            column.extend([fields["numbers"].get(name, np.nan)])
        for name, values in fields["keywords"].items():
            for value in values:
                self._postings.setdefault((name, value), array("i")).append(position)
        for term in np.frombuffer(terms, np.int32).tolist():
            self._holding.setdefault(term, array("i")).append(position)
        self._line_rows.extend(np.frombuffer(line_rows, np.int32))
        self._weights.extend(np.frombuffer(weights, np.float32))
        self._terms.extend(np.frombuffer(terms, np.int32))
        self._line_ends.extend([len(self._line_rows.values)])
        self._term_ends.extend([len(self._terms.values)])

    def alive_ids(self) -> set[str]:
        return set(self.position_of)

    def passing(self, filters: Sequence[Filter]) -> np.ndarray:
        """Positions of the living documents that pass every filter, ascending."""
        mask = self._alive.values.copy()
        for wanted in filters:
            mask &= self._mask(wanted)
        return np.flatnonzero(mask)

    @singledispatchmethod
    def _mask(self, wanted: Filter) -> np.ndarray:
        raise TypeError(f"{type(wanted).__name__} is not a filter of this engine")

    @_mask.register
    def _(self, wanted: AtMost) -> np.ndarray:
        values = self._numbers[wanted.field].values
        return (values <= wanted.value) | (wanted.or_missing & np.isnan(values))

    @_mask.register
    def _(self, wanted: AtLeast) -> np.ndarray:
        values = self._numbers[wanted.field].values
        return (values >= wanted.value) | (wanted.or_missing & np.isnan(values))

    @_mask.register
    def _(self, wanted: AnyOf) -> np.ndarray:
        mask = np.zeros(len(self.ids), np.bool_)
        for value in wanted.values:
            mask[np.frombuffer(self._postings.get((wanted.field, value), NOWHERE), np.int32)] = True
        return mask

    @_mask.register
    def _(self, wanted: AllMet) -> np.ndarray:
        mask = np.ones(len(self.ids), np.bool_)
        for (name, group), positions in self._postings.items():
            if name == "must_have" and not wanted.held.intersection(group.split("|")):
                mask[np.frombuffer(positions, np.int32)] = False
        return mask

    @_mask.register
    def _(self, wanted: Within) -> np.ndarray:
        miles = wanted.miles if wanted.miles is not None else self._numbers["travel"].values
        here = point_of(wanted.latitude, wanted.longitude)
        # The cosine of the angle between two places falls with their distance: no arc need be worked out.
        near = sum(column.values * value for column, value in zip(self._points, here, strict=True)) >= np.cos(
            np.minimum(miles / EARTH_RADIUS_MILES, np.pi)
        )
        if wanted.or_flag:
            near |= self._mask(AnyOf("flags", frozenset({wanted.or_flag})))
        return near

    @_mask.register
    def _(self, wanted: Nothing) -> np.ndarray:
        return np.zeros(len(self.ids), np.bool_)

    def best(
        self, positions: np.ndarray, profile: np.ndarray, shares: dict[str, float], profiles: np.ndarray, limit: int
    ) -> list[int]:
        """The positions of the highest sums of cosine and words held, best first; equal ones in the order of ids.

        shares: what each word of the query adds to a document that holds it.
        """
        # Rounded, because the same vector gives another last digit in another place of a product.
        scores = np.round(self._cosines(positions, profile, profiles) + self._word_sums(shares)[positions], 6)
        if len(positions) > limit:
            # Everything as good as the last one stays in, so that ties are cut by id and not by chance.
            edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            kept = scores >= edge
            positions, scores = positions[kept], scores[kept]
        order = sorted(range(len(positions)), key=lambda i: (-scores[i], self.ids[positions[i]]))
        return [int(positions[i]) for i in order[:limit]]

    def _cosines(self, positions: np.ndarray, profile: np.ndarray, profiles: np.ndarray) -> np.ndarray:
        scores = np.empty(len(positions), np.float32)
        rows = self._profile_rows.values[positions]
        for start in range(0, len(positions), BLOCK):
            block = rows[start : start + BLOCK]
            first, last = int(block[0]), int(block[-1])
            is_stretch = last - first == len(block) - 1 and (np.diff(block) == 1).all()  # then nothing is copied
            scores[start : start + BLOCK] = (profiles[first : last + 1] if is_stretch else profiles[block]) @ profile
        return scores

    def _word_sums(self, shares: dict[str, float]) -> np.ndarray:
        sums = np.zeros(len(self.ids), np.float32)
        for word, share in shares.items():
            for stem in stems(word):
                if holding := self._holding.get(bucket(stem)):
                    sums[np.frombuffer(holding, np.int32)] += share
        return sums

    def hits(self, positions: Sequence[int], profiles: np.ndarray, lines: np.ndarray, **counts: int) -> Hits:
        at = np.array(positions, np.int64)
        line_at, starts = self._stretches(self._line_ends.values, at)
        term_at, term_starts = self._stretches(self._term_ends.values, at)
        return Hits(
            ids=tuple(self.ids[position] for position in positions),
            profiles=np.asarray(profiles[self._profile_rows.values[at]], np.float32),
            lines=np.asarray(lines[self._line_rows.values[line_at]], np.float32),
            starts=starts,
            weights=self._weights.values[line_at],
            terms=self._terms.values[term_at],
            term_starts=term_starts,
            **counts,
        )

    @staticmethod
    def _stretches(ends: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The indices of the stretches that end at ends[at], end to end, and where each begins there."""
        begins = np.where(at > 0, ends[at - 1], 0) if len(at) else np.zeros(0, np.int64)
        lengths = ends[at] - begins if len(at) else np.zeros(0, np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        indices = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths) + np.repeat(begins, lengths)
        return indices.astype(np.int64), starts
