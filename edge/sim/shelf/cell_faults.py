"""What is wrong with a cell, a plug or an indicator, and what the readings look like while it is. All by seed.

Sources: HX711 datasheet (end codes 7FFFFF and 800000, 400 ms to settle at 10 readings a second); recordings of an
HX711 where the start-up tare failed with the load left on. What no source gives is assumed, and said so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from edge.sim.shelf.physics import Array

# Of an open input: it wanders from end to end of the converter (assumed).
OPEN_WANDER_S, OPEN_NOISE = 2.0, 0.05
# Off for so long when the power goes, then 400 ms without a reading.
OFF_S, SETTLE_S = 2.0, 0.4
# The cell warms up: so many grams too much, gone with this time constant (assumed).
WARM_UP_G, WARM_UP_S = 30.0, 60.0


class CellFaultKind(StrEnum):
    """What is wrong.

    DEAD gives no readings. OPEN has a broken wire: its input floats. SHORTED has its two signal wires touching: no
    signal at all, whatever lies there. SATURATED is pushed to the end of the converter. STUCK repeats one reading.
    FAILED_TARE was restarted with the load on, and takes that for zero. POWER_UP was restarted, and is still cold.
    """

    DEAD = "dead"
    OPEN = "open"
    SHORTED = "shorted"
    SATURATED = "saturated"
    STUCK = "stuck"
    FAILED_TARE = "failed_tare"
    POWER_UP = "power_up"


RESTARTS = frozenset({CellFaultKind.FAILED_TARE, CellFaultKind.POWER_UP})


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

    def during(self, times: Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """(n,) which of the times are in it."""
        mask: np.ndarray[tuple[int], np.dtype[np.bool_]] = (times >= self.at) & (times < self.at + self.lasts_s)
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
                silent |= during & self._is_silent(fault, times)
        return times[~silent], spoilt[~silent]

    def _is_silent(self, fault: CellFault, times: Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        off_s = OFF_S + SETTLE_S if fault.kind in RESTARTS else 0.0
        off: np.ndarray[tuple[int], np.dtype[np.bool_]] = times < fault.at + off_s
        return np.ones(len(times), bool) if fault.kind is CellFaultKind.DEAD else off

    def _spoilt(self, fault: CellFault, times: Array, weights: Array, before_g: float) -> Array:
        end, age = self._full_scale_g, times - fault.at
        match fault.kind:
            case CellFaultKind.OPEN:
                wander = end * np.sin(2 * np.pi * age / OPEN_WANDER_S)
                return np.clip(wander + self._random.normal(0, OPEN_NOISE * end, len(times)), -end, end)
            case CellFaultKind.SHORTED:
                return np.full(len(times), -self._dead_load_g) + self._random.normal(0, 0.1, len(times))
            case CellFaultKind.SATURATED:
                return np.full(len(times), end)
            case CellFaultKind.STUCK:
                return np.full(len(times), before_g)
            case CellFaultKind.FAILED_TARE:
                return weights - before_g
            case CellFaultKind.POWER_UP:
                return weights + WARM_UP_G * np.exp(-age / WARM_UP_S)
            case CellFaultKind.DEAD:
                return weights


def spoiled(cell: FaultyCell, stretches: Iterable[tuple[Array, Array]]) -> Iterator[tuple[Array, Array]]:
    """The same stretches as a faulty cell gives them; one without a reading is left out."""
    for times, weights in stretches:
        left, spoilt = cell.read(times, weights)
        if len(left):
            yield left, spoilt
