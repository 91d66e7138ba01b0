import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.engines.breaker import CircuitBreaker
from search.engines.patience import patience
from search.errors import SearchUnavailable


class Slow(TimeoutError):
    """Longer than a person waits."""


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker(failures=3, seconds=5, counts=(OSError,), at_once=(Slow,), clock=clock)


def call(breaker, error=None):
    with breaker.guard():
        if error:
            raise error
        return "answered"


def fail(breaker, error=None, times=1):
    error = error or OSError("no route.")
    for _time in range(times):
        with pytest.raises(type(error)):
            call(breaker, error)


def refused(breaker):
    with pytest.raises(SearchUnavailable) as caught:
        call(breaker, AssertionError("a call was let through"))
    return str(caught.value)


def test_failures_in_a_row_open_it_and_it_says_why_and_how_long(breaker, clock):
    fail(breaker, times=2)
    assert call(breaker) == "answered"
    fail(breaker, times=2)
    assert breaker.why_not() == ""
    fail(breaker)
    clock.now += 1.2
    assert refused(breaker) == "Ranking is away: no route. It is tried again in 4 s."
    assert breaker.why_not() == refused(breaker)


def test_a_timeout_opens_it_alone(breaker):
    fail(breaker, Slow())
    assert "Slow" in refused(breaker)


def test_another_error_means_that_the_engine_answered(breaker):
    fail(breaker, times=2)
    fail(breaker, ValueError("a bad query"))
    fail(breaker, times=2)
    assert call(breaker) == "answered"


def test_after_its_time_one_success_closes_it(breaker, clock):
    fail(breaker, Slow())
    clock.now += 5
    assert call(breaker) == "answered"
    fail(breaker, times=2)
    assert call(breaker) == "answered"


def test_after_its_time_one_failure_opens_it_for_as_long_again(breaker, clock):
    fail(breaker, Slow())
    clock.now += 5
    fail(breaker)
    clock.now += 4.9
    assert "1 s" in refused(breaker)
    clock.now += 0.2
    assert call(breaker) == "answered"


def test_one_call_tries_while_the_others_are_refused(breaker, clock):
    fail(breaker, Slow())
    clock.now += 6
    with breaker.guard():
        assert "being tried now" in refused(breaker)
    assert call(breaker) == "answered"


def test_a_trial_that_is_broken_off_leaves_the_next_one_to_try(breaker, clock):
    fail(breaker, Slow())
    clock.now += 6
    with pytest.raises(KeyboardInterrupt):
        call(breaker, KeyboardInterrupt())
    with breaker.guard():
        assert "being tried now" in refused(breaker)


def test_a_call_that_its_page_cut_short_neither_opens_nor_closes_it(breaker, clock):
    with patience(0):
        fail(breaker, Slow(), times=5)
    assert breaker.why_not() == ""
    fail(breaker, Slow())
    clock.now += 6
    with patience(0):
        fail(breaker, Slow())
        fail(breaker, SearchUnavailable("nothing left"))
    with breaker.guard():
        assert "being tried now" in refused(breaker)


def test_a_call_that_its_page_gave_a_fair_time_counts_though_the_page_ended_it(clock):
    breaker = CircuitBreaker(seconds=5, at_once=(Slow,), fair=0.5, clock=clock)
    for seconds, is_open in ((0.4, False), (0.6, True)):
        with patience(0), pytest.raises(Slow), breaker.guard():
            clock.now += seconds
            raise Slow
        assert bool(breaker.why_not()) == is_open


def test_calls_that_began_before_it_opened_neither_close_it_nor_keep_it_open(breaker, clock):
    early, late = breaker.guard(), breaker.guard()
    early.__enter__()
    late.__enter__()
    fail(breaker, Slow())
    early.__exit__(None, None, None)
    assert "5 s" in refused(breaker)
    clock.now += 4
    error = Slow()
    assert not late.__exit__(Slow, error, error.__traceback__)
    clock.now += 1
    assert call(breaker) == "answered"


def test_of_many_threads_at_once_one_tries(breaker, clock):
    fail(breaker, Slow())
    clock.now += 6
    together, may_end, refusals = threading.Barrier(8), threading.Event(), threading.Semaphore(0)

    def come(_number):
        together.wait(10)
        try:
            with breaker.guard():
                assert may_end.wait(10)
        except SearchUnavailable:
            refusals.release()
            return "refused"
        return "tried"

    with ThreadPoolExecutor(8) as threads:
        coming = [threads.submit(come, number) for number in range(8)]
        seven = [refusals.acquire(timeout=10) for _number in range(7)]  # while the one still tries
        may_end.set()
        assert all(seven)
        assert sorted(one.result(10) for one in coming) == ["refused"] * 7 + ["tried"]


def test_one_that_could_never_open_or_close_is_refused():
    for wrong in ({"failures": 0}, {"seconds": 0}):
        with pytest.raises(ValueError, match="A breaker needs"):
            CircuitBreaker(**wrong)
