"""A plate's faults and its weighing together."""

from random import Random

from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.observations import Observation, PlateFault, Rested
from edge.scale.weighing.plate import Plate
from edge.scale.weighing.weigher import WeighingSettings

RATE_HZ = 10.0


class Watched:
    """A plate of 6 kg, read for a while."""

    def __init__(self) -> None:
        self.plate, self.at, self.random = Plate(6000.0, WeighingSettings(least_g=50.0)), 0.0, Random(1)

    def read(self, weight_g: float, seconds: float) -> list[Observation]:
        seen: list[Observation] = []
        for _ in range(round(seconds * RATE_HZ)):
            self.at += 1 / RATE_HZ
            noisy = self.random.gauss(weight_g, 1.0)
            seen += self.plate.reading(WeightReading(0, self.at, noisy, Status.UNSTABLE))
            seen += self.plate.tick(self.at)
        return seen


def test_what_moved_under_too_heavy_a_hand_is_dated_when_the_hand_let_go() -> None:
    watched = Watched()
    watched.read(1000.0, 5)
    watched.read(11_000.0, 3)
    let_go = watched.at
    seen = watched.read(900.0, 4)
    ended = next(one for one in seen if isinstance(one, PlateFault) and one.recovered)
    rest = next(one for one in seen if isinstance(one, Rested))
    assert ended.at - let_go > 1
    assert abs(rest.since - let_go) < 0.5
    assert abs(rest.delta_g + 100) < 3
    assert rest.unseen


def test_readings_that_could_be_between_ones_that_cannot_are_not_believed() -> None:
    watched = Watched()
    watched.read(1000.0, 5)
    watched.read(11_000.0, 3)
    for _ in range(4):
        assert not watched.read(2000.0, 1)
        assert not watched.read(11_000.0, 0.3)
    rest = next(one for one in watched.read(1000.0, 4) if isinstance(one, Rested))
    assert abs(rest.delta_g) < 3


def test_readings_from_before_a_silence_are_not_believed_after_it() -> None:
    watched = Watched()
    watched.read(1000.0, 5)
    watched.read(11_000.0, 3)
    watched.read(2000.0, 1)
    for _ in range(40):
        watched.at += 0.1
        watched.plate.tick(watched.at)
    rests = [one for one in watched.read(1000.0, 4) if isinstance(one, Rested)]
    assert all(abs(one.weight_g - 1000) < 3 for one in rests)
    assert rests
