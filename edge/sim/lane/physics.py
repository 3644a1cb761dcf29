"""A bagging scale in simulated time: what lies on it, how that settles, noise, drift, and the step of its display."""

import math
import random
from dataclasses import dataclass

# Assumed for a 30 kg load cell under a bagging area; the drift as in `edge.sim.shelf.physics`.
RATE_HZ = 8.0
NOISE_G, OFF_CENTRE_G, OFF_CENTRE_SHARE = 0.5, 0.5, 0.0004
DRIFT_G_PER_ROOT_MIN, CREEP = 0.05, 0.00025
# A thing that is put down swings for so long, and it swings by so much of its weight.
SETTLES_S, SWING, SWING_HZ = (0.25, 0.7), 0.6, 5.0
TREMBLE = 0.04
EMPTY_G = 1.0


@dataclass(frozen=True, slots=True)
class _Swing:
    at: float
    grams: float
    lasts_s: float


@dataclass(frozen=True, slots=True)
class _Lean:
    at: float
    until: float
    grams: float
    phase: float


class BagScale:
    """One scale; ask and change it in the order of time."""

    def __init__(self, seed: int, *, division_g: float = 2.0, judges: bool = True) -> None:
        """An empty one.

        Args:
            seed: of its noise.
            division_g: the step of its display.
            judges: it gives a weight only when it finds itself still, as scales of checkouts do; else always.
        """
        self._chance = random.Random(seed)  # noqa: S311 - a simulation
        self.division_g, self.judges = division_g, judges
        # What drifts, and what bends while something lies there.
        self._load_g = self._zero_g = self._bent_g = 0.0
        self._read_at = 0.0
        self._swing = _Swing(-math.inf, 0.0, 0.0)
        self._lean: _Lean | None = None

    def change(self, at: float, delta_g: float) -> float:
        """Something is put down (+) or taken off (-).

        Returns:
            When it will have settled.
        """
        before, self._load_g = self._load_g, self._load_g + delta_g
        if delta_g < 0 and abs(self._load_g) >= EMPTY_G:
            self._bent_g *= self._load_g / before
        elif delta_g < 0:
            self._load_g = self._bent_g = 0.0
        self._bent_g += CREEP * delta_g + self._chance.gauss(0, OFF_CENTRE_G + OFF_CENTRE_SHARE * abs(delta_g))
        self._swing = _Swing(at, delta_g, self._chance.uniform(*SETTLES_S))
        return at + self._swing.lasts_s

    def lean(self, at: float, grams: float, lasts_s: float) -> None:
        """Somebody leans on it, and trembles."""
        self._lean = _Lean(at, at + lasts_s, grams, self._chance.uniform(0, 2 * math.pi))

    @property
    def load_g(self) -> float:
        """What really lies there."""
        return self._load_g

    def read(self, at: float) -> tuple[float | None, bool]:
        """A reading: grams, None where the scale gives none; and whether it finds itself still."""
        elapsed, self._read_at = max(0.0, at - self._read_at), at
        self._zero_g += self._chance.gauss(0, DRIFT_G_PER_ROOT_MIN * math.sqrt(elapsed / 60))
        age, swing, lean = at - self._swing.at, 0.0, self._leaning(at)
        moving = age < self._swing.lasts_s or lean != 0.0
        if age < self._swing.lasts_s:
            fade = math.exp(-5 * age / self._swing.lasts_s)
            swing = SWING * self._swing.grams * fade * math.sin(2 * math.pi * SWING_HZ * age)
        if moving and self.judges:
            return None, False
        grams = self._load_g + self._zero_g + self._bent_g + swing + lean + self._chance.gauss(0, NOISE_G)
        return round(grams / self.division_g) * self.division_g, self.judges

    def _leaning(self, at: float) -> float:
        lean = self._lean
        if lean is None or not lean.at <= at < lean.until:
            return 0.0
        age = at - lean.at
        shape = min(1.0, age / 0.3, (lean.until - at) / 0.3)
        return lean.grams * shape * (1 + TREMBLE * math.sin(2 * math.pi * 1.7 * age + lean.phase))
