"""What hands do to a plate, as the force that presses on it over time. Each action knows when it is over."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# An impact rings: 8 to 20 Hz, damping 0.05 to 0.15, first peak 1.5 to 3 times the item (assumed).
RING_HZ, RING_DAMPING, RING_PEAK = (8.0, 20.0), (0.05, 0.15), (0.5, 2.0)
SMALLEST_RING_G = 0.5


@dataclass(frozen=True)
class Step:
    """The resting load changes.

    Attributes:
        at: the middle of the change.
        delta_g: by how much.
        takes_s: how long it takes: 0 for a thing that is lifted off, seconds for one that is drawn off slowly.
    """

    at: float
    delta_g: float
    takes_s: float = 0.0

    def force(self, times: Array) -> Array:
        """(n,) grams of it that press at `times`."""
        if self.takes_s <= 0:
            return np.where(times >= self.at, self.delta_g, 0.0)
        done = np.clip((times - self.at) / self.takes_s + 0.5, 0, 1)
        return done * self.delta_g


@dataclass(frozen=True)
class Ring:
    """The plate swings after an impact: a damped sine."""

    at: float
    peak_g: float
    hz: float
    damping: float
    phase: float

    @property
    def until(self) -> float:
        """When it has died away."""
        decay = 2 * math.pi * self.hz * self.damping
        return self.at + math.log(max(self.peak_g / SMALLEST_RING_G, 1.01)) / decay

    def force(self, times: Array) -> Array:
        """(n,) grams."""
        age = np.clip(times - self.at, 0, None)
        omega = 2 * math.pi * self.hz
        swing: Array = self.peak_g * np.exp(-self.damping * omega * age) * np.sin(omega * age + self.phase)
        return np.where(times >= self.at, swing, 0.0)


@dataclass(frozen=True)
class Lean:
    """A hand or an elbow rests on the plate: half a kilogram to twelve, half a second to ten, and it trembles."""

    at: float
    lasts_s: float
    grams: float
    seed: int
    waves: Array = field(default_factory=lambda: np.array([0.9, 1.7, 3.1, 5.3]))

    @property
    def until(self) -> float:
        """When it is gone."""
        return self.at + self.lasts_s

    def force(self, times: Array) -> Array:
        """(n,) grams."""
        age = times - self.at
        rise = min(0.4, self.lasts_s / 3)
        shape = np.clip(np.minimum(age, self.lasts_s - age) / rise, 0, 1)
        phases = np.random.default_rng(self.seed).uniform(0, 2 * math.pi, len(self.waves))
        tremble = sum(np.sin(2 * math.pi * hz * age + phase) for hz, phase in zip(self.waves, phases, strict=True))
        pressed: Array = shape * self.grams * (1 + 0.04 * tremble)
        return pressed


Action = Step | Ring | Lean


def ring(at: float, item_g: float, random: np.random.Generator) -> Ring:
    """The swing after something of a weight was put down or taken."""
    return Ring(
        at,
        abs(item_g) * random.uniform(*RING_PEAK),
        random.uniform(*RING_HZ),
        random.uniform(*RING_DAMPING),
        random.uniform(0, 2 * math.pi),
    )


def lean(at: float, lasts_s: float, random: np.random.Generator) -> Lean:
    """A hand on the plate."""
    return Lean(at, lasts_s, math.exp(random.uniform(math.log(500), math.log(12_000))), int(random.integers(2**31)))
