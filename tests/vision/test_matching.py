"""Event matching: one to one, by direction, within a tolerance, as many as can be."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Direction
from edge.vision.matching import Matching, Passage, Tally, match, tally, tolerance_s

IN, OUT = Direction.IN, Direction.OUT
passages = st.lists(
    st.builds(Passage, at=st.integers(0, 24).map(lambda n: n / 4), direction=st.sampled_from(Direction)), max_size=5
)


def ins(*times: float) -> list[Passage]:
    return [Passage(at, IN) for at in times]


def apart(truth: list[Passage], counted: list[Passage], pairs: tuple[tuple[int, int], ...]) -> float:
    return sum(abs(truth[true].at - counted[count].at) for true, count in pairs)


def best_by_trying(truth: list[Passage], counted: list[Passage], tolerance: float) -> tuple[int, float]:
    """The most pairs and the least sum, by looking at every way there is."""
    best = (0, 0.0)
    for size in range(1, min(len(truth), len(counted)) + 1):
        for chosen in combinations(range(len(truth)), size):
            for partners in permutations(range(len(counted)), size):
                pairs = tuple(zip(chosen, partners, strict=True))
                if all(
                    truth[t].direction is counted[c].direction and abs(truth[t].at - counted[c].at) <= tolerance
                    for t, c in pairs
                ):
                    best = max(best, (size, -apart(truth, counted, pairs)))
    return best


@given(passages, passages, st.sampled_from([0.0, 0.5, 1.0, 2.5]))
def test_no_other_matching_is_better(truth: list[Passage], counted: list[Passage], tolerance: float) -> None:
    found = match(truth, counted, tolerance)
    assert (len(found.pairs), -apart(truth, counted, found.pairs)) == best_by_trying(truth, counted, tolerance)


@given(passages, passages, st.sampled_from([0.0, 0.5, 1.0, 2.5]))
def test_everyone_is_matched_missed_or_false_exactly_once(
    truth: list[Passage], counted: list[Passage], tolerance: float
) -> None:
    found = match(truth, counted, tolerance)
    assert sorted([t for t, _ in found.pairs] + list(found.missed)) == list(range(len(truth)))
    assert sorted([c for _, c in found.pairs] + list(found.false)) == list(range(len(counted)))
    for true, count in found.pairs:
        assert truth[true].direction is counted[count].direction
        assert abs(truth[true].at - counted[count].at) <= tolerance


@given(passages, st.floats(0, 3))
def test_a_perfect_count_matches_whole(truth: list[Passage], tolerance: float) -> None:
    found = match(truth, list(reversed(truth)), tolerance)
    assert (len(found.pairs), found.missed, found.false) == (len(truth), (), ())


def test_the_nearest_is_not_taken_when_it_costs_a_pair() -> None:
    """1.0 is nearest to 1.2, but 1.2 is the only one that 1.7 can have."""
    assert match(ins(0.6, 1.0, 1.7), ins(0.5, 1.2), 0.5).pairs == ((0, 0), (1, 1))
    assert match(ins(1.0, 1.7), ins(0.6, 1.2), 0.5).pairs == ((0, 0), (1, 1))


def test_the_other_direction_is_another_event() -> None:
    found = match([Passage(1.0, IN)], [Passage(1.0, OUT)], 10)
    assert found == Matching(pairs=(), missed=(0,), false=(0,))


@pytest.mark.parametrize(("at", "matched"), [(1.5, 1), (1.51, 0), (0.5, 1), (0.49, 0)])
def test_the_tolerance_includes_its_end(at: float, matched: int) -> None:
    assert len(match(ins(1.0), ins(at), 0.5).pairs) == matched


@pytest.mark.parametrize(
    ("fps", "analysed_fps", "own", "seconds"),
    [(10, 10, 0, 0.5), (10, 10, 4, 0.9), (30, 10, 0, 0.5), (30, 2, 0, 1.0), (30, 2, 6, 1.2), (10, 5, 2, 0.7)],
)
def test_the_tolerance_is_the_larger_one_plus_the_truths_own(
    fps: float, analysed_fps: float, own: int, seconds: float
) -> None:
    assert tolerance_s(fps, analysed_fps, own) == pytest.approx(seconds)


def test_the_figures_of_a_direction() -> None:
    truth = [*ins(1, 5, 9), Passage(2, OUT)]
    counted = [*ins(1.2, 20), Passage(2, OUT), Passage(7, OUT)]
    matching = match(truth, counted, 0.5)
    inward, outward = (tally(truth, counted, matching, direction) for direction in (IN, OUT))
    assert (inward, outward) == (Tally(3, 2, 1), Tally(1, 2, 1))
    assert (inward.bias, inward.absolute_error, outward.bias) == (-1, 1, 1)
    assert (inward.precision, inward.recall, inward.f1) == (0.5, 1 / 3, 0.4)
    assert (inward + outward) == Tally(4, 4, 2)


def test_an_empty_clip_counted_empty_is_right() -> None:
    nothing = Tally(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1, 1, 1)
    assert Tally(0, 1, 0).f1 == 0
    assert Tally(1, 0, 0).f1 == 0
