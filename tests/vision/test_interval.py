"""Intervals: they follow each other without a gap, and each says how long it was watched."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import ClockState, Stamp
from edge.vision.interval import Interval

BEGAN = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=100.0, boot_id="b", clock_state=ClockState.TRUSTED)


def running() -> Interval:
    return Interval(60.0, 10.0, BEGAN)


@given(st.lists(st.floats(0.01, 5), min_size=1, max_size=80))
def test_nothing_is_watched_longer_than_it_lasts_and_holes_are_told(gaps: list[float]) -> None:
    interval, at = running(), 100.0
    interval.frame(at)
    for gap in gaps:
        at += gap
        interval.frame(at)
        if interval.due(at):
            closed = interval.close(BEGAN.after(at - 100))
            assert closed.observed_s <= closed.interval_s
    closed = interval.close(BEGAN.after(at - 100), early=True)
    assert closed.observed_s <= closed.interval_s + 1e-3
    if at < 160 and max(gaps) > 1:
        assert "frames_missing" in closed.degraded


def test_intervals_follow_each_other_without_a_gap() -> None:
    interval = running()
    first, second = interval.close(BEGAN.after(60.4)), interval.close(BEGAN.after(120.1))
    assert (second.interval_start - first.interval_start).total_seconds() == pytest.approx(60.0)
    assert (first.from_s, first.to_s, second.to_s) == (100.0, 160.0, 220.0)


def test_an_early_end_says_how_long_it_was() -> None:
    interval = running()
    assert [interval.frame(100 + number / 10) for number in (0, 1, 2, 30)] == pytest.approx([0.0, 0.1, 0.1, 0.0])
    closed = interval.close(BEGAN.after(20.0), early=True)
    assert closed.interval_s == 20.0
    assert closed.observed_s == pytest.approx(0.2)


def test_a_reason_is_told_in_its_own_interval_only() -> None:
    interval = running()
    for reason in ("camera_stale", "camera_offline", "camera_offline"):
        interval.degrade(reason)
    assert interval.close(BEGAN.after(60.0)).degraded == ("camera_offline", "camera_stale")
    assert interval.close(BEGAN.after(120.0)).degraded == ()
