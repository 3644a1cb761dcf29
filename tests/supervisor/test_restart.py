"""Backoff: what must hold for every history and every draw."""

from hypothesis import given
from hypothesis import strategies as st

from edge.events import AgentStatus
from edge.supervisor.restart import FAILED_AFTER, History, RestartPolicy, delay_s, died, settled, started_again

POLICY = RestartPolicy(initial_s=1, max_s=60, stable_s=30)
draws = st.floats(0, 1, exclude_max=True)


def dead(times: int) -> History:
    history = History()
    for _ in range(times):
        history = died(history, ran_s=0.1, policy=POLICY)
    return history


@given(times=st.integers(1, 5000), draw=draws)
def test_a_delay_is_between_half_and_all_of_the_doubled_one_and_never_above_the_maximum(
    times: int, draw: float
) -> None:
    full_s = min(60.0, 2.0 ** min(times - 1, 32))
    assert full_s / 2 <= delay_s(dead(times) if times < 50 else History(in_a_row=times), POLICY, draw) <= full_s


def test_two_draws_give_two_delays() -> None:
    assert delay_s(dead(3), POLICY, 0.1) != delay_s(dead(3), POLICY, 0.9)


def test_the_fifth_death_in_a_row_is_a_failure() -> None:
    assert dead(FAILED_AFTER - 1).status_when_dead is AgentStatus.BACKING_OFF
    assert dead(FAILED_AFTER).status_when_dead is AgentStatus.FAILED


@given(times=st.integers(0, 20), ran_s=st.floats(0, 1000))
def test_only_stable_running_wipes_the_deaths(times: int, ran_s: float) -> None:
    expected = 0 if ran_s >= POLICY.stable_s else times
    assert settled(dead(times), ran_s, POLICY).in_a_row == expected
    assert died(dead(times), ran_s, POLICY).in_a_row == expected + 1


def test_restarts_are_never_forgotten() -> None:
    history = started_again(started_again(dead(2)))
    assert died(settled(history, 1e6, POLICY), 1e6, POLICY).restarts == 2
