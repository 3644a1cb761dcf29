"""Test walks are read as they were meant, and held against what was counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.line import Line
from edge.vision.survey.walks import compare, crossings, parse, parse_file
from tests.vision.survey.ways import SIZE, gathered
from tests.vision.walks import Place, walking

LINE = Line("door", (100, 220), (540, 220), (0, 1))


def one_after_the_other() -> list[list[Place]]:
    """In, out, in: three seconds each, over the line at half of it."""
    down, up = ((300.0, 120.0), (300.0, 330.0)), ((360.0, 330.0), (360.0, 120.0))
    ways: list[list[Place]] = []
    for n, way in enumerate((down, up, down)):
        before: list[Place] = [None] * (40 * n)
        ways.append([*before, *walking(*way, 3)])
    return ways


def test_ways_with_numbers_are_walked_one_after_the_other() -> None:
    assert [way.value for way in parse("in:2, out").ways] == ["in", "in", "out"]
    assert parse("in:2,out:1", "10, 20.5,30").times == (10, 20.5, 30)


def test_a_file_has_a_walk_a_line() -> None:
    walks = parse_file("# by Ann\n12.5 in\n\n20 out  # slow\n", "walks.txt")
    assert walks.ways == (Direction.IN, Direction.OUT)
    assert walks.times == (12.5, 20.0)


@pytest.mark.parametrize(
    ("walks", "times"),
    [("", ""), ("five", ""), ("in:x", ""), ("in:0", ""), ("in:9999", ""), ("in:2", "1"), ("in:1", "x"), ("in", "-1"),
     ("in", "nan"), ("in:2", "1,inf")],
)  # fmt: skip
def test_what_is_no_walk_is_refused(walks: str, times: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        parse(walks, times)


@pytest.mark.parametrize("text", ["", "12.5\n", "in 12.5\n", "x in\n", "1 in out\n"])
def test_what_is_no_file_of_walks_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        parse_file(text, "walks.txt")


@given(st.text(max_size=30), st.text(max_size=20))
def test_nothing_that_is_typed_makes_a_traceback(walks: str, times: str) -> None:
    try:
        parsed = parse(walks, times)
    except ConfigError:
        return
    assert len(parsed.times) in {0, len(parsed.ways)}


def test_walks_that_were_counted_are_right() -> None:
    frames = gathered(one_after_the_other()).frames
    counted = crossings(LINE, frames, SIZE)
    assert compare(parse("in,out,in", "1.5,5.5,9.5"), "door", counted, 0.0).right
    assert compare(parse("in:2,out:1"), "door", counted, 0.0).right


def test_a_walk_that_was_not_counted_and_a_count_that_was_no_walk_are_errors() -> None:
    counted = crossings(LINE, gathered(one_after_the_other()).frames, SIZE)
    late = compare(parse("in,out,in", "1.5,5.5,30"), "door", counted, 0.0)
    assert late.errors == 2
    assert late.tallies[Direction.IN].matched == 1
    assert compare(parse("in:5,out:1"), "door", counted, 0.0).errors == 3
