"""What the scales say, as the session takes it."""

from decimal import Decimal

from edge.checkout.lane_scale import BagScale, ProduceScale
from edge.checkout.session.inputs import AnyInput, Device, DeviceChanged, ProduceWeighed, Weighed
from edge.scale.bus_watch import BusStatusChange
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.plate import Plate
from edge.scale.weighing.weigher import WeighingSettings


class Bag:
    """A bagging scale, ten readings a second; the lane's clock is 1000 s ahead."""

    def __init__(self) -> None:
        self.scale = BagScale(Plate(15_000, WeighingSettings(least_g=8)))
        self.now = 0.0

    def turn(self, *readings: WeightReading, changes: tuple[BusStatusChange, ...] = ()) -> list[AnyInput]:
        return self.scale.turn(readings, changes, self.now, lambda monotonic_s: monotonic_s + 1000)

    def lies(self, grams: float, seconds: float) -> list[AnyInput]:
        found: list[AnyInput] = []
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            found += self.turn(WeightReading(0, self.now, grams, Status.STABLE))
        return found

    def passes(self, seconds: float) -> list[AnyInput]:
        found: list[AnyInput] = []
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            found += self.turn()
        return found

    def bus(self, *, online: bool) -> list[AnyInput]:
        return self.turn(changes=(BusStatusChange(self.now, online, "the cable"),))


def status_of(found: list[AnyInput]) -> list[bool]:
    return [one.up for one in found if isinstance(one, DeviceChanged) and one.device is Device.SCALE]


def test_what_comes_to_rest_is_told_on_the_lane_s_clock() -> None:
    bag = Bag()
    bag.lies(0.0, 2)
    (put, *_) = [one for one in bag.lies(520.0, 2) if isinstance(one, Weighed) and one.delta_g]
    assert (round(put.delta_g), round(put.weight_g)) == (520, 520)
    assert 1001.5 < put.since_s < 1003.0


def test_a_cable_that_is_out_for_a_moment_is_told_and_told_to_be_back() -> None:
    bag = Bag()
    bag.lies(0.0, 2)
    assert status_of(bag.bus(online=False)) == [False]
    assert status_of(bag.passes(0.5)) == []
    assert status_of(bag.bus(online=True) + bag.lies(0.0, 1)) == [True]


def test_it_is_back_when_it_weighs_again_and_not_before() -> None:
    bag = Bag()
    bag.lies(0.0, 2)
    assert status_of(bag.bus(online=False) + bag.passes(4)) == [False]
    assert status_of(bag.bus(online=True)) == []
    assert status_of(bag.lies(0.0, 4)) == [True]


def test_that_it_is_there_at_the_begin_is_no_news() -> None:
    bag = Bag()
    assert status_of(bag.bus(online=True) + bag.lies(0.0, 3)) == []


def produce(*readings: tuple[float, float | None, Status]) -> list[ProduceWeighed]:
    scale = ProduceScale(2.0)
    told = (scale.turn([WeightReading(0, at, grams, status)]) for at, grams, status in readings)
    return [one for one in told if one is not None]


def test_produce_is_weighed_when_it_lies_still() -> None:
    still, moving = Status.STABLE, Status.UNSTABLE
    assert produce((0.0, 0.0, still), (1.0, 0.0, still)) == [], "nothing lies there"
    assert produce((0.0, 512.0, moving), (0.5, 512.0, moving)) == []
    assert produce((0.0, 512.0, still), (0.3, 512.0, still)) == [], "not long enough"
    assert produce((0.0, 512.0, still), (0.3, 600.0, still), (0.6, 600.0, still)) == [], "more was added"
    assert produce((0.0, 512.0, still), (0.3, None, still), (0.6, 512.0, still)) == [], "a fault between"
    (one,) = produce((0.0, 512.04, still), (0.5, 512.04, still))
    assert one.weight_g == Decimal("512.0")
