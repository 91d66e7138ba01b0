import pytest

from search.engines import get_engine
from search.rebuilding import rebuild
from tests.unit.search.tuning_texts import few_texts


@pytest.fixture
def index(db):
    """An index that is there, and nothing on the outbox."""
    rebuild()
    return get_engine()


@pytest.fixture
def texts():
    return few_texts()
