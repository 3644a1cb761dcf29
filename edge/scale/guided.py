"""What a person at the plate is led through: calibrating it, and finding the weight of one unit.

The words go through `say` and `ask`, so that a terminal, a test or a web page may hold the conversation.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.clock import Clock
from edge.errors import DeviceError
from edge.scale.bus import ScaleBus
from edge.scale.calibrate import Weighing, calibration_of
from edge.scale.calibration import Calibration
from edge.scale.reading import WeightReading
from edge.scale.weighing.observations import Rested
from edge.scale.weighing.plate import Plate
from edge.scale.weighing.weigher import WeighingSettings

SETTLE_S, WEIGH_S, TURN_S = 1.5, 3.0, 0.05
# A person who is asked to put something down does so within this.
PATIENCE_S = 120.0
LEAST_UNIT_G = 3.0


@dataclass(frozen=True)
class Conversation:
    """How the person is spoken to.

    Attributes:
        say: tells.
        ask: tells what to do and returns when it is done.
    """

    say: Callable[[str], None]
    ask: Callable[[str], None]


@dataclass(frozen=True)
class UnitFound:
    """What one unit weighs: mean and standard deviation, of so many."""

    unit_g: float
    sd_g: float
    count: int

    def toml(self) -> str:
        """As the configuration wants it."""
        return f"unit_weight_g = {self.unit_g:.1f}\nunit_weight_sd_g = {self.sd_g:.2f}"


class PlateAtHand:
    """One plate of a bus that nobody else uses now."""

    def __init__(self, bus: ScaleBus, address: int, clock: Clock) -> None:
        self._bus, self._address, self._clock = bus, address, clock

    def calibrate(self, weights_g: Sequence[float], talk: Conversation, *, by: str) -> Calibration:
        """Lead a person through zero, check weights, and zero again.

        Raises:
            CalibrationError: what was weighed makes none.
        """
        stages = []
        for load_g in (0.0, *sorted(weights_g), 0.0):
            talk.ask("Empty the plate." if not load_g else f"Put {load_g:g} g on the middle of the plate.")
            self._readings(SETTLE_S)
            values = [value for one in self._readings(WEIGH_S) if (value := _value(one)) is not None]
            stages.append(Weighing(load_g, values))
            if values:
                talk.say(f"{len(values)} readings, {stages[-1].mean:.1f}, noise {stages[-1].noise:.2f}")
        return calibration_of(stages, date=self._clock.now().wall, by=by)

    def learn(self, count: int, capacity_g: float, calibration: Calibration | None, talk: Conversation) -> UnitFound:
        """Have a person put down units one by one, and weigh each.

        Raises:
            DeviceError: they were not put down within two minutes each.
        """
        plate = Plate(capacity_g, WeighingSettings(least_g=LEAST_UNIT_G), calibration)
        self._await_rest(plate, lambda _rest: True)
        units: list[float] = []
        talk.say(f"Put {count} units on the plate, one after the other; take your hand away each time.")
        while len(units) < count:
            rest = self._await_rest(plate, lambda rest: rest.delta_g > LEAST_UNIT_G)
            units.append(rest.delta_g)
            talk.say(f"{len(units)}: {rest.delta_g:.1f} g")
        sd = statistics.stdev(units) if count > 1 else math.nan
        return UnitFound(statistics.fmean(units), sd, count)

    def _await_rest(self, plate: Plate, wanted: Callable[[Rested], bool]) -> Rested:
        until = self._clock.monotonic_s() + PATIENCE_S
        while self._clock.monotonic_s() < until:
            for reading in self._readings(TURN_S):
                for seen in plate.reading(reading):
                    if isinstance(seen, Rested) and not seen.refined and wanted(seen):
                        return seen
        raise DeviceError(f"expected the plate to come to rest within {PATIENCE_S:g} s, found that it did not")

    def _readings(self, seconds: float) -> list[WeightReading]:
        until = self._clock.monotonic_s() + seconds
        found: list[WeightReading] = []
        while self._clock.monotonic_s() < until:
            found += [one for one in self._bus.turn(TURN_S).readings if one.address == self._address]
        return found


def _value(reading: WeightReading) -> float | None:
    return reading.weight_g if reading.counts is None else float(reading.counts)
