import pytest

from tests.engines.engines import ENGINES, remove_indices


@pytest.fixture(params=sorted(ENGINES))
def new_engine(request, tmp_path):
    made = []

    def new():
        made.append(ENGINES[request.param](tmp_path))
        return made[-1]

    yield new
    if made and request.param != "embedded":
        remove_indices(made[0])


@pytest.fixture
def engine(new_engine):
    engine = new_engine()
    with engine.rebuild():
        pass
    return engine
