"""Watermarks and gaps: a set of numbers has one state, whatever the order and however often each came."""

import random

from hypothesis import given
from hypothesis import strategies as st

from edge.ingest import sequences
from edge.ingest.sequences import Progress, runs_of, without

NUMBERS = st.lists(st.integers(1, 60), max_size=80)


def missing_of(came: set[int]) -> set[int]:
    return set(range(1, max(came, default=0) + 1)) - came


def numbers_of(runs: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> list[int]:
    return [n for first, last in runs for n in range(first, last + 1)]


@given(NUMBERS, st.integers(1, 10), st.randoms(use_true_random=False))
def test_any_order_and_any_batches_give_the_same_state(came: list[int], size: int, dice: random.Random) -> None:
    again = came + dice.sample(came, len(came) // 2)
    dice.shuffle(again)
    progress = Progress()
    for n in range(0, len(again), size):
        progress = progress.advanced(again[n : n + size])
    assert progress == Progress().advanced(came)
    assert numbers_of(progress.missing) == sorted(missing_of(set(came)))
    assert progress.newest == max(came, default=0)
    assert progress.missing_count == len(missing_of(set(came)))


@given(NUMBERS)
def test_through_is_the_last_number_before_the_first_hole(came: list[int]) -> None:
    through = Progress().advanced(came).through
    assert set(range(1, through + 1)) <= set(came)
    assert through + 1 not in came


@given(NUMBERS, st.integers(1, 20))
def test_runs_beyond_the_watermark_came_all_and_are_the_first(came: list[int], most: int) -> None:
    progress = Progress().advanced(came)
    beyond = progress.beyond(most)
    assert len(beyond) == min(most, len(progress.missing))
    assert set(numbers_of(list(beyond))) <= set(came)
    if len(progress.missing) <= most:
        assert set(numbers_of(list(beyond))) == {n for n in came if n > progress.through}


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_without_takes_away_what_came(holes: set[int], came: set[int]) -> None:
    left = without(runs_of(holes), runs_of(came))
    assert set(numbers_of(left)) == holes - came
    assert all(first <= last for first, last in left)


def test_so_many_holes_are_joined_and_nothing_missing_is_forgotten() -> None:
    odd = range(1, 4 * sequences.MOST_HOLES, 2)
    progress = Progress().advanced(odd)
    assert len(progress.missing) == sequences.MOST_HOLES
    assert set(numbers_of(progress.missing)) >= missing_of(set(odd))
    assert progress.advanced(range(1, progress.newest + 1)) == Progress(progress.newest)


def test_a_far_number_costs_no_more_than_a_near_one() -> None:
    assert Progress().advanced([2**62]).missing == ((1, 2**62 - 1),)
