import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from search.embeddings import DIMENSIONS, Embedder, unit_length
from search.trades import Trades, unit_shares
from tests.unit.search.test_evaluation import Memory

numbers = st.floats(-1, 1, width=32, allow_subnormal=False)
profiles = arrays.arrays(np.float32, (3, DIMENSIONS), elements=numbers).map(unit_length)


@given(profiles)
def test_what_is_shared_is_a_share_and_the_same_whoever_asks(found):
    shared = Trades(found).in_common(Trades(found))
    assert shared == pytest.approx(shared.T, abs=1e-5)
    assert np.diag(shared) == pytest.approx(np.ones(3), abs=1e-4)
    assert (shared >= 0).all() and (shared <= 1 + 1e-4).all()
    assert unit_shares(found).sum(axis=1) == pytest.approx(np.ones(3), abs=1e-4)


@pytest.mark.real_encoder
def test_work_of_one_trade_is_shared_and_work_of_another_is_not():
    vectors = Embedder(Memory()).vectors(
        ["Lay bricks and blocks", "Build walls and chimneys", "Cut and style hair", "Bricklayer"]
    )
    shared = Trades(vectors).in_common(Trades(vectors))
    assert shared[0, 3] > 0.5
    assert shared[0, 1] > 5 * shared[0, 2]
