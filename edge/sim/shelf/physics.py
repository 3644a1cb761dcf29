"""What a load cell makes of the load on a plate: noise, glitches, temperature, creep, hysteresis, machines next door.

Figures as measured or assumed in the literature on such cells: HX711 datasheet (noise by rate), OIML R60 class C3
(creep 0.025 % in half an hour), recordings of an HX711 with four cells (glitches 0.9 % of the readings, of those one
run in ten longer than a reading, up to 12 kg). What no source gives is assumed, and said so beside the field.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DAY_S = 86_400.0
CREEP_FULL_S = 1800.0
STEPS_THAT_CREEP = 12
GLITCH_LEAST_G, GLITCH_MOST_G = 100.0, 12_000.0


@dataclass(frozen=True)
class PlatePhysics:
    """One plate's cell and converter.

    Attributes:
        rate_hz: readings per second.
        noise_g: standard deviation of one reading.
        glitch_share: readings that begin a glitch.
        tempco_g_per_k: drift of the zero.
        day_k: the temperature swings by so much around its mean, once a day.
        creep: share of a load change that creeps in within half an hour.
        hysteresis_g: between loading and unloading (assumed 0.02 % of the capacity).
        walk_g_per_root_min: random walk of the zero (assumed 0.05).
        compressor_g: amplitude of a machine next door (assumed 1 to 5 g), 25 Hz, ten minutes on, twenty off.
    """

    rate_hz: float = 10.0
    noise_g: float = 1.0
    glitch_share: float = 0.009
    tempco_g_per_k: float = 0.0
    day_k: float = 8.0
    creep: float = 0.00025
    hysteresis_g: float = 0.0
    walk_g_per_root_min: float = 0.05
    compressor_g: float = 0.0

    def at_rate(self, rate_hz: float) -> "PlatePhysics":
        """The same with another converter rate, and no other noise: what a faster one adds is for the caller to say."""
        return replace(self, rate_hz=rate_hz)


class Cell:
    """One plate's cell over time; ask for stretches in the order of time.

    Args:
        physics: of the plate.
        random: all its chance.
    """

    def __init__(self, physics: PlatePhysics, random: np.random.Generator) -> None:
        self._physics, self._random = physics, random
        self._phase = random.uniform(0, 2 * math.pi)
        self._walk, self._walked_at = 0.0, 0.0
        self._steps: list[tuple[float, float]] = []

    def changed(self, at: float, delta_g: float) -> None:
        """The resting load changes: it will creep, and the hysteresis turns."""
        self._steps = [*self._steps[-STEPS_THAT_CREEP + 1 :], (at, delta_g)]

    def read(self, times: Array, load_g: Array) -> Array:
        """Readings, in grams.

        Args:
            times: (n,) seconds, ascending.
            load_g: (n,) what presses on the plate.

        Returns:
            (n,) what the converter says.
        """
        weights = load_g + self._drift(times) + self._creep(times) + self._machine(times)
        weights = weights + self._random.normal(0, self._physics.noise_g, len(times))
        return self._glitched(weights)

    def _drift(self, times: Array) -> Array:
        physics = self._physics
        elapsed_min = max(0.0, times[0] - self._walked_at) / 60
        self._walk += self._random.normal(0, physics.walk_g_per_root_min * math.sqrt(elapsed_min))
        self._walked_at = float(times[0])
        kelvin = physics.day_k * np.sin(2 * math.pi * times / DAY_S + self._phase)
        drift: Array = physics.tempco_g_per_k * kelvin + self._walk
        return drift

    def _creep(self, times: Array) -> Array:
        physics, total = self._physics, np.zeros(len(times))
        for at, delta_g in self._steps:
            age = np.clip(times - at, 0, CREEP_FULL_S)
            total += physics.creep * delta_g * np.log1p(age / 60) / math.log(1 + CREEP_FULL_S / 60)
        if self._steps:
            at, delta_g = self._steps[-1]
            total += np.where(times >= at, math.copysign(physics.hysteresis_g / 2, -delta_g), 0.0)
        return total

    def _machine(self, times: Array) -> Array:
        if not self._physics.compressor_g:
            return np.zeros(len(times))
        runs = (times % 1800) < 600  # noqa: PLR2004 - ten minutes of each half hour
        wave: Array = self._physics.compressor_g * np.sin(2 * math.pi * 24.7 * times + self._phase) * runs
        return wave

    def _glitched(self, weights: Array) -> Array:
        begins = np.flatnonzero(self._random.random(len(weights)) < self._physics.glitch_share)
        for begin in begins:
            run = 1 if self._random.random() < 0.9 else int(self._random.integers(2, 4))  # noqa: PLR2004 - one run in ten
            sign = 1 if self._random.random() < 0.8 else -1  # noqa: PLR2004 - most go up
            size = math.exp(self._random.uniform(math.log(GLITCH_LEAST_G), math.log(GLITCH_MOST_G)))
            weights[begin : begin + run] += sign * size
        return weights
