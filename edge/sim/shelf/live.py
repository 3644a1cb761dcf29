"""A plate in real time: what lies on it now, how it swings, and what its scale shows."""

import random
import threading
import time

import numpy as np

from edge.sim.shelf.actions import Action, lean, ring
from edge.sim.shelf.physics import Cell, PlatePhysics
from edge.sim.shelf.twins.twin import Shown

# A scale calls itself stable when nothing was done to it for so long.
CALM_S = 0.6
FORGOTTEN_S = 30.0


class LivePlate:
    """One plate; may be asked and changed from different threads."""

    def __init__(self, load_g: float, *, physics: PlatePhysics | None = None, seed: int = 1) -> None:
        self._physics = physics or PlatePhysics()
        self._cell = Cell(self._physics, np.random.default_rng(seed))
        self._chance, self._shape = random.Random(seed), np.random.default_rng(seed + 1)  # noqa: S311 - a simulation
        self._lock = threading.Lock()
        self._load_g = load_g
        self._actions: list[Action] = []
        self._calm_at = 0.0
        self.overload = False
        self.broken = False

    def change(self, delta_g: float) -> None:
        """Something is put down or taken, now."""
        with self._lock:
            now = time.monotonic()
            self._load_g += delta_g
            self._act(now, ring(now, delta_g, self._shape), 0.3)

    def lean(self, lasts_s: float) -> None:
        """A hand rests on the plate from now on."""
        with self._lock:
            now = time.monotonic()
            self._act(now, lean(now, lasts_s, self._shape), lasts_s)

    def shown(self) -> Shown:
        """What its scale shows now."""
        with self._lock:
            now = time.monotonic()
            times = np.array([now])
            load = np.array([self._load_g]) + sum((one.force(times) for one in self._actions), np.zeros(1))
            grams = float(self._cell.read(times, load)[0])
            return Shown(grams, now > self._calm_at, self.overload, self.broken)

    def _act(self, now: float, action: Action, lasts_s: float) -> None:
        self._actions = [one for one in self._actions if now - one.at < FORGOTTEN_S] + [action]
        self._calm_at = max(self._calm_at, now + lasts_s + CALM_S)
