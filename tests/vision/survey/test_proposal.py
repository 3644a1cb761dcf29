"""A line is proposed where people pass, and not where they turn round."""

import tomllib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config.camera import LineConfig
from edge.vision.line import Line
from edge.vision.survey.proposal import propose, toml
from tests.vision.survey.ways import SIZE, gathered
from tests.vision.walks import Place, walking


def test_people_who_walk_down_the_picture_give_a_line_across_it() -> None:
    ways = [walking((200 + 40 * n, 110), (210 + 40 * n, 350), 3 + n) for n in range(6)]
    (best,) = propose(gathered(ways).paths, SIZE)
    (x1, y1), (x2, y2) = best.line.start, best.line.end
    assert abs(y1 - y2) < 0.3 * abs(x1 - x2), "it lies across their ways"
    assert best.crossings == 6
    assert best.against == 0
    assert best.line.inside[1] > 0.9
    assert min(x1, x2) < 200
    assert max(x1, x2) > 410
    assert best.height == pytest.approx(100)
    assert 5 < best.frames < 60


def test_two_streams_of_people_give_two_lines() -> None:
    down = [walking((300 + 9 * n, 110), (300 + 9 * n, 350), 4) for n in range(6)]
    aside = [walking((20, 130 + 3 * n), (200, 130 + 3 * n), 4) for n in range(5)]
    first, second = propose(gathered([*down, *aside]).paths, SIZE)
    assert {first.crossings, second.crossings} == {6, 5}


def test_who_turns_round_keeps_the_line_away() -> None:
    through = [walking((300 + 20 * n, 110), (300 + 20 * n, 350), 5) for n in range(4)]
    back: list[list[Place]] = [
        [*walking((200 + 30 * n, 110), (210, 240), 3), *walking((210, 240), (200 + 30 * n, 110), 3)] for n in range(3)
    ]
    best = propose(gathered([*through, *back]).paths, SIZE)[0]
    assert (best.line.start[1] + best.line.end[1]) / 2 > 240 - 50, "beyond where they turn, or nearly"
    assert best.against == 0


def test_of_nobody_nothing_is_proposed() -> None:
    assert propose([], SIZE) == []
    standing: list[list[Place]] = [[(300.0, 200.0)] * 50]
    assert propose(gathered(standing).paths, SIZE) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 640), st.floats(101, 360), st.floats(0, 640), st.floats(101, 360)), max_size=8))
def test_whatever_is_proposed_is_a_line_that_the_configuration_takes(
    ways: list[tuple[float, float, float, float]],
) -> None:
    for one in propose(gathered([walking(way[:2], way[2:], 3) for way in ways]).paths if ways else [], SIZE):
        (section,) = tomllib.loads(toml(one.line).replace("[[camera.line]]", "[[line]]"))["line"]
        config = msgspec.convert(section, LineConfig)
        assert Line(config.id, config.points[0], config.points[1], config.inside, config.anchor) == one.line
        assert all(0 <= x <= 640 and 0 <= y <= 360 for x, y in config.points)
