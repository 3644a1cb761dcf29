"""Parties: who crosses side by side came together, who crosses apart did not."""

from hypothesis import given
from hypothesis import strategies as st

from edge.events import Direction
from edge.vision.detections import Crossing
from edge.vision.parties import Parties

HEIGHT = 100.0


def crossing(at: float, x: float, direction: Direction = Direction.IN, line: str = "door") -> Crossing:
    return Crossing(line, direction, at, 0, 0.9, round(10 * at), (x, 50.0), HEIGHT)


def parties(*crossings: Crossing) -> int:
    counter = Parties()
    return sum(counter.crossed(one) for one in crossings)


def test_two_abreast_are_one_party_and_so_are_three_in_a_chain() -> None:
    assert parties(crossing(1.0, 100), crossing(1.2, 140)) == 1
    assert parties(crossing(1.0, 100), crossing(1.2, 170), crossing(1.4, 240)) == 1


def test_one_behind_the_other_far_aside_the_other_way_or_over_another_line_is_another_party() -> None:
    first = crossing(1.0, 100)
    for other in (
        crossing(3.0, 100),
        crossing(1.2, 250),
        crossing(1.2, 120, Direction.OUT),
        crossing(1.2, 120, line="gate"),
    ):
        assert parties(first, other) == 2


def test_one_that_is_settled_late_is_held_against_those_before() -> None:
    assert parties(crossing(1.0, 100), crossing(4.0, 100), crossing(1.3, 130)) == 2


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 600)), min_size=1, max_size=40))
def test_there_are_never_more_parties_than_people_and_nothing_is_kept(places: list[tuple[float, float]]) -> None:
    counter = Parties()
    crossings = [crossing(at, x) for at, x in sorted(places)]
    assert 1 <= sum(counter.crossed(one) for one in crossings) <= len(crossings)
    counter.crossed(crossing(1000.0, 0))
    assert len(counter._lately) == 1
