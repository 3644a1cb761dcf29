"""The moves that can explain a change of weight, each with its likelihood. Pure.

A move is so many units of each product, negative when they left. What is likely before the weight is looked at: one
unit of one product; less so several units, several products, or one product exchanged for another. Beside all moves
stands the foreign thing of any weight, so that a change which fits nothing is not forced onto a product.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.shelf.planogram import Product

Counts = tuple[int, ...]

# More units at once than hands hold.
HANDFUL = 6
# The largest number of units of one product in a move of several products.
TOGETHER = 3
# Scales are straight to this share of the change (OIML R76 class III: 0.5 to 1.5 divisions of 3000).
SPAN_ERROR = 0.0005
# Natural logarithms of how rare something is beside the pick of one unit.
# Counts of units in a hand fall off as a geometric series; beyond a handful it is a box, of whatever size. Who takes
# more than a handful, and leaves nothing, sweeps.
EACH_FURTHER_UNIT = -0.9
MORE_THAN_HANDS_HOLD = -5.0
SWEPT = -6.0
ANOTHER_PRODUCT = -4.0
EXCHANGED, BOTH_PUT = -3.0, -6.0
NOTHING = 0.7
FOREIGN, MISSING = -4.0, -9.0
FOREIGN_LEAVES = -0.5
# A foreign thing weighs about as much when it goes as when it came.
FOREIGN_SD_G = 1.0
_LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One way to explain a change.

    Attributes:
        move: units per product.
        foreign_g: weight that belongs to no product: came, or went.
        log: the logarithm of its likelihood times how likely it was beforehand.
    """

    move: Counts
    foreign_g: float
    log: float


def explanations(
    delta_g: float, sd_g: float, products: Sequence[Product], counts: Counts, foreign_g: float, capacity_g: float
) -> list[Explanation]:
    """All that can explain a change, in no order.

    Args:
        delta_g: the change.
        sd_g: the standard error of its measurement.
        products: on the plate.
        counts: of each, before the change: no more can leave.
        foreign_g: what lies there and belongs to no product.
        capacity_g: of the plate.
    """
    still = (0,) * len(products)
    found = [
        Explanation(still, 0.0, NOTHING + log_normal(delta_g, sd_g)),
        Explanation(still, delta_g, (FOREIGN if delta_g > 0 else MISSING) - math.log(2 * capacity_g)),
    ]
    if foreign_g:
        left = log_normal(delta_g + foreign_g, math.hypot(sd_g, FOREIGN_SD_G))
        found.append(Explanation(still, -foreign_g, FOREIGN_LEAVES + left))
    for move in moves(delta_g, products, counts):
        mean, spread = weight_of(move, products)
        sd = math.sqrt(sd_g * sd_g + spread + (SPAN_ERROR * delta_g) ** 2)
        found.append(Explanation(move, 0.0, prior(move, counts) + log_normal(delta_g - mean, sd)))
    return found


def moves(delta_g: float, products: Sequence[Product], counts: Counts) -> Iterator[Counts]:
    """The moves worth looking at: those of one or two products that come near the change."""
    still = [0] * len(products)
    for n, product in enumerate(products):
        for units in _near(delta_g / product.unit_g):
            if units and counts[n] + units >= 0:
                yield _with(still, n, units)
    for n, one in enumerate(products):
        for m, other in enumerate(products[n + 1 :], n + 1):
            for first in range(max(-TOGETHER, -counts[n]), TOGETHER + 1):
                for second in _near((delta_g - first * one.unit_g) / other.unit_g):
                    if first and second and abs(second) <= TOGETHER and counts[m] + second >= 0:
                        yield _with(_with(still, n, first), m, second)


def weight_of(move: Counts, products: Sequence[Product]) -> tuple[float, float]:
    """Mean (g) and variance (g²) of the weight of a move."""
    mean = variance = 0.0
    for units, product in zip(move, products, strict=True):
        if units:
            mean += units * product.unit_g
            variance += abs(units) * product.unit_sd_g**2 + (units * product.error_g) ** 2
    return mean, variance


def prior(move: Counts, counts: Counts) -> float:
    """How likely a move is beforehand: the logarithm, beside that of one unit; `counts` are those before it."""
    moved = [units for units in move if units]
    total = sum(map(abs, moved))
    if total > HANDFUL and any(count == total for count, units in zip(counts, move, strict=True) if units == -total):
        return SWEPT
    log = EACH_FURTHER_UNIT * (min(total, HANDFUL) - 1) + ANOTHER_PRODUCT * (len(moved) - 1)
    log += MORE_THAN_HANDS_HOLD if total > HANDFUL else 0.0
    if len(moved) > 1 and max(moved) > 0:
        log += EXCHANGED if min(moved) < 0 else BOTH_PUT
    return log


def log_normal(deviation: float, sd: float) -> float:
    """The logarithm of the normal density."""
    z = deviation / sd
    return -0.5 * z * z - math.log(sd) - _LOG_ROOT_2PI


def _near(units: float) -> tuple[int, int]:
    low = math.floor(units)
    return low, low + 1


def _with(move: Sequence[int], n: int, units: int) -> Counts:
    return (*move[:n], units, *move[n + 1 :])
