"""What the scales of a lane say, as the session takes it. Pure."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from edge.checkout.session.inputs import AnyInput, Device, DeviceChanged, Disturbed, ProduceWeighed, Weighed
from edge.scale.bus_watch import BusStatusChange
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.observations import PlateFault, Rested, Unsettled
from edge.scale.weighing.plate import Plate

# Seconds of the lane's clock from monotonic ones.
LaneSeconds = Callable[[float], float]
LONGEST_REASON = 200
# Produce that lies still for so long is weighed; lighter than so many steps, nothing lies there.
STILL_S, LEAST_STEPS = 0.4, 2


class BagScale:
    """The scale below the bagging area. It serves while its bus is online and its plate can weigh."""

    def __init__(self, plate: Plate) -> None:
        self._plate = plate
        self._online, self._weighs, self._up = True, True, True

    def turn(
        self, readings: Iterable[WeightReading], changes: Iterable[BusStatusChange], now: float, lane_s: LaneSeconds
    ) -> list[AnyInput]:
        """What follows from one turn of the bus.

        Args:
            readings: in their order.
            changes: of the bus.
            now: monotonic seconds.
            lane_s: makes seconds of the lane of those.
        """
        weights: list[AnyInput] = []
        status: list[AnyInput] = []
        for change in changes:
            self._online = change.online
            status += self._changed(change.reason)
        seen = [one for reading in readings for one in self._plate.reading(reading)]
        for one in (*seen, *self._plate.tick(now)):
            if isinstance(one, PlateFault):
                self._weighs = one.recovered
                status += self._changed(f"{one.fault}: {one.reason}")
            else:
                weights.append(weighed(one, lane_s))
        return [*status, *weights]

    def _changed(self, reason: str) -> list[AnyInput]:
        up = self._online and self._weighs
        if up is self._up:
            return []
        self._up = up
        return [DeviceChanged(device=Device.SCALE, up=up, reason=reason[:LONGEST_REASON])]


def weighed(one: Rested | Unsettled, lane_s: LaneSeconds) -> Weighed | Disturbed:
    """What weighing found, as the session takes it.

    Args:
        one: in monotonic seconds.
        lane_s: makes seconds of the lane of those.
    """
    if isinstance(one, Unsettled):
        return Disturbed(excess_g=one.excess_g)
    return Weighed(
        weight_g=one.weight_g,
        delta_g=one.delta_g,
        sd_g=one.sd_g,
        since_s=lane_s(one.since),
        refined=one.refined,
        unseen=one.unseen,
    )


class ProduceScale:
    """The scale for goods by weight: what lies there still."""

    def __init__(self, division_g: float) -> None:
        self._division_g = division_g
        self._weight_g, self._since = 0.0, float("inf")

    def turn(self, readings: Iterable[WeightReading]) -> ProduceWeighed | None:
        """What lies there, when it has lain still; None otherwise. Told again with each reading."""
        found = None
        for reading in readings:
            found = self._reading(reading)
        return found

    def _reading(self, reading: WeightReading) -> ProduceWeighed | None:
        weight_g = reading.weight_g
        if weight_g is None or reading.status is not Status.STABLE or weight_g < LEAST_STEPS * self._division_g:
            self._since = float("inf")
            return None
        if self._since > reading.at or abs(weight_g - self._weight_g) > self._division_g / 2:
            self._weight_g, self._since = weight_g, reading.at
        if reading.at - self._since < STILL_S:
            return None
        return ProduceWeighed(weight_g=round(Decimal(weight_g), 1))
