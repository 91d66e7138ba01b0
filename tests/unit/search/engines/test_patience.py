import threading

import pytest

from search.engines.patience import patience, seconds_left
from search.errors import SearchUnavailable


def test_without_patience_a_call_may_take_its_own_time():
    assert seconds_left(3.0) == 3.0


def test_a_call_may_take_what_is_left():
    with patience(60):
        assert seconds_left(1.0) == 1.0
        assert 50 < seconds_left(90.0) <= 60
    assert seconds_left(90.0) == 90.0


def test_when_nothing_is_left_no_call_is_made():
    with patience(0.0), pytest.raises(SearchUnavailable, match="too slow"):
        seconds_left(1.0)


def test_an_inner_patience_does_not_outlast_the_outer():
    with patience(5), patience(60):
        assert seconds_left(90.0) <= 5


def test_each_thread_has_its_own():
    found = []
    with patience(5):
        thread = threading.Thread(target=lambda: found.append(seconds_left(90.0)))
        thread.start()
        thread.join()
    assert found == [90.0]
