"""Detections go to the tracks they overlap most, all in all."""

import itertools
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.association import assign, hungarian, likeness, likeness_grown, overlap

small = st.integers(1, 5).flatmap(
    lambda n: st.integers(1, 5).flatmap(
        lambda m: st.lists(st.lists(st.floats(0, 1), min_size=m, max_size=m), min_size=n, max_size=n)
    )
)
boxes = st.lists(
    st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(1, 200), st.floats(1, 200)), min_size=1, max_size=6
).map(lambda rows: np.asarray([[x, y, x + w, y + h] for x, y, w, h in rows]))


def best_sum(gain: np.ndarray) -> float:
    """The greatest sum there is, by trying them all."""
    tall = gain if gain.shape[0] <= gain.shape[1] else gain.T
    columns = itertools.permutations(range(tall.shape[1]), tall.shape[0])
    return max(float(sum(tall[i, j] for i, j in enumerate(chosen))) for chosen in columns)


@given(small)
def test_the_assignment_is_the_best_there_is(rows: list[list[float]]) -> None:
    gain = np.asarray(rows)
    pairs = hungarian(gain)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == min(gain.shape)
    assert abs(sum(gain[i, j] for i, j in pairs) - best_sum(gain)) < 1e-9


@given(small, st.floats(0.1, 0.9))
def test_the_best_is_found_among_the_possible_pairs_too(rows: list[list[float]], least: float) -> None:
    gain = np.asarray(rows)
    pairs = assign(gain, least)
    assert all(gain[i, j] >= least for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert abs(sum(gain[i, j] for i, j in pairs) - best_sum(np.where(gain >= least, gain, 0.0))) < 1e-9


def test_nobody_and_nothing_are_no_pairs() -> None:
    assert assign(np.zeros((0, 3)), 0.2) == assign(np.zeros((3, 0)), 0.2) == assign(np.zeros((2, 2)), 0.2) == []


def test_thirty_people_in_one_heap_are_assigned_in_time() -> None:
    gain = np.random.default_rng(1).uniform(0.3, 1, (30, 30))
    assign(gain, 0.2)
    began = time.process_time()
    assert len(assign(gain, 0.2)) == 30
    assert time.process_time() - began < 0.05


@given(boxes, boxes, st.floats(0, 0.5))
def test_overlap_is_a_share_and_symmetric(a: np.ndarray, b: np.ndarray, grow: float) -> None:
    shared = overlap(a, b, grow)
    assert shared.shape == (len(a), len(b))
    assert np.all((shared >= 0) & (shared <= 1 + 1e-9))
    assert np.allclose(shared, overlap(b, a, grow).T)
    assert np.allclose(np.diag(overlap(a, a, grow)), 1)


@given(boxes, boxes, st.floats(0, 1))
def test_likeness_is_a_share_symmetric_and_no_more_than_the_overlap(a: np.ndarray, b: np.ndarray, grow: float) -> None:
    for alike, back, of_itself, most in (
        (likeness(a, b), likeness(b, a), likeness(a, a), overlap(a, b)),
        (likeness_grown(a, b, grow), likeness_grown(b, a, grow), likeness_grown(a, a, grow), overlap(a, b, grow)),
    ):
        assert (alike >= 0).all()
        assert (alike <= most + 1e-12).all()
        assert np.allclose(alike, back.T)
        assert np.allclose(np.diag(of_itself), 1)


def test_who_stands_in_the_same_rows_is_more_alike_than_who_stands_higher_up() -> None:
    rows = ([0, 0, 40, 100], [20, 0, 60, 100], [0, 50, 40, 150])
    track, beside, behind = (np.array([row], dtype=float) for row in rows)
    assert overlap(track, beside)[0, 0] == overlap(track, behind)[0, 0]
    assert likeness(track, beside)[0, 0] == overlap(track, beside)[0, 0]
    assert likeness(track, behind)[0, 0] == overlap(track, behind)[0, 0] / 16
    assert likeness_grown(track, behind, 0.0)[0, 0] == overlap(track, behind)[0, 0] / 9


def test_a_box_that_is_cut_off_is_as_alike_as_it_overlaps_unless_it_is_grown() -> None:
    whole, cut = np.array([[0, 0, 40, 100]], dtype=float), np.array([[0, 60, 40, 100]], dtype=float)
    assert likeness(whole, cut)[0, 0] == overlap(whole, cut)[0, 0]
    assert likeness_grown(whole, cut, 0.0)[0, 0] < overlap(whole, cut)[0, 0]


def test_half_an_overlap_is_a_third() -> None:
    a, b = np.asarray([[0.0, 0, 10, 10]]), np.asarray([[5.0, 0, 15, 10]])
    assert abs(overlap(a, b)[0, 0] - 1 / 3) < 1e-12


def test_grown_boxes_touch_where_bare_ones_do_not() -> None:
    a, b = np.asarray([[0.0, 0, 10, 10]]), np.asarray([[11.0, 0, 21, 10]])
    assert overlap(a, b)[0, 0] == 0
    assert overlap(a, b, grow=0.3)[0, 0] > 0
