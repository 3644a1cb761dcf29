import numpy as np

from edge.vision.detections import Detections
from edge.vision.training.misses import FALSE, MISSED, RIGHT, errors, sheet
from edge.vision.training.precision import Marked

A, B, FAR = [10.0, 10.0, 30.0, 60.0], [40.0, 10.0, 60.0, 60.0], [70.0, 5.0, 80.0, 30.0]


def boxes(*rows: list[float]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


FOUND = Detections(boxes(A, B, FAR), np.array([0.9, 0.2, 0.8], dtype=np.float32))


def test_who_is_found_too_weakly_is_missed_and_what_is_nobody_is_false() -> None:
    missed, false = errors(FOUND, Marked(boxes(A, B), boxes()), 0.5)
    assert missed.tolist() == [B]
    assert false.tolist() == [FAR]


def test_a_find_over_somebody_unsure_is_no_error() -> None:
    missed, false = errors(FOUND, Marked(boxes(A), boxes(FAR)), 0.5)
    assert not len(missed)
    assert not len(false)


def test_nobody_there_and_nothing_found_is_no_error() -> None:
    nothing = Detections(boxes(), np.zeros(0, dtype=np.float32))
    assert [len(one) for one in errors(nothing, Marked(boxes(), boxes()), 0.5)] == [0, 0]


def test_the_worst_picture_comes_first_with_its_errors_drawn() -> None:
    blank = np.full((70, 100, 3), 128, dtype=np.uint8)
    nothing = Detections(boxes(), np.zeros(0, dtype=np.float32))
    drawn = sheet([blank, blank], [nothing, FOUND], [Marked(boxes(), boxes()), Marked(boxes(A, B), boxes())], 0.5)
    first = drawn[:70, :100]
    for colour in (MISSED, FALSE, RIGHT):
        assert (first == colour).all(axis=2).any()
    assert (drawn[:70, 100:200] == 128).all()
