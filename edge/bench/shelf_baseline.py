"""The plain way to count by weight, as the projects do it that this one is measured against. Pure.

A moving average over a second, divided by the unit's weight, rounded; when the rounded count has changed and stays so
for half a second, that is a move. On a mixed plate the product whose weight is nearest is named.
"""

from collections import deque
from collections.abc import Sequence

from edge.bench.shelf_score import Move
from edge.shelf.planogram import Product

WINDOW_S, STAYS_S = 1.0, 0.5


class RoundedAverage:
    """One plate."""

    def __init__(self, plate: str, products: Sequence[Product], rate_hz: float) -> None:
        self._plate, self._products = plate, products
        self._window: deque[float] = deque(maxlen=max(3, round(WINDOW_S * rate_hz)))
        self._sum = 0.0
        self._settled: float | None = None
        self._changed_at: float | None = None

    def update(self, at: float, weight_g: float) -> list[Move]:
        """Take in one reading."""
        if len(self._window) == self._window.maxlen:
            self._sum -= self._window[0]
        self._window.append(weight_g)
        self._sum += weight_g
        if len(self._window) < (self._window.maxlen or 0):
            return []
        average = self._sum / len(self._window)
        if self._settled is None:
            self._settled = average
        product = min(self._products, key=lambda one: abs(abs(average - (self._settled or 0.0)) - one.unit_g))
        units = round((average - self._settled) / product.unit_g)
        if not units:
            self._changed_at = None
            return []
        if self._changed_at is None:
            self._changed_at = at
        if at - self._changed_at < STAYS_S:
            return []
        self._settled, self._changed_at = average, None
        return [Move(at, self._plate, product.gtin, units, mixed=len(self._products) > 1)]
