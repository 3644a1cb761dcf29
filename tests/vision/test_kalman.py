"""The filters follow what moves, in real seconds, and are not thrown by one odd box."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.kalman import EdgeFilters

BOX = np.asarray([[0, 0, 30, 100]], dtype=np.float32)
FIRST = np.asarray([0], dtype=np.intp)
steps = st.lists(st.floats(0.03, 0.4), min_size=25, max_size=40)


def walking(speed: float, at: float) -> np.ndarray:
    return BOX + np.asarray([speed * at, 0, speed * at, 0], dtype=np.float32)


@given(steps, st.floats(-150, 150))
def test_a_steady_walker_is_foreseen_whatever_the_steps(dts: list[float], speed: float) -> None:
    filters, at = EdgeFilters(), 0.0
    filters.append(BOX)
    for dt in dts:
        at += dt
        filters.predict(dt)
        filters.update(FIRST, walking(speed, at))
    filters.predict(0.5)
    assert np.abs(filters.place - walking(speed, at + 0.5)).max() < 5
    assert filters.speed[0, 0] == pytest.approx(speed, abs=8)


@given(steps)
def test_variances_stay_variances(dts: list[float]) -> None:
    filters = EdgeFilters()
    filters.append(BOX)
    for number, dt in enumerate(dts):
        filters.predict(dt)
        if number % 3:
            filters.update(FIRST, BOX)
        assert np.all(filters._var_place > 0)
        assert np.all(filters._var_place * filters._var_speed >= filters._cov**2)


@given(st.floats(0.01, 2), st.floats(0.01, 2))
def test_place_and_speed_do_not_depend_on_how_a_pause_is_cut(first: float, second: float) -> None:
    whole, cut = EdgeFilters(), EdgeFilters()
    for filters in (whole, cut):
        filters.append(BOX)
        filters.predict(0.1)
        filters.update(FIRST, walking(80, 0.1))
    whole.predict(first + second)
    cut.predict(first)
    cut.predict(second)
    assert np.allclose(whole.place, cut.place)


def test_people_of_any_size_are_followed_alike() -> None:
    filters = EdgeFilters()
    filters.append(np.concatenate([BOX, 3 * BOX]))
    both = np.asarray([0, 1], dtype=np.intp)
    for number in range(1, 10):
        filters.predict(0.1)
        moved = walking(60, number / 10)
        filters.update(both, np.concatenate([moved, 3 * moved]))
    assert np.allclose(3 * filters.place[0], filters.place[1])


def test_a_jump_of_one_edge_is_half_believed_and_leaves_the_others() -> None:
    filters = EdgeFilters()
    filters.append(BOX)
    for _ in range(10):
        filters.predict(0.1)
        filters.update(FIRST, BOX)
    filters.predict(0.1)
    filters.update(FIRST, np.asarray([[0, 0, 30, 60]], dtype=np.float32))  # the feet are hidden
    assert filters.place[0, 3] > 85
    assert np.allclose(filters.place[0, :3], BOX[0, :3], atol=0.1)


def test_the_speed_of_somebody_unseen_fades() -> None:
    filters = EdgeFilters()
    filters.append(BOX)
    filters.speed[:] = 100.0
    filters.slow(FIRST, 1.0)
    assert 30 < filters.speed[0, 0] < 45


def test_dropping_one_leaves_the_others_as_they_were() -> None:
    filters = EdgeFilters()
    filters.append(np.concatenate([BOX, 2 * BOX, 3 * BOX]))
    filters.keep(np.asarray([True, False, True]))
    assert len(filters) == 2
    assert np.allclose(filters.place, np.concatenate([BOX, 3 * BOX]))
    filters.predict(0.1)
    filters.update(np.asarray([1], dtype=np.intp), 3 * BOX)


def test_with_nobody_nothing_happens() -> None:
    filters = EdgeFilters()
    filters.predict(1.0)
    filters.slow(np.zeros(0, dtype=np.intp), 1.0)
    filters.update(np.zeros(0, dtype=np.intp), np.zeros((0, 4), dtype=np.float32))
    assert len(filters) == 0
