"""A plate as the shelf and the checkout see it: its readings in, what they show out. Pure."""

from collections import deque

from edge.scale.calibration import Calibration
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.faults import FaultWatch
from edge.scale.weighing.observations import Observation
from edge.scale.weighing.weigher import NOTHING, Weigher, WeighingSettings

# Readings kept until a fault is over: 1.5 s of them at 80 a second, the fastest there is.
RECOVERING = 120


class Plate:
    """Calibration, faults and weighing of one plate, in this order."""

    def __init__(self, capacity_g: float, settings: WeighingSettings, calibration: Calibration | None = None) -> None:
        self._weigher = Weigher(settings)
        self._faults = FaultWatch(capacity_g, settings.gap_s)
        self._calibration = calibration
        self._suspect = False
        # Good readings since the last bad one, while a fault is told and not yet over.
        self._recovering: deque[tuple[float, float, bool]] = deque(maxlen=RECOVERING)

    @property
    def level_g(self) -> float | None:
        """What lies there at rest; None while it moves or cannot weigh."""
        return None if self._suspect else self._weigher.level_g

    @property
    def noise_g(self) -> float | None:
        """The standard deviation of one reading, once it is known."""
        return self._weigher.noise_g

    def reading(self, reading: WeightReading) -> tuple[Observation, ...]:
        """Take in one reading of this plate."""
        weight_g = reading.weight_g if self._calibration is None else self._calibration.grams(reading)
        told = self._faults.reading(reading, weight_g)
        vouched = reading.status is not Status.UNSTABLE
        if self._faults.fault is not None or self._faults.active:
            # Not yet a fault that is told, but nothing to be believed either; one glitch of it does no harm.
            if self._faults.active and not self._suspect:
                self._suspect = True
                self._weigher.unwatched(reading.at)
            if self._faults.fault is not None:
                self._recovering.clear()
            elif weight_g is not None:
                self._recovering.append((reading.at, weight_g, vouched))
            return told
        found = told + self._recovered() if told else told
        self._suspect = False
        if weight_g is None:
            if reading.status is Status.UNSTABLE:
                self._weigher.moved(reading.at)
            return found
        seen = self._weigher.update(reading.at, weight_g, vouched=vouched)
        return found + seen if found else seen

    def _recovered(self) -> tuple[Observation, ...]:
        """The fault is over: what was read since it ended dates what moved meanwhile."""
        found: list[Observation] = []
        for at, weight_g, vouched in self._recovering:
            found += self._weigher.update(at, weight_g, vouched=vouched)
        self._recovering.clear()
        return tuple(found)

    def tick(self, at: float) -> tuple[Observation, ...]:
        """Time passes: a plate that says nothing is in fault."""
        told = self._faults.tick(at)
        if not told:
            return NOTHING
        self._suspect = True
        self._recovering.clear()
        self._weigher.unwatched(at)
        return told
