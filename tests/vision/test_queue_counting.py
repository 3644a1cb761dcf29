"""Queues: how long, how long a wait, served or gone away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import QueueMeasured
from edge.vision.detections import Track
from edge.vision.interval import Interval
from edge.vision.measures import Drawn, Measures
from edge.vision.polygon import Disc, Polygon
from edge.vision.queue_counting import Queue
from edge.vision.wait_estimate import WaitEstimate
from tests.vision.test_interval import BEGAN
from tests.vision.walks import Place, play, standing, walking

LANE = Polygon(((200, 100), (500, 100), (500, 300), (200, 300)), (640, 480))
QUEUE = Queue("till", LANE, Disc((190, 200), 50))
OUT, DESK, GONE = (600.0, 200.0), (190.0, 200.0), (60.0, 330.0)
NOBODY: list[Place] = [None]


def measured(*paths: list[Place], length_s: float = 600.0) -> list[QueueMeasured]:
    measures = Measures(Drawn(queues=[QUEUE]), Interval(length_s, 10.0, BEGAN))
    events: list[QueueMeasured] = []

    def take(tracks: list[Track], at: float) -> None:
        if measures.interval.due(at):
            events.extend(one for one in measures.close(BEGAN.after(at - 100)) if isinstance(one, QueueMeasured))
        measures.frame(tracks, 0, at)

    last = play(paths, take, began_s=100.0)
    measures.finish()
    return [*events, *(e for e in measures.close(BEGAN.after(last - 100), early=True) if isinstance(e, QueueMeasured))]


def waiter(place: tuple[float, float], seconds: float, service_s: float = 10.0) -> list[Place]:
    return [
        *walking(OUT, place, 2),
        *standing(place, seconds),
        *walking(place, DESK, 1),
        *standing(DESK, service_s),
        *walking(DESK, GONE, 2),
        *NOBODY * 80,
    ]


def test_one_who_waits_and_is_served() -> None:
    (event,) = measured(waiter((300, 200), 30))
    assert (event.queue, event.served, event.abandoned, event.length_max) == ("till", 1, 0, 1)
    assert event.wait_p50_s == pytest.approx(31.8, abs=0.5)  # from the edge of the area to the edge of the service
    assert event.length_mean == pytest.approx(31.8 / event.observed_s, rel=0.05)
    assert event.wait_now_s == 0


@pytest.mark.parametrize(("gone_after_s", "wait_s"), [(0.0, None), (30.0, None), (59.5, 0.0)])
def test_a_camera_that_is_gone_at_the_end_tells_no_wait(gone_after_s: float, wait_s: float | None) -> None:
    measures = Measures(Drawn(queues=[QUEUE]), Interval(60.0, 10.0, BEGAN))
    for n in range(round(10 * gone_after_s)):
        measures.frame([], n, 100.0 + n / 10)
    (event,) = measures.close(BEGAN.after(60))
    assert isinstance(event, QueueMeasured)
    assert event.wait_now_s == wait_s


def test_who_walks_through_neither_waited_nor_gave_up() -> None:
    (event,) = measured(walking(OUT, (300, 50), 3) + NOBODY * 80)
    assert (event.served, event.abandoned, event.length_max, event.length_mean) == (0, 0, 0, 0)


def test_who_leaves_without_being_served_has_abandoned() -> None:
    (event,) = measured(walking(OUT, (350, 200), 2) + standing((350, 200), 40) + walking((350, 200), OUT, 2))
    assert (event.served, event.abandoned, event.wait_p50_s) == (0, 1, None)


def test_an_empty_queue_is_no_wait() -> None:
    (event,) = measured(walking(OUT, DESK, 4) + standing(DESK, 10) + walking(DESK, GONE, 2))
    assert event.served == 1
    assert event.wait_p50_s == pytest.approx(2.5, abs=0.6)


def test_who_is_served_over_the_end_of_an_interval_is_served_once() -> None:
    events = measured(waiter((300, 200), 50), length_s=60.0)
    assert [event.served for event in events] == [1, 0]
    events = measured(waiter((300, 200), 56.4), length_s=60.0)
    assert sum(event.served for event in events) == 1
    assert sum(event.length_mean * event.observed_s for event in events) == pytest.approx(58.3, abs=0.3)


@given(st.integers(1, 5))
def test_the_length_is_who_waits_and_not_who_is_served(people: int) -> None:
    paths = [NOBODY * (10 * n) + waiter((300 + 40.0 * n, 200), 60 - n) for n in range(people)]
    first, *_ = measured(*paths, length_s=50.0)
    assert first.length_max == people
    assert first.served == 0


def test_somebody_passing_the_service_point_is_not_served() -> None:
    (event,) = measured(walking(GONE, DESK, 1) + walking(DESK, (60, 100), 1) + NOBODY * 80)
    assert event.served == 0


def test_the_wait_of_the_next_one_follows_the_pace() -> None:
    estimate = WaitEstimate()
    assert estimate.now(0.0, 0, busy=False) == 0.0
    assert estimate.now(0.0, 2, busy=True) is None, "the pace is not known yet"
    for n in range(5):
        estimate.served(joined=100.0 + n, reached=200.0 + 30 * n)
    assert estimate.now(330.0, 3, busy=True) == pytest.approx(3 * 30 + 20)
    estimate.served(joined=900.0, reached=902.0)  # after a pause with nobody in the queue
    assert estimate.now(902.0, 1, busy=True) == pytest.approx(60)
    assert estimate.now(9000.0, 1, busy=True) is None, "too old to go by"
