"""Intervals: every crossing is in exactly one, and each says how long it was watched."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import ClockState, Direction, Stamp
from edge.vision.detections import Crossing
from edge.vision.footfall import Footfall

BEGAN = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=100.0, boot_id="b", clock_state=ClockState.TRUSTED)


def crossing(line: str, direction: Direction) -> Crossing:
    return Crossing(line, direction, 0.0, 0, 0.9, 1, (0.0, 0.0))


crossings = st.lists(
    st.tuples(st.floats(0, 300), st.sampled_from(["door", "gate"]), st.sampled_from(list(Direction))), max_size=40
)


@given(crossings)
def test_every_crossing_is_in_exactly_one_interval(events: list[tuple[float, str, Direction]]) -> None:
    footfall, counted = Footfall(["door", "gate"], 60.0, 10.0, BEGAN), []
    for after, line, direction in sorted(events, key=lambda event: event[0]):
        if footfall.due(100 + after):
            counted += footfall.close(BEGAN.after(after))
        footfall.crossed(crossing(line, direction))
    counted += footfall.close(BEGAN.after(300.0), early=True)
    for line in ("door", "gate"):
        own = [event for event in counted if event.line == line]
        assert sum(event.in_ for event in own) == sum(e[1:] == (line, Direction.IN) for e in events)
        assert sum(event.out for event in own) == sum(e[1:] == (line, Direction.OUT) for e in events)


@given(st.lists(st.floats(0.01, 5), min_size=1, max_size=80))
def test_nothing_is_watched_longer_than_it_lasts_and_holes_are_told(gaps: list[float]) -> None:
    footfall, at = Footfall(["door"], 60.0, 10.0, BEGAN), 100.0
    footfall.frame(at)
    for gap in gaps:
        at += gap
        footfall.frame(at)
        if footfall.due(at):
            (event,) = footfall.close(BEGAN.after(at - 100))
            assert event.observed_s <= event.interval_s
    (event,) = footfall.close(BEGAN.after(at - 100), early=True)
    assert event.observed_s <= event.interval_s + 1e-3
    if at < 160 and max(gaps) > 1:
        assert "frames_missing" in event.degraded


def test_each_line_has_its_own_event_even_when_nobody_came() -> None:
    footfall = Footfall(["door", "gate"], 60.0, 10.0, BEGAN)
    footfall.crossed(crossing("gate", Direction.OUT))
    events = footfall.close(BEGAN.after(61.0))
    assert [(event.line, event.in_, event.out) for event in events] == [("door", 0, 0), ("gate", 0, 1)]


def test_intervals_follow_each_other_without_a_gap() -> None:
    footfall = Footfall(["door"], 60.0, 10.0, BEGAN)
    (first,) = footfall.close(BEGAN.after(60.4))
    (second,) = footfall.close(BEGAN.after(120.1))
    assert (second.interval_start - first.interval_start).total_seconds() == pytest.approx(60.0)


def test_an_early_end_says_how_long_it_was() -> None:
    footfall = Footfall(["door"], 60.0, 10.0, BEGAN)
    for number in range(201):
        footfall.frame(100 + number / 10)
    (event,) = footfall.close(BEGAN.after(20.0), early=True)
    assert event.interval_s == 20.0
    assert event.observed_s == pytest.approx(20.0)


def test_a_reason_is_told_in_its_own_interval_only() -> None:
    footfall = Footfall(["door"], 60.0, 10.0, BEGAN)
    footfall.degraded("camera_stale")
    footfall.degraded("camera_offline")
    footfall.degraded("camera_offline")
    assert footfall.close(BEGAN.after(60.0))[0].degraded == ("camera_offline", "camera_stale")
    assert footfall.close(BEGAN.after(120.0))[0].degraded == ()
