"""The two indices on Elasticsearch, one a kind of document: fields, analysis, and what they were made with."""

from __future__ import annotations

import csv
from functools import cache

from elasticsearch import dsl
from elasticsearch.dsl import analysis

from search.embeddings import DIMENSIONS
from search.engines.base import KEYWORDS, NUMBERS, IndexedDocument
from search.engines.material import pack
from search.fingerprint import REFERENCE, fingerprint

LAYOUT = "elastic/1"  # change it whenever fields, analysis or packing change: an index of another layout is made anew
# Every vector that the filters leave is looked at: graphs lose a third of the best under filters (docs/decisions).
VECTOR_INDEX = {"type": "flat"}
DELETES_REMEMBERED = "12h"  # an older version of what was deleted cannot come back for so long


@cache
def synonyms() -> list[str]:
    """One line a credential: all the names it goes by."""
    with (REFERENCE / "credentials.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    groups = [[row["name"], *row["other_names"].split(" | ")] for row in rows]
    # What a comma or an arrow means to the filter, a name does not mean.
    plain = [
        [" ".join(name.lower().replace(",", " ").replace("=>", " ").split()) for name in group] for group in groups
    ]
    distinct = [list(dict.fromkeys(filter(None, group))) for group in plain]
    return [", ".join(group) for group in distinct if len(group) > 1]


def analyzer() -> analysis.Analyzer:
    """English, with every name of a credential beside the one that was written."""
    names = dsl.token_filter("credential_names", type="synonym", synonyms=synonyms(), lenient=True)
    stop = dsl.token_filter("english_stop", type="stop", stopwords="_english_")
    stem = dsl.token_filter("english_stem", type="stemmer", language="english")
    return dsl.analyzer("english_with_credentials", tokenizer="standard", filter=["lowercase", names, stop, stem])


def searched() -> analysis.Analyzer:
    """English alone: the names were added when the document was taken in."""
    stop = dsl.token_filter("english_stop", type="stop", stopwords="_english_")
    stem = dsl.token_filter("english_stem", type="stemmer", language="english")
    return dsl.analyzer("english_words", tokenizer="standard", filter=["lowercase", stop, stem])


def mapping(vector_index: dict | None = None) -> dsl.Mapping:
    fields = dsl.Mapping()
    fields.meta("dynamic", "strict")
    # The database keeps the truth: nothing is read back from here but the material and the few fields below.
    fields.meta("_source", enabled=False)
    fields.meta("_meta", throughgate=fingerprint(LAYOUT))
    fields.field("id", dsl.Keyword())
    fields.field("digest", dsl.Keyword(index=False))
    fields.field("place", dsl.GeoPoint())
    fields.field("text", dsl.Text(analyzer=analyzer(), search_analyzer=searched(), norms=False, index_options="docs"))
    fields.field(
        "profile",
        dsl.DenseVector(dims=DIMENSIONS, similarity="dot_product", index_options=vector_index or VECTOR_INDEX),
    )
    fields.field("material", dsl.Binary(doc_values=True))
    for name in sorted(NUMBERS):
        fields.field(name, dsl.Double())
    for name in sorted(KEYWORDS):
        fields.field(name, dsl.Keyword())
    return fields


def body(*, shards: int, vector_index: dict | None = None) -> dict:
    """What an index is created with: filled without copies and unread, so neither is made or kept meanwhile."""
    index = dsl.Index("unnamed")
    index.mapping(mapping(vector_index))
    index.settings(
        number_of_shards=shards,
        number_of_replicas=0,
        refresh_interval="-1",
        gc_deletes=DELETES_REMEMBERED,
    )
    return index.to_dict()


def source(document: IndexedDocument) -> dict:
    """A document as Elasticsearch takes it. A profile of noughts is left out: it is near nothing."""
    fields: dict = {"id": document.id, "digest": document.digest, "text": document.text, "material": pack(document)}
    fields.update(document.numbers)
    fields.update({name: sorted(values) for name, values in document.keywords.items()})
    if document.position is not None:
        fields["place"] = {"lat": document.position[0], "lon": document.position[1]}
    if document.profile.any():
        # Five places: a half-precision number has fewer, and a shorter line is read sooner.
        fields["profile"] = document.profile.round(5).tolist()
    return fields
