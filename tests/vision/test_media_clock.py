"""Presentation times against the box's clock: what cameras really do."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.vision.media_clock import LEAST_STEP_S, WINDOW_S, MediaClock

BEGAN_S = 5000.0


def play(stamps: Sequence[float | None], arrivals: Sequence[float]) -> list[float]:
    clock = MediaClock()
    return [clock.at(stamp, BEGAN_S + arrival) - BEGAN_S for stamp, arrival in zip(stamps, arrivals, strict=True)]


def steps(times: Sequence[float]) -> list[float]:
    return [b - a for a, b in pairwise(times)]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 0.3), min_size=60, max_size=120))
def test_jitter_of_the_network_is_taken_out(delays: list[float]) -> None:
    taken = [n / 10 for n in range(len(delays))]
    arrivals = list(accumulate((at + delay for at, delay in zip(taken, delays, strict=True)), max))
    late = [arrival - at for arrival, at in zip(arrivals, taken, strict=True)]
    for n, at in enumerate(found := play(taken, arrivals)):
        # No later than what the quickest of the window was late, but to keep the order.
        quickest = min(late[max(0, n - int(WINDOW_S * 10) + 1) : n + 1])
        assert taken[n] - 1e-6 <= at
        assert at <= taken[n] + quickest + 1e-6 or at <= found[n - 1] + 2 * LEAST_STEP_S


@pytest.mark.parametrize(("stamped", "delivered"), [(25, 21), (25, 10), (25, 30)])
def test_a_camera_that_stamps_a_rate_it_does_not_deliver_is_held_to_the_clock(stamped: int, delivered: int) -> None:
    count = 60 * delivered
    arrivals = [n / delivered for n in range(count)]
    found = play([n / stamped for n in range(count)], arrivals)
    lag = [arrival - at for arrival, at in zip(arrivals, found, strict=True)]
    assert max(lag) <= WINDOW_S * (stamped / delivered - 1) + 0.05 if delivered < stamped else max(lag) < 0.05
    settled = steps(found)[5 * delivered :]
    assert max(settled) < 1.5 / delivered, "no jump"
    assert sum(settled) == pytest.approx(len(settled) / delivered, rel=0.02)


def test_a_hiccup_of_three_seconds_leaves_the_frames_where_they_were_taken() -> None:
    taken = [n / 10 for n in range(150)]
    arrivals = [8.0 + n / 1000 if 5.0 <= at < 8.0 else at + 0.02 for n, at in enumerate(taken)]
    found = play(taken, arrivals)
    off = [at - when for at, when in zip(found, taken, strict=True)]
    assert max(off) < 0.8
    assert max(off[: 50 + int(WINDOW_S * 10)]) < 0.05, "as long as the window, all are right"
    assert max(off[100:]) < 0.05


@pytest.mark.parametrize("jump", [1e6, -1e6, 30.0, -30.0, 95443.7])
def test_a_new_time_line_is_taken_up_at_once(jump: float) -> None:
    stamps = [n / 10 + (jump if n >= 50 else 0.0) for n in range(100)]
    assert steps(play(stamps, [n / 10 for n in range(100)])) == pytest.approx([0.1] * 99, abs=1e-6)


def test_a_quartz_that_is_off_is_followed_for_a_day() -> None:
    clock, worst = MediaClock(), 0.0
    for n in range(86_400 * 2):
        arrival = BEGAN_S + n / 2
        worst = max(worst, abs(clock.at(n / 2 * 1.0002, arrival) - arrival))
    assert worst < 0.01


def test_without_stamps_the_arrival_counts() -> None:
    arrivals = [0.0, 0.11, 0.19, 0.3]
    assert play([None] * 4, arrivals) == pytest.approx(arrivals)


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.floats(-1e9, 1e9)), st.floats(0, 5)),
        min_size=1,
        max_size=80,
    )
)
def test_whatever_the_stamps_time_goes_on_and_is_never_ahead(frames: list[tuple[float | None, float]]) -> None:
    clock, now, last = MediaClock(), BEGAN_S, float("-inf")
    for place, (stamp, gap) in enumerate(frames):
        now += gap
        at = clock.at(stamp, now)
        assert last < at <= now + LEAST_STEP_S * place + 1e-9
        assert len(clock._least) <= place + 1
        last = at


def test_nothing_grows_with_the_stream() -> None:
    clock = MediaClock()
    for n in range(20_000):
        clock.at(n / 100, n / 100 * 1.001)
    assert len(clock._least) <= WINDOW_S * 100 + 2
