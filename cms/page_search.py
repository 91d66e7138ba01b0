"""Wagtail's search of pages, pictures and documents on the cluster, for visitors and in the editors' interface.

The cluster follows the outbox PageChange (cms/page_changes.py). The database's own page index is kept beside it in the
writer's transaction; whatever the cluster cannot answer, it answers.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db.models import Model
from elasticsearch import Elasticsearch, helpers
from modelsearch.backends.elasticsearchbase import (
    ElasticsearchAtomicIndexRebuilder,
    ElasticsearchAutocompleteQueryCompilerImpl,
)
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.elasticsearch8 import Elasticsearch8SearchBackend, Elasticsearch8SearchResults

from search.engines import elastic_engine
from search.engines.elastic import WRITING_SECONDS, refusal
from search.engines.elastic_errors import translated
from search.engines.patience import seconds_left
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from search.locks import one_at_a_time

logger = logging.getLogger(__name__)

DATABASE = "database"  # the backend of this name in WAGTAILSEARCH_BACKENDS stands in
WRITING = "page-search"  # the lock of whoever writes to the cluster's page index
WAIT_FOR_WRITER = 60.0  # seconds
MADE_IN_A_REBUILD = re.compile("[a-z0-9]{7}")  # after the alias and "_": how a rebuild names what it fills

# As English in the database's index: "job" finds "jobs". Small words are kept: "a" and "i" are words of Welsh too.
ANALYSIS = {
    "analyzer": {
        "default": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding", "english_stem"]},
        "edgengram_analyzer": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "beginnings"],
        },
    },
    "filter": {
        "english_stem": {"type": "stemmer", "language": "english"},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 15},
    },
}


class PageSearchResults(Elasticsearch8SearchResults):
    """What the cluster finds; where it cannot answer, what the database finds."""

    def _do_search(self) -> list[Model]:
        try:
            with asking():
                return list(super()._do_search())
        except SearchUnavailable as error:
            return list(self._from_database(error))

    def _do_count(self) -> int:
        try:
            with asking():
                found = self._backend_do_search(
                    self._get_es_body(for_count=True), index=self._index().name, size=0, track_total_hits=True
                )
        except SearchUnavailable as error:
            return self._from_database(error).count()
        total = found["hits"]["total"]["value"]
        return max((total if self.stop is None else min(total, self.stop)) - self.start, 0)

    def facet(self, field_name: str) -> dict:
        try:
            with asking():
                return super().facet(field_name)
        except SearchUnavailable as error:
            return self._from_database(error).facet(field_name)

    def _backend_do_search(self, body, **kwargs):
        seconds = seconds_left(elastic_engine().connection.timeout)
        return self.backend.es.options(request_timeout=seconds).search(**body, **kwargs)

    def _index(self):
        return self.backend.get_index_for_model(self.query_compiler.queryset.model)

    def _from_database(self, error: SearchUnavailable):
        logger.info("The pages are searched in the database: %s", error)
        compiler, database = self.query_compiler, get_search_backend(DATABASE)
        is_autocomplete = isinstance(compiler, ElasticsearchAutocompleteQueryCompilerImpl)
        look = database.autocomplete if is_autocomplete else database.search
        found = look(
            compiler.query,
            compiler.queryset,
            fields=compiler.fields,
            order_by_relevance=compiler.order_by_relevance,
        )
        if self._score_field:
            found = found.annotate_score(self._score_field)
        return found[self.start : self.stop]


@contextmanager
def asking() -> Iterator[None]:
    """Around a call: what the ranking has learnt of a cluster that is away, the page search need not learn again."""
    with elastic_engine().breaker.guard(), translated():
        yield


class PageIndexRebuilder(ElasticsearchAtomicIndexRebuilder):
    """Fills a new index while the old one answers. Nobody else writes meanwhile: what changes waits on its table."""

    def start(self):
        self._lock = ExitStack()
        if not self._lock.enter_context(one_at_a_time(WRITING, wait=WAIT_FOR_WRITER)):
            raise SearchUnavailable("The page index is being written by another process. Run this again.")
        with translated():
            for name in self._left_over():
                self.index.es.indices.delete(index=name, ignore_unavailable=True)
            return super().start()

    def finish(self) -> None:
        with translated():
            super().finish()
        self._lock.close()

    def _left_over(self) -> list[str]:
        """Indices that a rebuild was filling when it was killed."""
        found = self.index.es.options(ignore_status=404).indices.get_alias(index=f"{self.alias.name}_*")
        indices = found.body if found.meta.status != 404 else {}
        made = re.compile(f"{re.escape(self.alias.name)}_{MADE_IN_A_REBUILD.pattern}")
        return [name for name, index in indices.items() if made.fullmatch(name) and not index["aliases"]]


class PageSearchBackend(Elasticsearch8SearchBackend):
    """On the cluster that ELASTICSEARCH_URLS and its like name, for servers 8 and 9, in indices of their own."""

    results_class = PageSearchResults
    atomic_rebuilder_class = PageIndexRebuilder
    settings = {"settings": {"analysis": ANALYSIS}}

    def __init__(self, params) -> None:
        parts = {"number_of_replicas": settings.ELASTICSEARCH_REPLICAS}
        prefix = f"{settings.ELASTICSEARCH_PREFIX}-pages-"
        super().__init__({**params, "INDEX_PREFIX": prefix, "INDEX_SETTINGS": {"settings": parts}})

    @staticmethod
    def client_class(**_options) -> Elasticsearch:
        """This process's one client: Wagtail makes a backend for every search."""
        return elastic_engine().client.options(request_timeout=WRITING_SECONDS)

    def require_indices(self) -> None:
        """Raises IndexMissing if one of them is not there, SearchUnavailable."""
        names = sorted({index.name for index in self.all_indexes()})
        with asking():
            if not self.es.indices.exists_alias(name=names):
                raise IndexMissing("There is no page index. Run manage.py update_index.")

    def write(self, present: Iterable[Model], gone: Iterable[tuple[type[Model], int]]) -> None:
        """Bring these up to date. Raises SearchUnavailable, IndexMissing; what the cluster refuses is told and left."""
        client = self.es.options(request_timeout=seconds_left(WRITING_SECONDS))
        actions = [*map(self._addition, present), *(self._deletion(model, pk) for model, pk in gone)]
        with asking():
            results = helpers.streaming_bulk(client, actions, raise_on_error=False, require_alias=True)
            for is_done, result in results:
                error = None if is_done else refusal(result)
                if isinstance(error, DocumentRefused):
                    logger.error("%s", error)
                elif error:
                    raise error

    def _addition(self, item: Model) -> dict:
        mapping = self.mapping_class(type(item))
        return {
            "_index": self.get_index_for_object(item).name,
            "_id": mapping.get_document_id(item),
            "_source": mapping.get_document(item),
        }

    def _deletion(self, model: type[Model], pk: int) -> dict:
        return {"_op_type": "delete", "_index": self.get_index_for_model(model).name, "_id": str(pk)}


def is_on_cluster() -> bool:
    """Whether the pages are searched there; else the database alone has them."""
    return settings.WAGTAILSEARCH_BACKENDS["default"]["BACKEND"] == f"{__name__}.{PageSearchBackend.__name__}"
