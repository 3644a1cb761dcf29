"""A plate as the shelf and the checkout see it: its readings in, what they show out. Pure."""

from edge.scale.calibration import Calibration
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.faults import FaultWatch
from edge.scale.weighing.observations import Observation
from edge.scale.weighing.weigher import NOTHING, Weigher, WeighingSettings


class Plate:
    """Calibration, faults and weighing of one plate, in this order."""

    def __init__(self, capacity_g: float, settings: WeighingSettings, calibration: Calibration | None = None) -> None:
        self._weigher = Weigher(settings)
        self._faults = FaultWatch(capacity_g, settings.gap_s)
        self._calibration = calibration
        self._suspect = False

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
        if self._faults.fault is not None or self._faults.active:
            # Not yet a fault that is told, but nothing to be believed either; one glitch of it does no harm.
            if self._faults.active and not self._suspect:
                self._suspect = True
                self._weigher.unwatched(reading.at)
            return told
        self._suspect = False
        if weight_g is None:
            if reading.status is Status.UNSTABLE:
                self._weigher.moved(reading.at)
            return told
        vouched = reading.status is not Status.UNSTABLE
        found = self._weigher.update(reading.at, weight_g, vouched=vouched)
        return told + found if told else found

    def tick(self, at: float) -> tuple[Observation, ...]:
        """Time passes: a plate that says nothing is in fault."""
        told = self._faults.tick(at)
        if not told:
            return NOTHING
        self._suspect = True
        self._weigher.unwatched(at)
        return told
