"""Readings with known truth, made plainly: steps, noise and glitches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from edge.scale.weighing.observations import Observation, Rested
from edge.scale.weighing.weigher import Weigher


@dataclass
class Signal:
    """A plate's readings one after the other."""

    rate_hz: float = 10.0
    noise_g: float = 1.0
    glitches: float = 0.009
    division_g: float = 0.0
    at: float = 0.0
    random: Random = field(default_factory=lambda: Random(1))

    def readings(self, load_g: float, seconds: float) -> Iterator[tuple[float, float]]:
        for _ in range(round(seconds * self.rate_hz)):
            self.at += 1 / self.rate_hz
            weight = self.random.gauss(load_g, self.noise_g)
            if self.random.random() < self.glitches:
                weight += self.random.choice((-1, 1)) * self.random.uniform(100, 12_000)
            if self.division_g:
                weight = round(weight / self.division_g) * self.division_g
            yield self.at, weight


def fed(weigher: Weigher, readings: Iterator[tuple[float, float]]) -> list[Observation]:
    return [seen for at, weight in readings for seen in weigher.update(at, weight)]


def rests(seen: list[Observation]) -> list[Rested]:
    return [one for one in seen if isinstance(one, Rested) and not one.refined]
