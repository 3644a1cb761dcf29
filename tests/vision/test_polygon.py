"""Areas of the picture: where their edge is, and where they have none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.polygon import Disc, Polygon, Union

SIZE = (640, 360)
SQUARE = Polygon(((100, 100), (300, 100), (300, 200), (100, 200)), SIZE)


@given(st.floats(20, 620), st.floats(20, 340))
def test_the_depth_is_the_distance_to_the_edge_of_a_rectangle(x: float, y: float) -> None:
    inside = min(x - 100, 300 - x, y - 100, 200 - y)
    outside = math.hypot(max(100 - x, 0, x - 300), max(100 - y, 0, y - 200))
    assert SQUARE.depth((x, y)) == pytest.approx(inside if inside > 0 else -outside, abs=1e-6)


def test_an_edge_along_the_border_of_the_picture_is_none() -> None:
    floor = Polygon(((200, 150), (400, 150), (400, 358), (200, 358)), SIZE)
    assert floor.depth((300, 360)) == floor.depth((300, 420)) == pytest.approx(100, abs=0.01)
    assert floor.depth((190, 360)) == pytest.approx(-10, abs=0.01)
    whole = Polygon(((0, 0), (640, 0), (640, 360), (0, 360)), SIZE)
    assert whole.depth((0, 360)) == math.inf


@given(st.floats(0, 640), st.floats(0, 360))
def test_the_sense_of_rotation_says_nothing(x: float, y: float) -> None:
    ell = ((50, 50), (300, 50), (300, 150), (150, 150), (150, 300), (50, 300))
    assert Polygon(ell, SIZE).depth((x, y)) == pytest.approx(Polygon(ell[::-1], SIZE).depth((x, y)))


def test_a_hollow_of_a_polygon_is_outside() -> None:
    ell = Polygon(((50, 50), (300, 50), (300, 150), (150, 150), (150, 300), (50, 300)), SIZE)
    assert ell.depth((225, 200)) == pytest.approx(-50)
    assert ell.depth((100, 200)) == pytest.approx(50)


def test_a_union_is_as_deep_as_its_deepest_and_a_disc_is_round() -> None:
    disc = Disc((320, 150), 50)
    assert disc.depth((320, 190)) == pytest.approx(10)
    both = Union((SQUARE, disc))
    assert both.depth((290, 150)) == pytest.approx(20)
    assert both.depth((200, 150)) == pytest.approx(50)
