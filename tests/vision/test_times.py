"""Sampling, media clocks and intervals: time is an argument, and never lies."""

import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import ClockState, Direction, Stamp
from edge.vision.detections import Crossing
from edge.vision.file_times import FileTimes
from edge.vision.footfall import Footfall
from edge.vision.interval import Interval
from edge.vision.media_clock import MediaClock
from edge.vision.sampling import Sampler

BEGAN = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=100.0, boot_id="b", clock_state=ClockState.TRUSTED)


@given(st.lists(st.floats(-0.02, 0.02), min_size=10, max_size=200))
def test_every_frame_of_a_jittering_stream_at_the_rate_is_kept(jitter: list[float]) -> None:
    sampler = Sampler(10)
    assert all(sampler.keep(n / 10 + off) for n, off in enumerate(jitter))


@pytest.mark.parametrize(("source", "rate"), [(25, 10), (30, 10), (60, 10), (16.667, 10), (30, 7)])
def test_faster_streams_are_thinned_evenly(source: float, rate: float) -> None:
    sampler = Sampler(rate)
    kept = [n / source for n in range(round(source * 30)) if sampler.keep(n / source)]
    assert len(kept) == pytest.approx(30 * rate, rel=0.02)
    assert max(b - a for a, b in itertools.pairwise(kept)) <= 2 / rate


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=50))
def test_file_times_begin_at_zero_and_grow_whatever_the_stamps(stamps: list[float | None]) -> None:
    times = FileTimes(25)
    found = [times.of(stamp) for stamp in stamps]
    assert found[0] == pytest.approx(0.0)
    assert all(a < b for a, b in itertools.pairwise(found))


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1e5)), st.floats(0, 0.5)), min_size=2, max_size=60))
def test_a_live_clock_never_goes_back(frames: list[tuple[float | None, float]]) -> None:
    clock, now, last = MediaClock(), 1000.0, float("-inf")
    for pts, gap in frames:
        now += gap
        at = clock.at(pts, now)
        assert at > last
        last = at


def test_a_live_clock_smooths_jitter_and_follows_a_new_time_line() -> None:
    clock = MediaClock()
    late = [0.0, 0.08, 0.01, 0.12, 0.0]
    found = [clock.at(n / 10, 50 + n / 10 + off) for n, off in enumerate(late)]
    assert [b - a for a, b in itertools.pairwise(found)] == pytest.approx([0.1] * 4, abs=0.01)
    assert clock.at(9000.0, 60.0) == pytest.approx(60.0, abs=0.01)


def crossing(direction: Direction) -> Crossing:
    return Crossing("door", direction, 0.0, 0, 0.9, 1, (0.0, 0.0))


def test_an_interval_says_what_was_counted_and_how_long_it_was_watched() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door"])
    for n in range(601):
        interval.frame(100 + n / 10)
    footfall.crossed(crossing(Direction.IN))
    footfall.crossed(crossing(Direction.OUT))
    assert interval.due(160.0)
    (event,) = footfall.close(interval.close(BEGAN.after(60.0)))
    assert (event.in_, event.out, event.interval_s, event.degraded) == (1, 1, 60.0, ())
    assert event.observed_s == pytest.approx(60.0, abs=0.2)
    assert interval.began.monotonic_s == 160.0


def test_there_is_never_a_silent_zero() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door"])
    interval.degrade("camera_offline")
    (event,) = footfall.close(interval.close(BEGAN.after(60.0)))
    assert (event.in_, event.observed_s, event.degraded) == (0, 0.0, ("camera_offline",))


def test_a_hole_between_frames_is_not_watched() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door"])
    for at in (100.0, 100.1, 120.1, 120.2):
        interval.frame(at)
    (event,) = footfall.close(interval.close(BEGAN.after(60.0)))
    assert event.observed_s == pytest.approx(0.2, abs=0.01)
    assert event.degraded == ("frames_missing",)


def test_a_wall_clock_set_back_a_year_changes_no_length() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door"])
    later = Stamp(
        wall=BEGAN.wall - timedelta(days=365), monotonic_s=160.0, boot_id="b", clock_state=ClockState.UNTRUSTED
    )
    (event,) = footfall.close(interval.close(later))
    assert event.interval_s == 60.0


def set_back_a_year(stamp: Stamp) -> Stamp:
    return msgspec.structs.replace(stamp, wall=stamp.wall - timedelta(days=365), clock_state=ClockState.UNTRUSTED)


def test_a_wall_clock_set_back_a_year_between_two_intervals_moves_neither() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door"])
    before = footfall.close(interval.close(BEGAN.after(60.0)))
    for n in range(601):
        interval.frame(160 + n / 10)
    footfall.crossed(crossing(Direction.IN))
    assert not interval.due(set_back_a_year(BEGAN.after(119.9)).monotonic_s)
    (event,) = footfall.close(interval.close(set_back_a_year(BEGAN.after(120.0))))
    assert (event.in_, event.interval_s, event.degraded) == (1, 60.0, ())
    assert event.observed_s == pytest.approx(60.0, abs=0.2)
    assert event.interval_start == before[0].interval_start + timedelta(seconds=60)
    assert interval.began.monotonic_s == BEGAN.monotonic_s + 120


def test_a_wall_clock_that_was_set_right_is_believed_from_the_next_interval_on() -> None:
    interval, footfall = Interval(60.0, 10.0, set_back_a_year(BEGAN)), Footfall(["door"])
    footfall.close(interval.close(BEGAN.after(60.0)))
    (event,) = footfall.close(interval.close(BEGAN.after(120.0)))
    assert event.interval_start == BEGAN.after(60.0).wall
    assert interval.began.clock_state is ClockState.TRUSTED
