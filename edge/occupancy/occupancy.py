"""How many people are in the shop: what the doors counted in, occupancy and repairs out. Pure.

Nothing is set right in silence: at every moment, counted in − counted out + the sum of the repairs = occupancy.
"""

import math
from collections.abc import Sequence

import msgspec

from edge.events import DoorBalance, OccupancyRepaired, Repair
from edge.occupancy.balance import Tallied, balanced

# A rate that was seen for less says nothing.
LEAST_WATCHED_S = 30.0


class DoorCount(msgspec.Struct, frozen=True, kw_only=True):
    """What one line counted in a stretch of time.

    Attributes:
        line: ``camera/line``.
        in_: people.
        out: people.
        in_variance: people squared.
        out_variance: people squared.
        told_s: how long the intervals were that told of it.
        watched_s: for how long of them it was watched.
        unwatched_s: for how long it was not, as far as `in_variance` and `out_variance` do not tell of it.
    """

    line: str
    in_: int = 0
    out: int = 0
    in_variance: float = 0.0
    out_variance: float = 0.0
    told_s: float = 0.0
    watched_s: float = 0.0
    unwatched_s: float = 0.0

    def plus(self, other: "DoorCount") -> "DoorCount":
        """Both stretches together."""
        figures = msgspec.structs.asdict(other)
        return DoorCount(
            line=self.line, **{name: getattr(self, name) + figures[name] for name in figures if name != "line"}
        )


class State(msgspec.Struct, kw_only=True):
    """What is known since the last closing; kept over a restart.

    Attributes:
        occupancy: people, never below zero.
        variance: of it about the truth, people squared.
        doors: by line; counted since the last closing.
    """

    occupancy: int = 0
    variance: float = 0.0
    doors: dict[str, DoorCount] = {}


class Occupancy:
    """The count of one shop."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()

    @property
    def sd(self) -> float:
        """The standard deviation of the occupancy about the truth, people."""
        return math.sqrt(self.state.variance)

    def counted(self, counts: Sequence[DoorCount]) -> list[OccupancyRepaired]:
        """Take in what the doors counted in one and the same stretch of time; at most one repair comes of it."""
        state = self.state
        for one in counts:
            counted = self._with_the_unseen(one)
            state.doors[one.line] = state.doors.get(one.line, DoorCount(line=one.line)).plus(counted)
            state.variance += counted.in_variance + counted.out_variance
            state.occupancy += one.in_ - one.out
        return [] if state.occupancy >= 0 else [self._above_zero()]

    def close(self) -> OccupancyRepaired:
        """The shop is closed, nobody is in it: zero, whatever was counted."""
        state = self.state
        repair = OccupancyRepaired(
            reason=Repair.CLOSING,
            before=state.occupancy,
            after=0,
            sd_before=round(self.sd, 2),
            sd_after=0.0,
            doors=_balances(list(state.doors.values())),
        )
        self.state = State()
        return repair

    def _with_the_unseen(self, one: DoorCount) -> DoorCount:
        """A Poisson rate, as seen at this door since the last closing, went on while nobody watched it."""
        known = self.state.doors.get(one.line, DoorCount(line=one.line)).plus(one)
        if not one.unwatched_s or known.watched_s < LEAST_WATCHED_S:
            return one
        unwatched = one.unwatched_s / known.watched_s
        return msgspec.structs.replace(
            one,
            in_variance=one.in_variance + (known.in_ + 0.5) * unwatched,
            out_variance=one.out_variance + (known.out + 0.5) * unwatched,
        )

    def _above_zero(self) -> OccupancyRepaired:
        state = self.state
        before, sd_before = state.occupancy, self.sd
        state.occupancy, state.variance = 0, _above_zero_variance(before, sd_before)
        return OccupancyRepaired(
            reason=Repair.NEGATIVE, before=before, after=0, sd_before=round(sd_before, 2), sd_after=round(self.sd, 2)
        )


def _above_zero_variance(mean: float, sd: float) -> float:
    """E[x²] of a normal distribution that is known to be above zero (Johnson, Kotz, Balakrishnan, 1994, 13.10)."""
    if sd <= 0:
        return 0.0
    alpha = -mean / sd
    beyond = 0.5 * math.erfc(alpha / math.sqrt(2))
    if beyond < 1e-12:  # noqa: PLR2004 - further out the ratio below is lost in rounding
        return 0.0
    hazard = math.exp(-alpha * alpha / 2) / math.sqrt(2 * math.pi) / beyond
    above = mean + sd * hazard
    return max(0.0, sd * sd * (1 + alpha * hazard - hazard * hazard) + above * above)


def _balances(doors: Sequence[DoorCount]) -> tuple[DoorBalance, ...]:
    ins, outs = balanced(
        [Tallied(door.in_, door.in_variance) for door in doors],
        [Tallied(door.out, door.out_variance) for door in doors],
    )
    return tuple(
        DoorBalance(
            line=door.line,
            in_=door.in_,
            out=door.out,
            balanced_in=round(max(0.0, came.count), 2),
            balanced_out=round(max(0.0, went.count), 2),
            in_sd=round(came.sd, 2),
            out_sd=round(went.sd, 2),
        )
        for door, came, went in zip(doors, ins, outs, strict=True)
    )
