import pytest

from search.engines import get_engine
from search.rebuilding import rebuild


@pytest.fixture
def index(db):
    """An index that is there, and nothing on the outbox."""
    rebuild()
    return get_engine()
