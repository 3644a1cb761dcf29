"""What weighing finds out about a plate. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What keeps a plate from weighing."""

    SILENT = "silent"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NOT_READY = "not_ready"
    IMPLAUSIBLE = "implausible"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Rested:
    """A plate came to rest.

    Attributes:
        at: when that was seen, in monotonic seconds.
        since: from when on its readings lay nearer to this rest than to the earlier one: when it moved.
        onset: when it left its earlier rest.
        before_g: what lay on it at its earlier rest, as averaged up to `onset`; equals `weight_g` at the first rest.
        weight_g: what lies on it now.
        sd_g: the standard error of `weight_g` minus `before_g`.
        noise_g: the standard deviation of one reading.
        refined: a better estimate of the rest that was told before, not a new one.
        unseen: for a part of the time since the earlier rest nobody watched: readings were missing or in fault.
    """

    at: float
    since: float
    onset: float
    before_g: float
    weight_g: float
    sd_g: float
    noise_g: float
    refined: bool = False
    unseen: bool = False

    @property
    def delta_g(self) -> float:
        """By how much the weight changed."""
        return self.weight_g - self.before_g


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A plate has not come to rest for long: a hand on it, a machine that shakes it.

    Attributes:
        at: monotonic seconds.
        since: when it left its rest.
        excess_g: how far the middle of the latest readings is from the earlier rest.
    """

    at: float
    since: float
    excess_g: float


@dataclass(frozen=True, slots=True)
class PlateFault:
    """A plate cannot weigh, or can again.

    Attributes:
        at: monotonic seconds.
        fault: what it is.
        recovered: it is over.
        reason: what was seen.
    """

    at: float
    fault: FaultKind
    recovered: bool
    reason: str


Observation = Rested | Unsettled | PlateFault
