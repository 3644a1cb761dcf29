import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.detections import Detections
from edge.vision.training.precision import Marked, average_precision, sure_score, wrong

NONE = np.zeros((0, 4), dtype=np.float32)
A, B = [10, 10, 30, 60], [100, 10, 120, 60]


def marked(*people: list[int], unsure: tuple[list[int], ...] = ()) -> Marked:
    return Marked(np.array(people, dtype=np.float32).reshape(-1, 4), np.array(unsure, dtype=np.float32).reshape(-1, 4))


def found(*rows: tuple[list[int], float]) -> Detections:
    boxes = np.array([box for box, _ in rows], dtype=np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([score for _, score in rows], dtype=np.float32))


def test_all_found_and_nothing_else_is_one() -> None:
    assert average_precision([found((A, 0.9), (B, 0.5))], [marked(A, B)]) == 1.0


def test_one_of_two_found_is_a_half() -> None:
    assert average_precision([found((A, 0.9))], [marked(A, B)]) == 0.5


def test_the_second_find_of_a_person_is_wrong() -> None:
    # Right, wrong, right: precisions 1 and 2/3.
    assert average_precision([found((A, 0.9), (A, 0.8), (B, 0.7))], [marked(A, B)]) == pytest.approx((1 + 2 / 3) / 2)


def test_who_is_unsure_neither_helps_nor_harms() -> None:
    assert average_precision([found((B, 0.95), (A, 0.9))], [marked(A, unsure=(B,))]) == 1.0


def test_finds_of_nobody_are_told_from_the_score_that_begins_a_track() -> None:
    finds = [found((A, 0.9), (B, 0.6), ([200, 0, 220, 40], 0.2))]
    assert wrong(finds, [marked(A)], 0.5) == 1
    assert wrong(finds, [marked(A)], 0.1) == 2
    assert wrong(finds, [marked(A, unsure=(B,))], 0.5) == 0


def test_nobody_there_or_nothing_found_is_nought() -> None:
    assert average_precision([found()], [marked(A)]) == 0.0
    assert average_precision([found((A, 0.9))], [marked()]) == 0.0


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8))
def test_a_better_score_for_the_right_find_never_lowers_the_figure(scores: list[float]) -> None:
    others = [([200 + 50 * n, 0, 220 + 50 * n, 40], score) for n, score in enumerate(scores)]
    low = average_precision([found((A, 0.005), *others)], [marked(A)])
    high = average_precision([found((A, 1.5), *others)], [marked(A)])
    assert low <= high == 1.0


def test_the_sure_score_is_the_least_from_which_nearly_all_are_right() -> None:
    finds = [found((A, 0.9), (B, 0.5), ([200, 0, 230, 60], 0.4), ([300, 0, 330, 60], 0.2))]
    assert sure_score(finds, [marked(A, B)]) == pytest.approx(0.5)
    assert sure_score(finds, [marked(A, B)], precision=0.5) == pytest.approx(0.2)


def test_nothing_right_is_not_believed() -> None:
    assert sure_score([found(([200, 0, 230, 60], 0.4))], [marked(A)]) == 1.0
    assert sure_score([], []) == 1.0
