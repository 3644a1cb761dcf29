"""What stands on which plate, and what one unit weighs. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Two products whose weights differ by fewer standard deviations of one unit cannot be told apart by weight.
TELLABLE = 3.0


@dataclass(frozen=True)
class Product:
    """One product on a plate.

    Attributes:
        gtin: GTIN-14.
        unit_g: the mean weight of one unit.
        unit_sd_g: the standard deviation between units.
        error_g: the standard error of `unit_g` itself.
        low: at so many units or fewer the product is scarce.
    """

    gtin: str
    unit_g: float
    unit_sd_g: float
    error_g: float
    low: int = 0


@dataclass(frozen=True)
class PlanogramPlate:
    """One plate and its products.

    Attributes:
        id: of the plate.
        capacity_g: what it can bear.
        products: one, or several on a mixed plate.
        keeps_zero: the scale's zero survives a loss of power; else one that comes back may have zeroed itself with
            goods on it.
        start: how many of each product stood there at commissioning, where that was told.
    """

    id: str
    capacity_g: float
    products: tuple[Product, ...]
    keeps_zero: bool = False
    start: tuple[int, ...] | None = None

    @property
    def least_g(self) -> float:
        """The weight of the lightest product."""
        return min(product.unit_g for product in self.products)


def alike(products: Sequence[Product]) -> list[tuple[Product, Product]]:
    """The pairs of products that their weight alone cannot tell apart."""
    ordered = sorted(products, key=lambda product: product.unit_g)
    return [
        (a, b) for a, b in pairwise(ordered) if b.unit_g - a.unit_g < TELLABLE * math.hypot(a.unit_sd_g, b.unit_sd_g)
    ]
