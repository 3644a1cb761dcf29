"""What stands on which plate, and what one unit weighs. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

# Two products whose weights differ by fewer standard deviations of one unit cannot be told apart by weight.
TELLABLE = 3.0
# So many units are often taken at once.
FEW = 3


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
        return min(one.unit_g for one in self.products)


def alike(products: Sequence[Product]) -> list[tuple[int, Product, int, Product]]:
    """What of one product weighs as much as what of another, up to a few units: (units, product, units, product).

    Weight alone cannot tell these apart.
    """
    found = []
    for one, other in combinations(products, 2):
        for m, n in product(range(1, FEW + 1), repeat=2):
            sd = math.sqrt(m * one.unit_sd_g**2 + n * other.unit_sd_g**2)
            if math.gcd(m, n) == 1 and abs(m * one.unit_g - n * other.unit_g) < TELLABLE * sd:
                found.append((m, one, n, other))
    return found
