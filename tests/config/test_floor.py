"""The floor of the configuration: pairs that tell no plane are refused, and how well they fit is told."""

import pytest

from edge.check.floor import judged
from edge.config.floor import FloorConfig
from edge.config.read import parse
from tests.config.test_config import CAMERA, FOLDER, STORE, refusal

PIXELS = "[[420, 300], [900, 300], [1180, 690], [180, 690], [640, 420]]"
METRES = "[[0, 6], [4, 6], [4, 0], [0, 0], [1.96, 3.05]]"


def text(pixels: str = PIXELS, metres: str = METRES, before: str = "") -> str:
    return STORE + CAMERA + before + f"[camera.floor]\npixels = {pixels}\nmetres = {metres}\n"


def test_pairs_are_read_and_judged() -> None:
    floor = parse(text(), folder=FOLDER).camera[0].floor
    assert floor is not None
    ok, words = judged(floor)
    assert ok
    assert words.startswith("5 pairs, 0.056 m off on average")


def test_four_pairs_prove_nothing_and_a_wrong_one_of_five_is_named() -> None:
    four = FloorConfig(
        pixels=((420, 300), (900, 300), (1180, 690), (180, 690)), metres=((0, 6), (4, 6), (4, 0), (0, 0))
    )
    assert judged(four) == (True, "4 pairs, which fit whatever they are; a fifth would tell whether they are right")
    wrong = FloorConfig(pixels=(*four.pixels, (640, 420)), metres=(*four.metres, (1.0, 1.0)))
    ok, words = judged(wrong)
    assert not ok
    assert words.startswith("expected pairs that fit within 0.5 m, found")


@pytest.mark.parametrize("turned", [1, -1])
def test_four_pairs_may_begin_anywhere_and_go_either_way_round(turned: int) -> None:
    pixels, metres = ((100, 100), (500, 100), (600, 350), (50, 350)), ((0, 6), (4, 6), (4, 0), (0, 0))
    for first in range(4):
        order = [(first + turned * step) % 4 for step in range(4)]
        FloorConfig(
            pixels=tuple(pixels[n] for n in order), metres=tuple((x, turned * y) for x, y in (metres[n] for n in order))
        )


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (text("[[0, 0], [9, 0], [9, 9]]", "[[0, 0], [9, 0], [9, 9]]"), "pixels: expected four points or more, found 3"),
        (text(metres="[[0, 0], [1, 0], [1, 1], [0, 1]]"), "metres: expected one for each of the 5 pixels, found 4"),
        (
            text("[[0, 0], [10, 10], [20, 20], [30, 30], [40, 40]]"),
            "pixels: expected four points of which no three lie on one straight, found none such",
        ),
        (
            text("[[0, 0], [100, 100], [200, 200], [300, 300], [0, 400]]"),
            "pixels: expected four points of which no three lie on one straight, found none such",
        ),
        (
            text(metres="[[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]]"),
            "metres: expected four points of which no three lie on one straight, found none such",
        ),
        (
            text("[[100, 100], [500, 100], [600, 350], [50, 350]]", "[[0, 6], [4, 0], [4, 6], [0, 0]]"),
            "metres: expected the four places in the order of their pixels, found them in another",
        ),
        (text(before="frame_size = [640, 360]\n"), "pixels: expected points within 640x360 pixels, found [900, 300]"),
    ],
)
def test_pairs_that_tell_no_plane_are_refused(wrong: str, expected: str) -> None:
    assert refusal(wrong).startswith(f"camera[0].floor.{expected}"), refusal(wrong)
