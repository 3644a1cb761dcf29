"""Days on which odd things happen too: goods exchanged, things left, a neighbour that shakes, hands that restock."""

import math

from edge.sim.shelf.actions import Ring, Step, lean, ring
from edge.sim.shelf.plate_day import Doing, PlateLife

# One action in ten is an odd one.
ODD_SHARE = 0.1
# What belongs elsewhere is as heavy as goods are.
LEFT_G = (30.0, 1500.0)
# A neighbour that is filled or bumped shakes this plate as well, a little (assumed).
SHAKEN_G, SHAKES, SHAKES_EVERY_S = (2.0, 20.0), (4, 15), (0.3, 0.8)


class VariedLife(PlateLife):
    """A plate's life with odd things in it.

    What belongs to another plate is left here, and taken away when that comes about again: meanwhile everything else
    goes on.
    """

    _left_g: float = 0.0

    def _act(self, at: float) -> float:
        if self._random.random() >= ODD_SHARE:
            return super()._act(at)
        odd: list[Doing] = [self._leave, self._shake, self._restock_by_hand]
        if len(self.goods) > 1:
            odd.append(self._swap)
        return odd[int(self._random.integers(len(odd)))](at)

    def _swap(self, at: float) -> float:
        """A unit of one product for one of another, at once."""
        if not any(self._units):
            return at
        n = self._some()
        other = (n + 1 + int(self._random.integers(len(self.goods) - 1))) % len(self.goods)
        self._take(at, n, 1)
        return self._put(at, other, 1)

    def _leave(self, at: float) -> float:
        """Something from elsewhere is left; or what was left is taken away."""
        delta_g, self._left_g = -self._left_g, 0.0
        if not delta_g:
            low, high = map(math.log, LEFT_G)
            delta_g = self._left_g = math.exp(float(self._random.uniform(low, high)))
        self.actions += [Step(at, delta_g), ring(at, delta_g, self._random)]
        return at

    def _shake(self, at: float) -> float:
        """The neighbour is filled or bumped."""
        for _ in range(int(self._random.integers(*SHAKES))):
            shaken = ring(at, 1.0, self._random)
            peak_g = float(self._random.uniform(*SHAKEN_G))
            self.actions.append(Ring(at, peak_g, shaken.hz, shaken.damping, shaken.phase))
            at += float(self._random.uniform(*SHAKES_EVERY_S))
        return at

    def _restock_by_hand(self, at: float) -> float:
        """Units put in one after the other, with a hand on the plate each time: it tells when the hand lets go."""
        for n, goods in enumerate(self.goods):
            if len(self._units[n]) >= goods.room:
                continue
            for _ in range(int(self._random.integers(1, 4))):
                lasts = float(self._random.uniform(1, 3))
                self.actions.append(lean(at, lasts, self._random))
                at = self._put(at + lasts, n, 1) + float(self._random.uniform(3, 6))
        return at
