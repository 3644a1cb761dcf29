"""A scale is asked in time, waited for, and asked again."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.polling import Poller


def poller(interval_s: float = 0.1, timeout_s: float = 0.3) -> tuple[Poller, DriverCounts]:
    counts = DriverCounts()
    return Poller(b"?", DriverSettings(interval_s=interval_s, timeout_s=timeout_s), counts), counts


def test_the_next_question_waits_for_the_answer_and_the_interval() -> None:
    asks, _ = poller()
    assert [asks.request(at) for at in (0.0, 0.05)] == [b"?", b""]
    asks.answered()
    assert [asks.request(at) for at in (0.06, 0.11, 0.12)] == [b"", b"?", b""]


def test_without_an_answer_it_asks_on_after_the_timeout() -> None:
    asks, counts = poller()
    sent = [n for n in range(100) if asks.request(n / 100)]
    assert sent == [0, 30, 60, 90]
    assert counts.timeouts == 3


def test_an_interval_of_zero_asks_as_soon_as_the_answer_is_there() -> None:
    asks, _ = poller(interval_s=0.0)
    assert asks.request(5.0) == b"?"
    assert asks.request(5.0) == b""
    asks.answered()
    assert asks.request(5.0) == b"?"


def test_after_a_reset_it_asks_at_once_and_counts_no_timeout() -> None:
    asks, counts = poller()
    asks.request(0.0)
    asks.reset()
    assert asks.request(0.01) == b"?"
    assert counts.timeouts == 0


@given(st.lists(st.tuples(st.floats(0, 0.5), st.booleans()), max_size=60))
def test_questions_keep_their_distance(steps: list[tuple[float, bool]]) -> None:
    asks, _ = poller()
    at, asked = 0.0, []
    for step, answer in steps:
        at += step
        if answer:
            asks.answered()
        if asks.request(at):
            asked.append(at)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(asked))
