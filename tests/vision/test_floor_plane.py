"""The floor: pixels become metres, and wrong pairs are seen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.bench.zones import AHEAD, BESIDE
from edge.sim.render.camera import Camera, Placement
from edge.vision.floor_plane import FloorPlane, fit

PLACES = ((-2.0, 1.0), (2.0, 1.0), (2.5, 5.0), (-2.5, 5.0), (0.0, 3.0), (1.0, 2.0))


def seen_by(placement: Placement, places: tuple[tuple[float, float], ...] = PLACES) -> FloorPlane:
    camera = Camera.placed(placement)
    return fit([camera.pixel(*place) for place in places], places)


@given(st.floats(-3, 3), st.floats(0, 7), st.sampled_from([AHEAD, BESIDE]), st.integers(4, 6))
def test_every_pixel_of_the_floor_is_where_the_camera_saw_it(
    x: float, y: float, placement: Placement, pairs: int
) -> None:
    plane = seen_by(placement, PLACES[:pairs])
    place = plane.place(Camera.placed(placement).pixel(x, y))
    assert place is not None
    assert math.dist(place, (x, y)) < 1e-3


def test_the_horizon_is_nowhere_on_the_floor() -> None:
    plane = seen_by(AHEAD)
    assert plane.place((320, 20)) is None
    assert plane.place((320, 340)) is not None


def test_exact_pairs_have_no_error_and_a_wrong_one_has_a_large_one() -> None:
    assert seen_by(AHEAD).rms_m() < 1e-6
    camera = Camera.placed(AHEAD)
    wrong = [camera.pixel(*place) for place in PLACES]
    wrong[4] = (wrong[4][0] + 60, wrong[4][1])
    plane = fit(wrong, PLACES)
    assert plane.rms_m() > 0.1
    assert int(np.argmax(plane.errors_m())) == 4


@pytest.mark.parametrize("mirror", [1, -1])
def test_axes_may_lie_as_they_like(mirror: int) -> None:
    camera = Camera.placed(AHEAD)
    places = tuple((100 - mirror * y, 7 + 2 * x) for x, y in PLACES)
    plane = fit([camera.pixel(*place) for place in PLACES], places)
    assert plane.rms_m() < 1e-6
    assert plane.place((320, 340)) is not None
