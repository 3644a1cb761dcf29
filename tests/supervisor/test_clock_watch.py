"""The true time of events that were stamped by a wrong clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock import kernel_error_s
from edge.events import ClockState, Stamp
from edge.supervisor.clock_watch import LEAST_S, ClockWatch

BOOT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def stamp(monotonic_s: float, off_s: float = 0, state: ClockState = ClockState.TRUSTED) -> Stamp:
    return Stamp(
        wall=BOOT + timedelta(seconds=monotonic_s + off_s), monotonic_s=monotonic_s, boot_id="b", clock_state=state
    )


def test_a_clock_that_nobody_trusts_says_nothing() -> None:
    watch = ClockWatch()
    assert watch.look(stamp(5, state=ClockState.UNTRUSTED), lambda: 0.1) == []


def test_a_clock_that_runs_on_is_told_once() -> None:
    watch = ClockWatch()
    (told,) = watch.look(stamp(5), lambda: 0.1)
    assert (told.boot_id, told.wall_at_zero, told.error_s) == ("b", BOOT, 0.1)
    assert [one for at in range(6, 600) for one in watch.look(stamp(at, 0.001 * (at % 3)), lambda: 0.1)] == []


@given(st.floats(-4e8, 4e8), st.floats(0, 1e6))
def test_any_event_of_the_boot_gets_its_true_time(off_s: float, event_s: float) -> None:
    """The clock was wrong by `off_s` until it was set; the event was stamped before."""
    watch = ClockWatch()
    assert watch.look(stamp(event_s, off_s, ClockState.UNTRUSTED), lambda: 0.0) == []
    (told,) = watch.look(stamp(event_s + 60), lambda: 0.0)
    assert abs((told.wall_at_zero + timedelta(seconds=event_s) - stamp(event_s).wall).total_seconds()) < 1e-4


@pytest.mark.parametrize("jump_s", [-86_400.0, -1.0, LEAST_S + 0.01, 3600.0])
def test_a_trusted_clock_that_is_set_is_told_again(jump_s: float) -> None:
    watch = ClockWatch()
    watch.look(stamp(5), lambda: 0.0)
    (told,) = watch.look(stamp(6, jump_s), lambda: 0.0)
    assert told.wall_at_zero == BOOT + timedelta(seconds=jump_s)


def test_a_clock_that_is_slewed_is_told_when_it_has_gone_far_enough() -> None:
    watch = ClockWatch()
    told = [one for at in range(1001) for one in watch.look(stamp(at, 0.0005 * at), lambda: 0.0)]
    assert len(told) == 1 + int(0.5 / LEAST_S)


def test_the_kernel_says_how_far_off_it_may_be() -> None:
    # NTP_PHASE_LIMIT (linux/timex.h) is 16 s; that is also what an unsynchronised kernel says.
    assert 0 <= kernel_error_s() <= 16.1
