"""Filters and queries in Elasticsearch's own words. Plain queries only: no scripts, no licensed feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch

import numpy as np
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query as Clause

from accounts.places import EARTH_RADIUS_MILES
from search.engines.base import AllMet, AnyOf, AtLeast, AtMost, Filter, Nothing, Query, Within, shares

EARTH_RADIUS_METRES = 6_371_008.7714  # Elasticsearch's own: a distance is the same angle here and there
SPARE = 300  # nearest vectors asked for beyond the limit, so that words can lift some and ties are cut by id
MOST_DISTINCT = 10_000

Distinct = Mapping[str, Sequence]  # the values that a field has in the index, for the filters that must name them


def fields_to_list(filters: Sequence[Filter]) -> set[str]:
    """The fields whose distinct values `clauses` needs for these filters."""
    wanted = set()
    for one in filters:
        if isinstance(one, AllMet):
            wanted.add("must_have")
        elif isinstance(one, Within) and one.miles is None:
            wanted.add("travel")
    return wanted


def clauses(filters: Sequence[Filter], distinct: Distinct) -> list[Clause]:
    return [clause(one, distinct) for one in filters]


@singledispatch
def clause(wanted: Filter, distinct: Distinct) -> Clause:
    raise TypeError(f"{type(wanted).__name__} is not a filter of this engine")


@clause.register
def _(wanted: AtMost, distinct: Distinct) -> Clause:
    return _number(wanted.field, {"lte": wanted.value}, wanted.or_missing)


@clause.register
def _(wanted: AtLeast, distinct: Distinct) -> Clause:
    return _number(wanted.field, {"gte": wanted.value}, wanted.or_missing)


def _number(field: str, limits: dict, or_missing: bool) -> Clause:
    inside = Q("range", **{field: limits})
    return inside | ~Q("exists", field=field) if or_missing else inside


@clause.register
def _(wanted: AnyOf, distinct: Distinct) -> Clause:
    return Q("terms", **{wanted.field: sorted(wanted.values)}) if wanted.values else Q("match_none")


@clause.register
def _(wanted: AllMet, distinct: Distinct) -> Clause:
    unmet = [group for group in distinct["must_have"] if not wanted.held.intersection(group.split("|"))]
    return ~Q("terms", must_have=sorted(unmet)) if unmet else Q("match_all")


@clause.register
def _(wanted: Within, distinct: Distinct) -> Clause:
    if wanted.miles is not None:
        near = _within(wanted, wanted.miles)
    else:
        # Each document's own miles, without a script: a circle for every number of miles that there is.
        own = [Q("term", travel=miles) & _within(wanted, miles) for miles in distinct["travel"]]
        near = Q("bool", should=own, minimum_should_match=1) if own else Q("match_none")
    return near | Q("term", flags=wanted.or_flag) if wanted.or_flag else near


def _within(centre: Within, miles: float) -> Clause:
    metres = miles / EARTH_RADIUS_MILES * EARTH_RADIUS_METRES
    place = {"lat": centre.latitude, "lon": centre.longitude}
    return Q("geo_distance", distance=f"{metres:.3f}m", place=place)


@clause.register
def _(wanted: Nothing, distinct: Distinct) -> Clause:
    return Q("match_none")


def distinct_values(fields: set[str]) -> dict:
    """A request for the values that these fields have. The cluster keeps its answer until the index changes."""
    search = Search().extra(size=0, track_total_hits=False)
    for field in sorted(fields):
        search.aggs.bucket(field, "terms", field=field, size=MOST_DISTINCT)
    return search.to_dict()


def ranked(query: Query, distinct: Distinct, limit: int) -> dict:
    """The request for the best of those that pass: their vectors' nearness, and the weight of the words they hold."""
    passing = clauses(query.filters, distinct)
    search = Search().query(
        "bool", filter=passing or [Q("match_all")], should=[*_nearest(query, passing, limit), *_words(query)]
    )
    search = search.sort({"_score": "desc"}, {"id": "asc"})
    search = search.extra(size=limit, track_total_hits=True, docvalue_fields=["id", "material"], _source=False)
    return search.to_dict()


def nearest(query: Query, distinct: Distinct, limit: int) -> dict:
    """The request for the ids of the nearest vectors alone."""
    passing = [one.to_dict() for one in clauses(query.filters, distinct)]
    vector = np.asarray(query.profile, np.float64).round(6).tolist()
    knn = {"field": "profile", "query_vector": vector, "k": limit, "num_candidates": limit, "filter": passing}
    return {"knn": knn, "size": limit, "_source": False, "track_total_hits": False}


def _nearest(query: Query, passing: list[Clause], limit: int) -> list[Clause]:
    if not query.profile.any():
        return []
    near = limit + SPARE
    vector = np.asarray(query.profile, np.float64).round(6).tolist()
    return [Q("knn", field="profile", query_vector=vector, k=near, num_candidates=near, filter=passing)]


def _words(query: Query) -> list[Clause]:
    """One clause a word, with its share: no document's length and no other document counts."""
    return [
        Q("constant_score", filter=Q("match", text=word), boost=share / 2)  # a cosine runs from 0 to 1 here
        for word, share in shares(query.words).items()
    ]
