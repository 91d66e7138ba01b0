"""What Elasticsearch answers, as this room's errors: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import ConnectionTimeout, SerializationError, TlsError
from elasticsearch import ApiError, TransportError, UnsupportedProductError

from search.errors import DocumentRefused, IndexMissing, SearchUnavailable

REBUILD = "Run manage.py rebuild_index."
NOT_ELASTICSEARCH = "What answers at ELASTICSEARCH_URLS is not Elasticsearch: check the addresses."
# Answers that are the document's own fault: sending it again changes nothing.
REFUSALS = {
    "document_parsing_exception",
    "mapper_parsing_exception",
    "strict_dynamic_mapping_exception",
    "illegal_argument_exception",
    "max_bytes_length_exceeded_exception",
}


class EngineAway(SearchUnavailable):
    """Elasticsearch does not answer, or has too much to do: asking again at once makes it worse."""


class EngineSlow(EngineAway):
    """Elasticsearch took longer than a search may take."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn every error of the client into one of this room's."""
    try:
        yield
    except (UnsupportedProductError, SerializationError) as error:
        raise SearchUnavailable(NOT_ELASTICSEARCH) from error
    except ApiError as error:
        if error.status_code in (404, 405) and not (
            _cause(error).get("type") or "x-elastic-product" in error.meta.headers
        ):
            raise SearchUnavailable(NOT_ELASTICSEARCH) from error
        raise of_answer(error.status_code, _cause(error)) from error
    except TlsError as error:
        raise SearchUnavailable(
            "The certificate of Elasticsearch is not trusted: set ELASTICSEARCH_CA_FILE to the certificate of who "
            "signed it."
        ) from error
    except ConnectionTimeout as error:
        raise EngineSlow(
            "Elasticsearch took too long to answer: see its load, or raise ELASTICSEARCH_TIMEOUT."
        ) from error
    except TransportError as error:
        raise EngineAway(
            f"Elasticsearch cannot be reached ({type(error).__name__}): check that it runs, and ELASTICSEARCH_URLS."
        ) from error


def of_answer(status: int, cause: dict) -> SearchUnavailable:
    """The error for a status and Elasticsearch's own description of what went wrong."""
    kind, reason = cause.get("type", ""), cause.get("reason", "")
    if kind == "index_not_found_exception":
        return IndexMissing(f"There is no search index yet. {REBUILD}")
    if kind == "cluster_block_exception":
        return SearchUnavailable(
            "Elasticsearch takes no writes to the search index (a read-only block, as when its disk is full): free "
            "disk space there; it lifts the block itself, or set index.blocks.read_only_allow_delete to null."
        )
    if status == 406 or kind == "media_type_header_exception":
        return SearchUnavailable("Elasticsearch here is too old for this site: 8.18 or newer, or 9, is needed.")
    if status in (401, 403):
        return SearchUnavailable(
            f"Elasticsearch refuses this site's key ({status}): check ELASTICSEARCH_API_KEY and what the key allows."
        )
    if status == 429:
        return EngineAway("Elasticsearch has too much to do (429): it is tried again later.")
    if status == 413:
        return DocumentRefused("The document is larger than Elasticsearch takes (http.max_content_length).")
    if status == 400 and kind in REFUSALS:
        return DocumentRefused(f"Elasticsearch refuses the document: {kind}.")  # its reason may quote the document
    if status >= 500:
        return EngineAway(f"Elasticsearch answered {status} ({kind or 'no reason given'}): see its log.")
    return SearchUnavailable(f"Elasticsearch answered {status} ({kind or 'no reason given'}): {reason[:200]}")


def _cause(error: ApiError) -> dict:
    return cause_of(error.body.get("error", {}) if isinstance(error.body, dict) else {})


def cause_of(cause: dict | str) -> dict:
    """What Elasticsearch gives as the cause, of a whole request or of one search of several."""
    if not isinstance(cause, dict):
        return {"reason": str(cause)}
    roots = cause.get("root_cause") or [cause]
    return cause if cause.get("type") != "search_phase_execution_exception" else roots[0]
