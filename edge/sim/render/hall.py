"""A shop floor for scenes: the shop of the demo without what stands in the way, and longer."""

import numpy as np

from edge.sim.render.room import FLOOR, METAL, PLAIN, WOOD, Room


class Hall(Room):
    """Free floor between two gondolas; 7 m to either side, from the front (Y = 0) to 16 m behind it."""

    def _furniture(self) -> None:
        self.quad([(-7, -16, 0), (7, -16, 0), (7, -9, 0), (-7, -9, 0)], (0.50, 0.48, 0.45), FLOOR)
        for x in (-7.0, 7.0):
            self.box((x - 0.1, -16, 0), (x + 0.1, -9, 3.4), (0.62, 0.60, 0.56))
        self._shelf(6.2, 6.7, -12.0, -3.5, -1.0)
        self._shelf(-6.7, -6.2, -12.0, -3.5, 1.0)


class TillHall(Hall):
    """The same with a till, beside whom it serves."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng)
        self.box((0.85, -8.9, 0), (1.5, -7.2, 0.92), (0.36, 0.24, 0.14), WOOD)
        self.box((0.80, -8.95, 0.92), (1.55, -7.15, 0.97), (0.55, 0.54, 0.52), PLAIN)
        self.box((1.0, -8.3, 0.97), (1.3, -8.0, 1.22), (0.05, 0.05, 0.06), METAL)
