"""Whether a plate can weigh at all. Pure.

A fault is told once it has lasted, and its end once that has lasted too, so that neither a glitch nor a loose plug
makes a flood of events. While there is a fault, no weight is believed.
"""

import math
from dataclasses import dataclass, field

from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.observations import FaultKind, PlateFault
from edge.scale.weighing.repeats import Repeats

# Longer than any glitch, shorter than anybody waits; an impact that overloads a plate is over by then. A good reading
# in between takes back half of the time it covers: an open cell wanders through weights that could be.
LASTING_S, TAKEN_BACK = 1.0, 0.5
RECOVERED_S = 1.5
SILENT_S = 2.0
# What no load makes: beyond the capacity with its overload range, or an empty plate that pulls upwards.
ABOVE_CAPACITY, BELOW_ZERO = 1.5, -0.5
# A bare bridge's last bits are never still: so many equal counts are a dead cell or a frozen converter.
STUCK_READINGS, STUCK_S = 20, 1.5

_FAULT_OF = {
    Status.OVERLOAD: FaultKind.OVERLOAD,
    Status.UNDERLOAD: FaultKind.UNDERLOAD,
    Status.NOT_READY: FaultKind.NOT_READY,
}


@dataclass
class FaultWatch:
    """Follows one plate.

    Attributes:
        capacity_g: of the plate.
        silent_s: without a reading for so long, it is silent.
        fault: what is wrong with the latest reading, told or not; None when nothing is.
    """

    capacity_g: float
    silent_s: float = SILENT_S
    fault: FaultKind | None = None
    _suspected: FaultKind | None = None
    _bad_s: float = 0.0
    _told: FaultKind | None = None
    _well_since: float = math.inf
    _last_at: float = -math.inf
    _counts: int | None = None
    _equal: int = 0
    _equal_since: float = 0.0
    _repeats: Repeats = field(default_factory=Repeats)

    @property
    def active(self) -> bool:
        """A fault was told and is not over."""
        return self._told is not None

    def reading(self, reading: WeightReading, weight_g: float | None) -> tuple[PlateFault, ...]:
        """Judge one reading.

        Args:
            reading: as the driver gave it.
            weight_g: its grams, where it has any.

        Returns:
            A fault that began or ended, seldom anything.
        """
        elapsed_s = min(max(0.0, reading.at - self._last_at), self.silent_s)
        self._last_at = reading.at
        self.fault, reason = self._judge(reading, weight_g)
        if self.fault is None:
            return self._well(reading.at, elapsed_s)
        return self._ill(reading.at, self.fault, elapsed_s, reason)

    def tick(self, at: float) -> tuple[PlateFault, ...]:
        """Time passes; call it about ten times a second, also when readings come."""
        if self._last_at == -math.inf:
            self._last_at = at
        if at - self._last_at < self.silent_s or self._told is FaultKind.SILENT:
            return ()
        self.fault = FaultKind.SILENT
        return self._tell(at, self.fault, f"expected a reading at least every {self.silent_s:g} s, found none")

    def _judge(self, reading: WeightReading, weight_g: float | None) -> tuple[FaultKind | None, str]:
        by_status = _FAULT_OF.get(reading.status)
        if by_status is not None:
            return by_status, f"the scale says {reading.status.value}"
        if reading.counts is not None and self._is_stuck(reading.counts, reading.at):
            return FaultKind.STUCK, f"expected counts that vary, found {reading.counts} {self._equal} times"
        if weight_g is not None and reading.counts is None and self._repeats.is_frozen(weight_g, reading.at):
            return (
                FaultKind.STUCK,
                f"expected readings that vary as before, found {weight_g:g} g {self._repeats.run} times",
            )
        if weight_g is not None and not self.capacity_g * BELOW_ZERO <= weight_g <= self.capacity_g * ABOVE_CAPACITY:
            return FaultKind.IMPLAUSIBLE, f"expected 0 to {self.capacity_g:g} g, found {weight_g:.1f} g"
        return None, ""

    def _is_stuck(self, counts: int, at: float) -> bool:
        if counts != self._counts:
            self._counts, self._equal, self._equal_since = counts, 0, at
        self._equal += 1
        return self._equal >= STUCK_READINGS and at - self._equal_since >= STUCK_S

    def _ill(self, at: float, found: FaultKind, elapsed_s: float, reason: str) -> tuple[PlateFault, ...]:
        self._well_since = math.inf
        if found is not self._suspected:
            self._suspected, self._bad_s = found, 0.0
        else:
            self._bad_s += elapsed_s
        lasting = found is FaultKind.STUCK or self._bad_s >= LASTING_S
        if lasting and self._told is not found:
            return self._tell(at, found, reason)
        return ()

    def _well(self, at: float, elapsed_s: float) -> tuple[PlateFault, ...]:
        self._bad_s -= TAKEN_BACK * elapsed_s
        if self._bad_s <= 0:
            self._suspected, self._bad_s = None, 0.0
        if self._told is None:
            return ()
        self._well_since = min(self._well_since, at)
        if at - self._well_since < RECOVERED_S:
            return ()
        over, self._told, self._well_since = self._told, None, math.inf
        self._suspected, self._bad_s = None, 0.0
        return (PlateFault(at, over, recovered=True, reason=""),)

    def _tell(self, at: float, found: FaultKind, reason: str) -> tuple[PlateFault, ...]:
        earlier, self._told = self._told, found
        new = PlateFault(at, found, recovered=False, reason=reason)
        if earlier is None:
            return (new,)
        return (PlateFault(at, earlier, recovered=True, reason=f"now {found.value}"), new)
