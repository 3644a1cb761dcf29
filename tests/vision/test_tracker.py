"""The tracker keeps who is who, and forgets who is gone."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.association import assign, hungarian, overlap
from edge.vision.detections import Detections
from edge.vision.kalman import EdgeFilters
from edge.vision.tracker import Tracker


def seen(*people: tuple[float, float, float]) -> Detections:
    """People 30 wide and 80 high at x, y with a score."""
    boxes = np.asarray([[x, y, x + 30, y + 80] for x, y, _ in people], dtype=np.float32).reshape(-1, 4)
    return Detections(boxes, np.asarray([score for *_, score in people], dtype=np.float32))


@given(st.lists(st.floats(0.05, 0.2), min_size=20, max_size=60))
def test_ids_hold_for_thirty_people_at_irregular_steps(steps: list[float]) -> None:
    tracker, at, ids = Tracker(), 0.0, []
    for step in steps:
        at += step
        crowd = [(60 * (n % 10) + 20 * np.sin(at + n), 100 * (n // 10), 0.9) for n in range(30)]
        ids = [track.id for track in tracker.update(seen(*crowd), at)]
    assert sorted(ids) == list(range(1, 31))


def test_a_person_is_known_at_the_second_sight_and_keeps_the_id_behind_a_column() -> None:
    tracker = Tracker()
    assert tracker.update(seen((0, 0, 0.9)), 0.0) == []
    assert [t.id for t in tracker.update(seen((8, 0, 0.9)), 0.1)] == [1]
    for n in range(2, 10):
        tracker.update(seen((8 * n, 0, 0.9)), n / 10)
    for n in range(10, 15):
        assert tracker.update(seen(), n / 10) == []
    assert [t.id for t in tracker.update(seen((120, 0, 0.9)), 1.5)] == [1]


def test_unsure_detections_keep_people_but_begin_none() -> None:
    tracker = Tracker()
    for n in range(20):
        assert tracker.update(seen((200, 0, 0.2)), n / 10) == []
    for n in range(20, 25):
        tracker.update(seen((0, 0, 0.9)), n / 10)
    assert len(tracker.update(seen((0, 0, 0.2)), 2.5)) == 1


def test_ids_are_never_used_again_and_nothing_is_kept_for_ever() -> None:
    tracker, ids = Tracker(), set()
    for n in range(10_000):
        visit, frame = divmod(n, 5)
        for track in tracker.update(seen(((visit * 97) % 3000 + frame, 0, 0.9)), n / 10):
            ids.add((track.id, visit))
    assert len({i for i, _ in ids}) == len(ids)
    assert len(tracker._lives) < 20


def test_a_jump_of_one_edge_is_half_believed() -> None:
    filters = EdgeFilters()
    box = np.asarray([[0, 0, 30, 100]], dtype=np.float32)
    filters.append(box)
    rows = np.asarray([0], dtype=np.intp)
    for _ in range(10):
        filters.predict(0.1)
        filters.update(rows, box)
    filters.predict(0.1)
    filters.update(rows, np.asarray([[0, 0, 30, 60]], dtype=np.float32))  # the feet are hidden
    assert filters.place[0, 3] > 85


small = st.integers(1, 4).flatmap(
    lambda n: st.integers(1, 4).flatmap(
        lambda m: st.lists(st.lists(st.floats(0, 1), min_size=m, max_size=m), min_size=n, max_size=n)
    )
)


@given(small)
def test_the_assignment_is_the_best_there_is(rows: list[list[float]]) -> None:
    gain = np.asarray(rows)
    tall = gain if gain.shape[0] <= gain.shape[1] else gain.T
    best = max(
        sum(tall[i, j] for i, j in enumerate(columns))
        for columns in itertools.permutations(range(tall.shape[1]), tall.shape[0])
    )
    pairs = hungarian(gain)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == min(gain.shape)
    assert abs(sum(gain[i, j] for i, j in pairs) - best) < 1e-9


@given(small, st.floats(0.1, 0.9))
def test_no_pair_below_the_least_and_none_twice(rows: list[list[float]], least: float) -> None:
    gain = np.asarray(rows)
    pairs = assign(gain, least)
    assert all(gain[i, j] >= least for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_grown_boxes_touch_where_bare_ones_do_not() -> None:
    a, b = np.asarray([[0.0, 0, 10, 10]]), np.asarray([[11.0, 0, 21, 10]])
    assert overlap(a, b)[0, 0] == 0
    assert overlap(a, b, grow=0.3)[0, 0] > 0
