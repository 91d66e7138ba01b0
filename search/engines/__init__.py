from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from search.engines.base import SearchEngine


def get_engine() -> SearchEngine:
    """The engine that the settings name; nothing else reads SEARCH_ENGINE."""
    return _engine(settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR)


@cache
def _engine(name: str, folder: Path) -> SearchEngine:
    if name == "embedded":
        from search.engines.embedded import EmbeddedEngine

        return EmbeddedEngine(folder)
    raise ValueError(f'SEARCH_ENGINE is "{name}". Set it to "embedded", or leave it out.')
