"""Lines: whoever crosses is counted once, whoever does not is not counted."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Direction
from edge.vision.counting import LineCounter
from edge.vision.detections import Crossing, Track
from edge.vision.line import Line

LINE = Line("door", (0, 100), (400, 100), (0, 1))
HEIGHT = 100.0  # so that the band is 10 pixels on either side
STEP_S = 0.1


def person(track: int, x: float, foot: float, at: float) -> Track:
    box = np.asarray([x - 20, foot - HEIGHT, x + 20, foot], dtype=np.float32)
    return Track(track, box, 0.9, at)


def walk(
    path: list[float], *, x: float = 200, ids: list[int] | None = None, unseen: frozenset[int] = frozenset()
) -> list[Crossing]:
    """The crossings of one person whose feet are at the heights of `path`, a tenth of a second apart."""
    counter, crossings = LineCounter(LINE), []
    for frame, foot in enumerate(path):
        at = frame * STEP_S
        seen = [] if frame in unseen else [person(ids[frame] if ids else 1, x, foot, at)]
        crossings += counter.update(seen, frame, at)
    return crossings + counter.finish()


def stroll(*stops: float, speed: float = 8.0) -> list[float]:
    """A path from stop to stop at `speed` pixels a step, standing a moment at each."""
    path: list[float] = []
    for start, end in pairwise(stops):
        steps = max(1, round(abs(end - start) / speed))
        path += list(np.linspace(start, end, steps + 1)) + [end] * 4
    return path


def net(crossings: list[Crossing]) -> int:
    return sum(1 if crossing.direction is Direction.IN else -1 for crossing in crossings)


@given(st.lists(st.booleans(), min_size=2, max_size=8), st.floats(3, 30))
def test_any_path_gives_its_net_and_its_every_crossing(sides: list[bool], speed: float) -> None:
    stops = [160.0 if inside else 40.0 for inside in sides]
    crossings = walk(stroll(*stops, speed=speed))
    assert net(crossings) == sides[-1] - sides[0]
    assert len(crossings) == sum(a != b for a, b in pairwise(sides))


@given(st.lists(st.floats(-9.5, 9.5), min_size=5, max_size=60))
def test_swaying_within_the_band_never_counts(offsets: list[float]) -> None:
    assert walk([40.0, 60.0, *(100 + offset for offset in offsets), 60.0, 40.0]) == []


@given(st.integers(1, 30))
def test_a_new_id_anywhere_on_the_way_changes_nothing(split: int) -> None:
    path = stroll(40, 160)
    ids = [1 if frame < split else 2 for frame in range(len(path))]
    assert [c.direction for c in walk(path, ids=ids)] == [Direction.IN]


@given(st.integers(3, 10), st.integers(1, 6))
def test_somebody_hidden_at_the_line_is_counted_when_seen_again(first: int, length: int) -> None:
    unseen = frozenset(range(first, first + length))
    assert net(walk(stroll(40, 160), unseen=unseen)) == 1


@given(st.lists(st.floats(20, 180), min_size=2, max_size=6))
def test_the_way_back_swaps_in_and_out(stops: list[float]) -> None:
    stops = [40.0, *stops, 160.0]
    assert net(walk(stroll(*stops))) == -net(walk(stroll(*reversed(stops)))) == 1


@given(st.lists(st.floats(-9.5, 9.5), min_size=25, max_size=60), st.data())
def test_swaying_under_ever_new_ids_never_counts(offsets: list[float], data: st.DataObject) -> None:
    path = [40.0, 60.0, 80.0, *(100 + offset for offset in offsets), 80.0, 60.0, 40.0]
    new = data.draw(st.lists(st.sampled_from([False, False, False, True]), min_size=len(path), max_size=len(path)))
    assert walk(path, ids=[1 + sum(new[: n + 1]) for n in range(len(path))]) == []


@given(st.lists(st.floats(-9.5, 9.5), min_size=25, max_size=60), st.booleans())
def test_who_dwells_on_the_line_and_vanishes_there_never_counts(offsets: list[float], came: bool) -> None:
    swaying = [100 + offset for offset in offsets]
    assert walk([40.0, 60.0, 80.0, *swaying] if came else swaying) == []


@given(st.lists(st.floats(-9.5, 9.5), min_size=25, max_size=40), st.sampled_from([-1, 1]))
def test_who_appears_on_the_line_and_dwells_there_has_no_side_to_come_from(offsets: list[float], way: int) -> None:
    leaving = [100.0 + way * step for step in (15, 30, 45, 60, 60, 60, 60)]
    assert walk([*(100 + offset for offset in offsets), *leaving]) == []


def test_who_appears_beside_the_line_and_walks_over_it_is_counted() -> None:
    assert [c.direction for c in walk([94, 98, 106, 114, 122, 130, 138, 146])] == [Direction.IN]


def test_who_vanishes_beyond_the_line_on_their_way_is_counted() -> None:
    assert [c.direction for c in walk([60, 68, 76, 84, 92, 100, 108])] == [Direction.IN]


def test_a_runner_hidden_after_two_sights_is_found_again_under_a_new_id() -> None:
    path = [20.0 + 22 * step for step in range(14)]
    assert len(walk(path, ids=[1] * 2 + [2] * 12, unseen=frozenset(range(2, 7)))) == 1


def test_two_abreast_are_two() -> None:
    counter, crossings = LineCounter(LINE), []
    for frame, foot in enumerate(range(40, 170, 6)):
        at = frame * STEP_S
        crossings += counter.update([person(1, 200, foot, at), person(2, 230, foot + 3, at)], frame, at)
    assert [c.direction for c in crossings] == [Direction.IN, Direction.IN]


def test_two_boxes_on_one_body_are_one() -> None:
    counter, crossings = LineCounter(LINE), []
    for frame, foot in enumerate(range(40, 170, 6)):
        at = frame * STEP_S
        crossings += counter.update([person(1, 200, foot, at), person(2, 204, foot - 9, at)], frame, at)
    assert len(crossings) == 1


def test_a_runner_who_is_seen_on_either_side_only_is_counted() -> None:
    (crossing,) = walk([20, 20, 180, 180, 180, 180])
    assert (crossing.direction, crossing.frame) == (Direction.IN, 2)
    assert 0.1 < crossing.at < 0.2


def test_who_turns_round_on_the_line_is_not_counted() -> None:
    assert walk(stroll(40, 106, 40)) == []


def test_who_walks_round_the_end_is_not_counted() -> None:
    assert walk(stroll(40, 160), x=450) == []


def test_a_line_to_the_border_of_the_picture_goes_on_beyond_it() -> None:
    opened = Line("l", (200, 0), (200, 478), (1, 0)).opened((640, 480))
    assert opened.holds((200, 500))
    assert not Line("l", (200, 0), (200, 300), (1, 0)).opened((640, 480)).holds((200, 400))


def test_nothing_is_kept_of_people_who_are_gone() -> None:
    counter = LineCounter(LINE)
    for frame in range(5000):
        counter.update([person(frame, 200, 40 + frame % 120, frame * STEP_S)], frame, frame * STEP_S)
    assert len(counter._walkers) < 40
    assert len(counter._lately) < 200
