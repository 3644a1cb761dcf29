"""What happened in one session of the simulated lane, told and true. Pure data."""

from dataclasses import dataclass, field

from edge.sim.lane.truth import Visit


@dataclass
class SessionOutcome:
    """One session, told and true. Times are seconds of the lane.

    Attributes:
        number: of the session.
        honest: nothing was stolen.
        visit: the truth.
        nudges: (when, cause).
        alerts: (when, cause) of those for the attendant.
        charged: the total of the sale; None without one.
        due: what it should be; None without a sale.
        weights_off: lines that the lane weighed wrongly.
        scan_ms: from the bytes of each code to the state after it.
        settling: (from, to) of each time that the bagging area moved because something was put there or taken.
        suspects: the last-line rule found something when payment started; None when it never did.
        lasted_s: the session.
    """

    number: int
    honest: bool
    visit: Visit
    nudges: list[tuple[float, str]] = field(default_factory=list)
    alerts: list[tuple[float, str]] = field(default_factory=list)
    charged: int | None = None
    due: int | None = None
    weights_off: int = 0
    scan_ms: list[float] = field(default_factory=list)
    settling: list[tuple[float, float]] = field(default_factory=list)
    suspects: bool | None = None
    lasted_s: float = 0.0
