"""Lines: sides, ends, and ends that lie at the border."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge.vision.line import Line, anchor_point, meeting

place = st.tuples(st.floats(0, 640), st.floats(0, 480))


def line(start: tuple[float, float], end: tuple[float, float], inside: tuple[float, float]) -> Line:
    return Line("door", start, end, inside)


@given(place, place, st.floats(0, 2 * math.pi))
def test_the_normal_is_a_unit_across_and_points_inside(
    start: tuple[float, float], end: tuple[float, float], angle: float
) -> None:
    assume(math.dist(start, end) > 1)
    inside = (math.cos(angle), math.sin(angle))
    normal = line(start, end, inside).normal()
    along = (end[0] - start[0], end[1] - start[1])
    assert math.hypot(*normal) == pytest.approx(1)
    assert abs(normal[0] * along[0] + normal[1] * along[1]) / math.hypot(*along) < 1e-9
    assert normal[0] * inside[0] + normal[1] * inside[1] >= -1e-9


@given(place, place, place)
def test_which_end_comes_first_changes_no_side(
    start: tuple[float, float], end: tuple[float, float], point: tuple[float, float]
) -> None:
    assume(math.dist(start, end) > 1)
    inside = (start[1] - end[1], end[0] - start[0])
    there, back = line(start, end, inside), line(end, start, inside)
    assert there.distance(point) == pytest.approx(back.distance(point), abs=1e-6)


def test_inside_is_where_the_direction_points() -> None:
    door = line((300, 150), (300, 575), (-1, 0))
    assert door.distance((290, 9999)) == pytest.approx(10)
    assert door.distance((320, 0)) == pytest.approx(-20)


def test_beyond_the_ends_is_not_on_the_line() -> None:
    door = line((100, 100), (200, 100), (0, 1))
    assert [door.holds((x, 55)) for x in (99, 100, 150, 200, 201)] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("start", "end", "outside_start", "outside_end"),
    [
        ((300, 100), (300, 479), False, True),
        ((0, 340), (640, 210), True, True),
        ((100, 100), (500, 300), False, False),
        ((640, 100), (300, 300), True, False),
    ],
)
def test_only_ends_at_the_border_are_open(
    start: tuple[float, float], end: tuple[float, float], outside_start: bool, outside_end: bool
) -> None:
    opened = line(start, end, (0.3, 1)).opened((640, 480))
    way = (end[0] - start[0], end[1] - start[1])
    assert opened.holds((start[0] - 0.5 * way[0], start[1] - 0.5 * way[1])) is outside_start
    assert opened.holds((end[0] + 0.5 * way[0], end[1] + 0.5 * way[1])) is outside_end


@given(place, place, place)
def test_opening_moves_no_side(
    start: tuple[float, float], end: tuple[float, float], point: tuple[float, float]
) -> None:
    assume(math.dist(start, end) > 20)
    door = line(start, end, (end[1] - start[1], start[0] - end[0]))
    assert door.opened((640, 480)).distance(point) == pytest.approx(door.distance(point), abs=1e-3)


def test_the_foot_is_the_bottom_and_the_centre_the_middle() -> None:
    box = np.asarray([10, 20, 30, 100], dtype=np.float32)
    assert anchor_point(box, "foot") == (20, 100)
    assert anchor_point(box, "center") == (20, 60)


@given(place, place)
def test_two_sides_meet_on_the_line(before: tuple[float, float], after: tuple[float, float]) -> None:
    door = line((0, 240), (640, 200), (0, 1))
    one, other = door.distance(before), door.distance(after)
    assume(one * other < -1)
    assert door.distance(meeting(before, after, one, other)) == pytest.approx(0, abs=1e-6)
