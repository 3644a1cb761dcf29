"""What is wrong with a cell, a plug or an indicator, and what the readings look like while it is. All by seed.

Sources: HX711 datasheet (end codes 7FFFFF and 800000, 400 ms to settle at 10 readings a second); recordings of an
HX711 where the start-up tare failed with the load left on. What no source gives is assumed, and said so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from edge.sim.shelf.physics import Array

Mask = NDArray[np.bool_]

# Of an open input: it wanders from end to end of the converter (assumed).
OPEN_WANDER_S, OPEN_NOISE = 2.0, 0.05
# Of the converter alone (assumed).
SHORTED_NOISE_G = 0.1
# Off for so long when the power goes, then 400 ms without a reading.
OFF_S, SETTLE_S = 2.0, 0.4
# The cell warms up: so many grams too much, gone with this time constant (assumed).
WARM_UP_G, WARM_UP_S = 30.0, 60.0


class CellFaultKind(StrEnum):
    """What is wrong.

    DEAD gives no readings. OPEN has a broken wire: its input floats. SHORTED has its two signal wires touching: no
    signal at all, whatever lies there. SATURATED is pushed to the end of the converter. STUCK repeats one reading.
    FAILED_TARE was restarted with the load on, takes that for zero, and is restarted once more in the end. POWER_UP
    was restarted, and is still cold.
    """

    DEAD = "dead"
    OPEN = "open"
    SHORTED = "shorted"
    SATURATED = "saturated"
    STUCK = "stuck"
    FAILED_TARE = "failed_tare"
    POWER_UP = "power_up"


@dataclass(frozen=True)
class CellFault:
    """One fault.

    Attributes:
        kind: of it.
        at: when it begins, in seconds.
        lasts_s: after so long the cell is as before.
    """

    kind: CellFaultKind
    at: float
    lasts_s: float

    def during(self, times: Array) -> Mask:
        """(n,) which of the times are in it."""
        mask: Mask = (times >= self.at) & (times < self.at + self.lasts_s)
        return mask


class FaultyCell:
    """Spoils the readings of one plate; give it stretches in the order of time.

    Args:
        faults: of it; where two overlap, the later in the list has the last word.
        full_scale_g: what the converter's end codes stand for.
        dead_load_g: what an unloaded cell carries, which a short circuit takes away.
        random: all its chance.
    """

    def __init__(
        self,
        faults: Sequence[CellFault],
        *,
        full_scale_g: float,
        dead_load_g: float = 800.0,
        random: np.random.Generator,
    ) -> None:
        self._faults, self._random = tuple(faults), random
        self._full_scale_g, self._dead_load_g = full_scale_g, dead_load_g
        self._before = [0.0] * len(self._faults)

    def read(self, times: Array, weights: Array) -> tuple[Array, Array]:
        """(m,) times and grams, m ≤ n, of (n,) times and grams of a sound cell."""
        spoilt, silent = weights.copy(), np.zeros(len(times), bool)
        for n, fault in enumerate(self._faults):
            earlier = weights[times < fault.at]
            if len(earlier):
                self._before[n] = float(np.median(earlier[-5:]))
            during = fault.during(times)
            if during.any():
                spoilt[during] = self._spoilt(fault, times[during], spoilt[during], self._before[n])
            silent |= _is_silent(fault, times)
        return times[~silent], spoilt[~silent]

    def _spoilt(self, fault: CellFault, times: Array, weights: Array, before_g: float) -> Array:
        match fault.kind:
            case CellFaultKind.OPEN:
                return self._floating(times - fault.at)
            case CellFaultKind.SHORTED:
                return self._random.normal(-self._dead_load_g, SHORTED_NOISE_G, len(times))
            case CellFaultKind.SATURATED:
                return np.full(len(times), self._full_scale_g)
            case CellFaultKind.STUCK:
                return np.full(len(times), before_g)
            case CellFaultKind.FAILED_TARE:
                return weights - before_g
        return weights + WARM_UP_G * np.exp((fault.at - times) / WARM_UP_S)

    def _floating(self, ages: Array) -> Array:
        end = self._full_scale_g
        wander = end * np.sin(2 * np.pi * ages / OPEN_WANDER_S)
        return np.clip(wander + self._random.normal(0, OPEN_NOISE * end, len(ages)), -end, end)


def _is_silent(fault: CellFault, times: Array) -> Mask:
    """Dead is silent throughout; whoever restarts, for a moment; a failed tare needs another restart to be over."""
    if fault.kind is CellFaultKind.DEAD:
        return fault.during(times)
    silent = np.zeros(len(times), bool)
    restarts = {CellFaultKind.POWER_UP: (fault.at,), CellFaultKind.FAILED_TARE: (fault.at, fault.at + fault.lasts_s)}
    for at in restarts.get(fault.kind, ()):
        silent |= (times >= at) & (times < at + OFF_S + SETTLE_S)
    return silent


def spoiled(cell: FaultyCell, stretches: Iterable[tuple[Array, Array]]) -> Iterator[tuple[Array, Array]]:
    """The same stretches as a faulty cell gives them; one without a reading is left out."""
    for times, weights in stretches:
        left, spoilt = cell.read(times, weights)
        if len(left):
            yield left, spoilt
