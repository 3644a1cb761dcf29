"""Zones: entered, left, how many, how long, in intervals that add up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.events import ZoneCounted
from edge.vision.interval import Interval
from edge.vision.measures import Drawn, Measures
from edge.vision.polygon import Polygon
from edge.vision.zone_counting import Zone
from tests.vision.test_interval import BEGAN
from tests.vision.walks import Place, play, standing, walking

AREA = Polygon(((200, 50), (400, 50), (400, 350), (200, 350)), (640, 480))
OUT, IN, AWAY = (120.0, 200.0), (300.0, 200.0), (480.0, 200.0)
NOBODY: list[Place] = [None]


def intervals(*paths: list[Place], length_s: float = 60.0) -> list[ZoneCounted]:
    measures = Measures(Drawn(zones=[Zone("shelf", AREA)]), Interval(length_s, 10.0, BEGAN))
    events: list[ZoneCounted] = []

    def take(tracks: list, at: float) -> None:  # type: ignore[type-arg]  # as `play` gives them
        if measures.interval.due(at):
            events.extend(one for one in measures.close(BEGAN.after(at - 100)) if isinstance(one, ZoneCounted))
        measures.frame(tracks, 0, at)

    last = play(paths, take, began_s=100.0)
    measures.finish()
    return [*events, *(e for e in measures.close(BEGAN.after(last - 100), early=True) if isinstance(e, ZoneCounted))]


def test_one_visit_in_figures() -> None:
    (event,) = intervals(walking(OUT, IN, 2) + standing(IN, 20) + walking(IN, AWAY, 2) + NOBODY * 100)
    assert (event.zone, event.entered, event.left, event.occupancy_max, event.dwell_n) == ("shelf", 1, 1, 1, 1)
    assert event.dwell_p50_s == event.dwell_p90_s == pytest.approx(22.2, abs=0.2)
    assert event.occupancy_mean == pytest.approx(22.2 / event.observed_s, abs=0.01)


def test_a_dwell_over_an_interval_is_counted_where_it_ends() -> None:
    first, second = intervals(standing(OUT, 30) + standing(IN, 50) + standing(AWAY, 20))
    assert (first.entered, first.left, first.dwell_n, second.entered, second.left) == (1, 0, 0, 0, 1)
    assert second.dwell_p50_s == pytest.approx(50, abs=0.2)
    assert first.occupancy_mean == pytest.approx(0.5, abs=0.01)
    assert second.occupancy_mean * second.observed_s == pytest.approx(20, abs=0.3)


def test_who_is_there_at_the_end_has_left_when_nobody_is_watched_any_longer() -> None:
    (event,) = intervals(walking(OUT, IN, 2) + standing(IN, 20))
    assert (event.entered, event.left, event.occupancy_max) == (1, 1, 1)
    assert event.dwell_p50_s == pytest.approx(21, abs=0.2)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 40), st.floats(2, 40)), min_size=1, max_size=4))
def test_presence_adds_up_over_intervals(stays: list[tuple[float, float]]) -> None:
    paths = [
        NOBODY * round(10 * begin) + walking(OUT, IN, 2) + standing((300, 100 + 40 * n), seconds) + walking(IN, AWAY, 2)
        for n, (begin, seconds) in enumerate(stays)
    ]
    events = intervals(*paths, length_s=30.0)
    assert sum(event.entered for event in events) == sum(event.left for event in events)
    dwelt = sum((event.dwell_p50_s or 0) * event.dwell_n for event in events if event.dwell_n == 1)
    if all(event.dwell_n <= 1 for event in events):
        present = sum(event.occupancy_mean * event.observed_s for event in events)
        assert present == pytest.approx(dwelt, rel=0.05, abs=0.5)


def test_the_most_at_once_is_of_people_who_are_there() -> None:
    paths = [NOBODY * (50 * n) + walking(OUT, IN, 2) + standing((300, 100 + 60 * n), 20) for n in range(3)]
    (event,) = intervals(*paths)
    assert event.occupancy_max == 3


def test_a_hole_counts_for_nobody() -> None:
    measures = Measures(Drawn(zones=[Zone("shelf", AREA)]), Interval(60.0, 10.0, BEGAN))
    play([walking(OUT, IN, 2) + standing(IN, 8)], lambda t, at: measures.frame(t, 0, at), began_s=100.0)
    play([standing(IN, 10)], lambda t, at: measures.frame(t, 0, at), began_s=114.0)
    (event,) = measures.close(BEGAN.after(60.0))
    assert isinstance(event, ZoneCounted)
    assert event.degraded == ("frames_missing",)
    assert event.observed_s == pytest.approx(19.8, abs=0.2)
    assert event.occupancy_mean == pytest.approx(19 / 19.8, abs=0.02)
