"""What a search engine is here: it finds documents by rules, words and meaning, and returns ids.

The database keeps the truth; an index can be dropped and made again. Engines know nothing of jobs or people: fields,
filters and vectors come in, ids and the material for the matcher go out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np

from search.embeddings import DIMENSIONS
from search.errors import DocumentRefused
from search.statistics import term_weights
from search.words import bucket, stems

# The fields that a filter may name, by type. Every engine maps exactly these.
NUMBERS = frozenset({"closing", "starts", "available", "pledge_until", "travel"})  # days as ordinals; miles
KEYWORDS = frozenset({"agency", "opportunity", "hours", "sector", "flags", "credentials", "held", "must_have"})
KINDS = ("job", "candidate")
MOST_WORDS = 64  # of a query: what comes after them is not looked for
MOST_LINES, MOST_CHARACTERS, MOST_TERMS = (
    2_000,
    1_000_000,
    20_000,
)  # of one document; a long life has some dozens of lines


# What the words of a query add beside the cosine of the vectors, when all of them are found: engines order by the sum,
# and hand its best to the full matcher. Measured in decision 11: 300 of the sum hold the matcher's best 100.
WORDS_SHARE = 0.15


def shares(words: Sequence[str]) -> dict[str, float]:
    """For each word of a query its part of WORDS_SHARE, by how rare it is in the language of work."""
    weights = term_weights()
    weight_of = {word: float(sum(weights[bucket(stem)] for stem in stems(word))) for word in words[:MOST_WORDS]}
    total = sum(weight_of.values())
    return {word: WORDS_SHARE * weight / total for word, weight in weight_of.items() if weight}


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is there and not above; with `or_missing`, a document without it passes too."""

    field: str
    value: float
    or_missing: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    field: str
    value: float
    or_missing: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The keyword field holds at least one of the values; none given, nothing passes."""

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Within:
    """The document lies within so many miles of a point; without `miles`, within its own number field `travel`.

    `or_flag`: documents with this value in `flags` pass wherever they are. A document without a place fails.
    """

    latitude: float
    longitude: float
    miles: float | None = None
    or_flag: str = ""


@dataclass(frozen=True, slots=True)
class AllMet:
    """Every group that the document demands in keyword field `must_have` is met by `held`.

    A group is written as its credentials joined with "|": any one of them meets it.
    """

    held: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document passes: a rule that stops the query itself."""


Filter = AtMost | AtLeast | AnyOf | Within | AllMet | Nothing


@dataclass(frozen=True)
class IndexedDocument:
    """One document as an engine keeps it.

    lines: shape (n, dimensions), the vectors of its lines; line_keys: their phrase keys; weights: shape (n,).
    profile: shape (dimensions,), unit length or noughts. terms: its words as numbers (words.terms).
    version: a later one replaces an earlier; an earlier one arriving late changes nothing.
    digest: of the facts that it was made from, 16 hexadecimal digits; kept, and given back by `versions`.
    """

    kind: str
    id: str
    profile: np.ndarray
    lines: np.ndarray
    line_keys: tuple[str, ...]
    weights: np.ndarray
    terms: np.ndarray
    text: str
    numbers: dict[str, float] = field(default_factory=dict)
    keywords: dict[str, frozenset[str]] = field(default_factory=dict)
    position: tuple[float, float] | None = None
    version: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Query:
    """What is looked for: in documents of `kind`, near `profile` and `words`, that pass every filter.

    words: as they are written; the rarest first, if there are many. scope: filters of which it shall be counted, in the
    same answer, how many pass them; None where nobody asks.
    """

    kind: str
    profile: np.ndarray
    words: Sequence[str] = ()
    filters: tuple[Filter, ...] = ()
    scope: tuple[Filter, ...] | None = None


@dataclass(frozen=True)
class Hits:
    """Documents found, best first, with what the matcher needs of them.

    lines: shape (all lines, dimensions), the hits' lines end to end; starts: shape (hits + 1,), where each hit's begin;
    weights: shape (all lines,). terms and term_starts likewise. total: how many documents passed the filters; in_scope:
    how many passed those of the query's scope.
    """

    ids: tuple[str, ...]
    profiles: np.ndarray
    lines: np.ndarray
    starts: np.ndarray
    weights: np.ndarray
    terms: np.ndarray
    term_starts: np.ndarray
    total: int
    in_scope: int = 0


def checked(documents: Iterable[IndexedDocument]) -> list[IndexedDocument]:
    """The documents, once each of them can be kept. Raises DocumentRefused, before the first write, if one cannot."""
    batch = list(documents)
    for one in batch:
        if wrong := _what_is_wrong(one):
            raise DocumentRefused(f"The search index refuses {one.kind} {one.id}: {wrong}.")
    return batch


def _what_is_wrong(document: IndexedDocument) -> str:
    lines = len(document.line_keys)
    if document.kind not in KINDS:
        return f"its kind is none of {', '.join(KINDS)}"
    if document.profile.shape != (DIMENSIONS,):
        return f"its vector has {document.profile.size} numbers, and {DIMENSIONS} are needed"
    if document.lines.shape != (lines, DIMENSIONS) or document.weights.shape != (lines,):
        return f"it has {lines} lines, and vectors or weights of another number or length"
    if not (np.isfinite(document.profile).all() and np.isfinite(document.lines).all()):
        return "a vector holds something that is no number"
    if lines > MOST_LINES or len(document.text) > MOST_CHARACTERS or len(document.terms) > MOST_TERMS:
        return (
            f"it is too long ({lines:,} lines, {len(document.text):,} characters; at most {MOST_LINES:,} and "
            f"{MOST_CHARACTERS:,} are kept)"
        )
    return ""


class Rebuild(ABC):
    """A new index that is filled beside the old one.

    name: what to hand to `rebuild(resume=...)` if the filling is cut short. is_resumed: whether this one goes on from
    where another stopped; what was put then is still there.
    """

    name: str
    is_resumed: bool

    @abstractmethod
    def put(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace; need not be searchable before the block ends."""

    @abstractmethod
    def delete(self, kind: str, ids: Iterable[str], *, version: int) -> None: ...


class SearchEngine(ABC):
    """Finds documents by words and by meaning. Returns ids; the database keeps the truth.

    Every method raises SearchUnavailable if the engine cannot answer.
    """

    # Whether a missing index may be made in place, while the one who asks waits: true where the index is small.
    makes_index_in_place = False

    @abstractmethod
    def put(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace; searchable when this returns.

        Raises DocumentRefused, before the first write where the document itself is wrong; where the engine found it
        out, others of the batch may be in: put them again, one by one.
        """

    @abstractmethod
    def delete(self, kind: str, ids: Iterable[str], *, version: int = 0) -> None:
        """Take out; what is not there is no error."""

    @abstractmethod
    def search(self, query: Query, *, limit: int = 200) -> Hits:
        """The best `limit` of those that pass the filters; ties in the order of their ids."""

    @abstractmethod
    def nearest(self, query: Query, *, limit: int = 200) -> list[str]:
        """The ids of the nearest profiles that pass the filters, and nothing else: the floor under `search`."""

    @abstractmethod
    def count(self, kind: str, filters: tuple[Filter, ...] = ()) -> int: ...

    @abstractmethod
    def ids(self, kind: str) -> set[str]: ...

    @abstractmethod
    def versions(self, kind: str) -> Iterator[tuple[str, int, str]]:
        """Every document's id, version and digest, in no order; a batch at a time, however many there are."""

    @abstractmethod
    def rebuild(self, *, resume: str = "") -> AbstractContextManager[Rebuild]:
        """Fill a new index while the old one answers; it takes over in one step when the block ends without an error.

        With an error the unfinished index stays, to be gone on with by its name; if there is none of that name, or it
        was made for another mapping, model or vocabulary, a new one is begun. Whatever else is unfinished is removed.
        """

    @abstractmethod
    def remove(self) -> None:
        """Take the index away with all that is unfinished of it; nothing else is touched."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether there is an index of this mapping, model and vocabulary."""

    @abstractmethod
    def state(self) -> str:
        """ "" if `is_ready`; else one sentence that says what is wrong with the index and what to do.

        Raises SearchUnavailable if the engine does not answer: its message says the same of the engine.
        """
