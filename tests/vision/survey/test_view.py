"""The view is found again from people whom a known camera sees."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.sim.render.camera import Camera, Placement
from edge.vision.detections import Boxes
from edge.vision.survey.view import LEAST_PEOPLE, estimate, whole

SIZE = (640, 360)
# What ten people give who walk through a picture; with 120 boxes the tilt was up to 10 degrees off.
BOXES = 800


def people(tilt: float, height: float, hfov: float, n: int = 120, jitter: float = 0.0, seed: int = 1) -> Boxes:
    """Boxes of people of about 1.70 m before a camera, those who are seen whole."""
    dice = np.random.default_rng(seed)
    camera = Camera.placed(Placement((0.0, 0.0, height), 0.0, tilt, hfov))
    boxes = []
    for _ in range(20 * n):
        x, y, tall = dice.uniform(-0.5, 0.5), dice.uniform(1.5, 12), dice.normal(1.70, 0.06)
        (u, foot), (_, head) = camera.pixel(x, y), camera.pixel(x, y, tall)
        head, foot = head + dice.normal(0, jitter), foot + dice.normal(0, jitter)
        boxes.append([u - (foot - head) / 5, head, u + (foot - head) / 5, foot])
    found = np.asarray(boxes, dtype=np.float32)
    return found[whole(found, SIZE)][:n]


@settings(max_examples=10, deadline=None)
@given(st.floats(12, 45), st.floats(2.4, 4.0), st.floats(60, 100))
@example(33.0, 2.4375, 60.0)
def test_tilt_and_height_are_found_again(tilt: float, height: float, hfov: float) -> None:
    boxes = people(tilt, height, hfov, n=BOXES)
    view = estimate(boxes, SIZE, hfov)
    if view is None:
        assert len(boxes) < LEAST_PEOPLE or np.ptp(np.percentile(boxes[:, 3], [5, 95])) < 72
        return
    assert view.tilt == pytest.approx(tilt, abs=7)
    assert view.height_m == pytest.approx(height, rel=0.25)


def test_an_unknown_lens_gives_a_range_that_holds_the_truth() -> None:
    view = estimate(people(27, 3.0, 72, jitter=2.0), SIZE)
    assert view is not None
    assert view.tilt_range[0] - 1 <= 27 <= view.tilt_range[1] + 1
    assert view.tilt_range[0] < view.tilt < view.tilt_range[1]


def test_people_at_one_distance_say_nothing() -> None:
    boxes = np.tile(np.asarray([[100, 50, 140, 150]], dtype=np.float32), (100, 1))
    assert estimate(boxes, SIZE) is None
    assert estimate(boxes[:0], SIZE) is None
    assert estimate(people(27, 3.0, 72, n=LEAST_PEOPLE - 1), SIZE) is None


def test_who_is_cut_off_is_not_whole() -> None:
    boxes = np.asarray([[100, 50, 140, 150], [0, 50, 40, 150], [100, 50, 140, 359]], dtype=np.float32)
    assert whole(boxes, SIZE).tolist() == [True, False, False]
