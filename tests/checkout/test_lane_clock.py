"""Seconds that never go back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.lane_clock import LONGEST_OFF_S, LaneClock
from edge.events import ClockState, Stamp

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOMENTS = st.tuples(st.floats(-1e7, 1e7), st.floats(0, 1e7), st.sampled_from(["a", "b", "c"]))


def stamp(wall_s: float, monotonic_s: float, boot: str) -> Stamp:
    wall = NOON + timedelta(seconds=wall_s)
    return Stamp(wall=wall, monotonic_s=monotonic_s, boot_id=boot, clock_state=ClockState.UNTRUSTED)


@given(st.lists(MOMENTS))
def test_it_never_goes_back(moments: list[tuple[float, float, str]]) -> None:
    clock = LaneClock()
    for moment in moments:
        before, clock = clock.s, clock.at(stamp(*moment))
        assert clock.s >= before


def test_within_a_boot_the_wall_does_not_matter() -> None:
    clock = LaneClock().at(stamp(0, 100, "a")).at(stamp(-3600, 105, "a"))
    assert clock.s == 5
    assert clock.lane_s(107) == 7


def test_over_a_boot_the_wall_is_believed_up_to_a_day() -> None:
    clock = LaneClock().at(stamp(0, 100, "a"))
    assert clock.at(stamp(60, 3, "b")).s == 60
    assert clock.at(stamp(-60, 3, "b")).s == 0
    assert clock.at(stamp(1e7, 3, "b")).s == LONGEST_OFF_S
