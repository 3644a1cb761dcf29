"""Intervals: every crossing is in exactly one, and each line has its own."""

from hypothesis import given
from hypothesis import strategies as st

from edge.events import Direction
from edge.vision.detections import Crossing
from edge.vision.footfall import Footfall
from edge.vision.interval import Interval
from tests.vision.test_interval import BEGAN


def crossing(line: str, direction: Direction) -> Crossing:
    return Crossing(line, direction, 0.0, 0, 0.9, 1, (0.0, 0.0))


crossings = st.lists(
    st.tuples(st.floats(0, 300), st.sampled_from(["door", "gate"]), st.sampled_from(list(Direction))), max_size=40
)


@given(crossings)
def test_every_crossing_is_in_exactly_one_interval(events: list[tuple[float, str, Direction]]) -> None:
    interval, footfall, counted = Interval(60.0, 10.0, BEGAN), Footfall(["door", "gate"]), []
    for after, line, direction in sorted(events, key=lambda event: event[0]):
        if interval.due(100 + after):
            counted += footfall.close(interval.close(BEGAN.after(after)))
        footfall.crossed(crossing(line, direction))
    counted += footfall.close(interval.close(BEGAN.after(300.0), early=True))
    for line in ("door", "gate"):
        own = [event for event in counted if event.line == line]
        assert sum(event.in_ for event in own) == sum(e[1:] == (line, Direction.IN) for e in events)
        assert sum(event.out for event in own) == sum(e[1:] == (line, Direction.OUT) for e in events)


def test_each_line_has_its_own_event_even_when_nobody_came() -> None:
    interval, footfall = Interval(60.0, 10.0, BEGAN), Footfall(["door", "gate"])
    footfall.crossed(crossing("gate", Direction.OUT))
    events = footfall.close(interval.close(BEGAN.after(61.0)))
    assert [(event.line, event.in_, event.out) for event in events] == [("door", 0, 0), ("gate", 0, 1)]
