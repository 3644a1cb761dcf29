"""The uniform: colours as the eye tells them apart, of the right part of the right person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.detections import Clothes, Image, Track
from edge.vision.uniform import TORSO, lab, torso, uniform_of

RED, BLUE, GREY = (32, 32, 208), (160, 79, 30), (120, 120, 120)  # BGR
BOX = np.asarray([100, 50, 160, 210], dtype=np.float32)
UNIFORM = uniform_of(["#d02020"], 10)


def dressed(colour: tuple[int, int, int], picture: Image | None = None, box: object = BOX) -> Image:
    """A picture in which the upper body of a box has a colour."""
    picture = np.full((240, 320, 3), 90, dtype=np.uint8) if picture is None else picture
    x1, y1, x2, y2 = (float(side) for side in np.asarray(box))
    top, bottom = y1 + 0.13 * (y2 - y1), y1 + 0.52 * (y2 - y1)
    picture[round(top) : round(bottom), round(x1) : round(x2)] = colour
    return picture


def worn(picture: Image, *boxes: object) -> list[Clothes]:
    tracks = [Track(n, np.asarray(box, dtype=np.float32), 0.9, 0.0) for n, box in enumerate(boxes)]
    return [track.clothes for track in UNIFORM.seen(picture, tracks)]


@pytest.mark.parametrize(
    ("bgr", "expected"),
    [
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((0, 0, 255), (53.24, 80.09, 67.20)),
        ((255, 0, 0), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0.0, 0.0)),
    ],
)
def test_lab_is_what_the_standard_says(bgr: tuple[int, int, int], expected: tuple[float, float, float]) -> None:
    """Values of sRGB red, blue and grey under D65, as in Lindbloom's calculator."""
    assert lab(np.asarray([bgr], dtype=np.uint8))[0] == pytest.approx(expected, abs=0.02)


def test_the_uniform_is_told_from_other_clothes() -> None:
    assert worn(dressed(RED), BOX) == [Clothes.UNIFORM]
    assert worn(dressed(BLUE), BOX) == [Clothes.OTHER]
    assert worn(dressed(GREY), BOX) == [Clothes.OTHER]


@pytest.mark.parametrize("light", [0.7, 0.85, 1.15])
def test_less_or_more_light_is_the_same_uniform(light: float) -> None:
    blue, green, red = (min(255, round(part * light)) for part in RED)
    assert worn(dressed((blue, green, red)), BOX) == [Clothes.UNIFORM]


def test_trousers_and_walls_of_that_colour_are_none() -> None:
    picture = np.full((240, 320, 3), RED, dtype=np.uint8)
    assert worn(dressed(GREY, picture), BOX) == [Clothes.OTHER]


def test_whoever_stands_behind_one_of_the_staff_is_not_judged_by_their_clothes() -> None:
    front = BOX + np.asarray([20, 20, 20, 20], dtype=np.float32)
    assert worn(dressed(RED, box=front), BOX, front) == [Clothes.UNSEEN, Clothes.UNIFORM]


@pytest.mark.parametrize("box", [(10, 10, 22, 45), (-30, 50, 10, 210), (300, 50, 400, 210), (100, 230, 160, 500)])
def test_nothing_is_said_of_who_is_too_small_or_not_in_the_picture(box: tuple[float, ...]) -> None:
    assert worn(np.full((240, 320, 3), RED, dtype=np.uint8), box) == [Clothes.UNSEEN]


@given(st.lists(st.tuples(*[st.floats(-2000, 2000, width=32)] * 4), max_size=5))
def test_any_boxes_do_no_harm(boxes: list[tuple[float, ...]]) -> None:
    assert len(worn(np.zeros((120, 160, 3), dtype=np.uint8), *boxes)) == len(boxes)


def test_only_the_torso_is_looked_at() -> None:
    points = torso(dressed(RED), BOX)
    assert points is not None
    assert {tuple(point) for point in points.tolist()} == {RED}
    assert 0 < TORSO[0] < TORSO[2] < 1
