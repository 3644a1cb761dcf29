"""When an agent that died is started again. Pure: no clock, no chance; both are arguments.

Exponential backoff with equal jitter: half of the delay is fixed, half is drawn, so that agents that died together
(a switch without power) do not come back together, and none comes back at once for ever.
"""

from dataclasses import dataclass

from edge.events import AgentStatus

# So many deaths in a row are no longer an accident.
FAILED_AFTER = 5
# 2**exponent is not computed beyond this; the delay is at its maximum long before.
_MAX_EXPONENT = 32


@dataclass(frozen=True)
class RestartPolicy:
    """How patient the supervisor is.

    Attributes:
        initial_s: the delay after the first death.
        max_s: the longest delay.
        stable_s: an agent that ran for so long is well again; its next death is a first one.
    """

    initial_s: float
    max_s: float
    stable_s: float


@dataclass(frozen=True)
class History:
    """What happened to one agent so far.

    Attributes:
        in_a_row: deaths since it last ran stably.
        restarts: how often it was started again, in all.
    """

    in_a_row: int = 0
    restarts: int = 0

    @property
    def failed(self) -> bool:
        """Whether it died so often in a row that somebody has to look at it."""
        return self.in_a_row >= FAILED_AFTER

    @property
    def status_when_dead(self) -> AgentStatus:
        """What it is between a death and the next start."""
        return AgentStatus.FAILED if self.failed else AgentStatus.BACKING_OFF


def died(history: History, ran_s: float, policy: RestartPolicy) -> History:
    """The history after one more death, `ran_s` seconds after the start."""
    before = settled(history, ran_s, policy)
    return History(in_a_row=before.in_a_row + 1, restarts=before.restarts)


def settled(history: History, ran_s: float, policy: RestartPolicy) -> History:
    """The history of an agent that has run for `ran_s` seconds: wiped clean once that is stable."""
    return History(restarts=history.restarts) if ran_s >= policy.stable_s else history


def started_again(history: History) -> History:
    """The history after a restart."""
    return History(in_a_row=history.in_a_row, restarts=history.restarts + 1)


def delay_s(history: History, policy: RestartPolicy, draw: float) -> float:
    """How long to wait before the next start.

    Args:
        history: with the death in it.
        policy: how patient to be.
        draw: a random number of [0, 1).

    Returns:
        Between half of the full delay and all of it.
    """
    exponent = min(max(history.in_a_row - 1, 0), _MAX_EXPONENT)
    full_s = min(policy.max_s, policy.initial_s * 2.0**exponent)
    return full_s * (1 + draw) / 2
