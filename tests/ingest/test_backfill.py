"""Which gaps are asked for, when, and when no more."""

from hypothesis import given
from hypothesis import strategies as st

from edge.ingest.backfill import GIVEN_UP, GONE, BackfillRule, Evicted, Gap, asked, explained, reconciled

RULE = BackfillRule(after_s=60, first_s=10, most_s=100, most_requests=3)
RUNS = st.lists(st.integers(0, 12), min_size=0, max_size=12).map(
    lambda steps: [(10 * n + 1, 10 * n + 1 + step // 2) for n, step in enumerate(steps)]
)


def gap(first: int, last: int, found: float = 0, asked: int = 0, outcome: str = "") -> Gap:
    return Gap(first=first, last=last, found=found, asked=asked, ask_after=found + 60, outcome=outcome)


def test_a_new_gap_waits_for_its_time() -> None:
    assert reconciled([], [(3, 5)], 100, RULE) == [gap(3, 5, found=100)]


def test_a_gap_that_is_filled_is_forgotten() -> None:
    assert reconciled([gap(3, 5)], [], 100, RULE) == []


def test_a_gap_keeps_its_age_when_it_grows() -> None:
    assert reconciled([gap(3, 5, found=7, asked=2)], [(3, 9)], 100, RULE) == [gap(3, 9, found=7, asked=2)]


def test_a_gap_of_which_a_part_came_is_asked_for_anew() -> None:
    left = reconciled([gap(3, 9, found=7, asked=2)], [(3, 4), (8, 9)], 100, RULE)
    assert left == [gap(3, 4, found=7), gap(8, 9, found=7)]


def test_what_has_an_outcome_keeps_it() -> None:
    assert reconciled([gap(3, 5, outcome=GONE)], [(3, 5)], 100, RULE)[0].outcome == GONE


@given(RUNS, RUNS)
def test_the_gaps_are_always_what_is_missing(before: list[tuple[int, int]], now: list[tuple[int, int]]) -> None:
    known = reconciled([], before, 1, RULE)
    assert [(one.first, one.last) for one in reconciled(known, now, 2, RULE)] == now


def test_requests_get_rarer_and_end() -> None:
    one, pauses = gap(1, 5), []
    for _ in range(3):
        one = asked(one, 1000, RULE)
        pauses.append(one.ask_after - 1000)
    assert pauses == [10, 20, 40]
    assert asked(one, 1000, RULE).outcome == GIVEN_UP
    assert BackfillRule().pause_s(30) == BackfillRule().most_s


def test_what_the_gateway_gave_up_is_explained() -> None:
    assert explained(gap(3, 5), [Evicted(1, 9, 9)], [(1, 9)])
    assert explained(gap(3, 5), [Evicted(3, 4, 2), Evicted(5, 5, 1)], [(3, 5)])
    assert not explained(gap(3, 5), [Evicted(3, 4, 2)], [(3, 5)])
    assert not explained(gap(3, 5), [], [(3, 5)])


def test_a_report_that_says_how_many_and_not_which_explains_no_more_than_so_many() -> None:
    assert explained(gap(3, 4), [Evicted(1, 9, 3)], [(3, 4), (8, 8)])
    assert not explained(gap(3, 4), [Evicted(1, 9, 2)], [(3, 4), (8, 8)])
