from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from search.engines.base import SearchEngine

if TYPE_CHECKING:
    from search.engines.elastic import ElasticEngine

ENGINES = ("embedded", "elasticsearch")


def get_engine() -> SearchEngine:
    """The engine that the settings name; nothing else reads SEARCH_ENGINE."""
    if settings.SEARCH_ENGINE == "embedded":
        from search.engines.embedded import EmbeddedEngine

        return _one_of(EmbeddedEngine, settings.SEARCH_INDEX_DIR)
    if settings.SEARCH_ENGINE == "elasticsearch":
        return elastic_engine()
    raise ValueError(f'SEARCH_ENGINE is "{settings.SEARCH_ENGINE}". Set it to one of: {", ".join(ENGINES)}.')


def elastic_engine() -> ElasticEngine:
    """The cluster, by whatever engine jobs and candidates are searched: the pages' own search asks it too."""
    from search.engines.elastic import Connection, ElasticEngine
    from search.phrases import site_phrases

    connection = Connection(
        urls=tuple(settings.ELASTICSEARCH_URLS),
        prefix=settings.ELASTICSEARCH_PREFIX,
        api_key=settings.ELASTICSEARCH_API_KEY,
        ca_file=settings.ELASTICSEARCH_CA_FILE,
        timeout=settings.ELASTICSEARCH_TIMEOUT,
        shards=settings.ELASTICSEARCH_SHARDS,
        replicas=settings.ELASTICSEARCH_REPLICAS,
    )
    return _one_of(ElasticEngine, connection, site_phrases())


@cache
def _one_of(engine: type[SearchEngine], *arguments) -> SearchEngine:
    """One object a process for the same settings: it holds connections, and what it knows of a slow engine."""
    return engine(*arguments)
