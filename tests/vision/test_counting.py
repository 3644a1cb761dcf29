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
