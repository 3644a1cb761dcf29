"""Exact amounts to the minor unit. Pure; no float comes near money."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

GRAMS_PER_KG = 1000
PER_CENT = 100


class Rounding(StrEnum):
    """What becomes of one half of a minor unit: to the even neighbour, or away from zero."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


def rounded(amount: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The nearest whole minor unit."""
    if rounding is Rounding.HALF_EVEN:
        return round(amount)
    magnitude = (abs(amount) * 2 + 1) // 2
    return -magnitude if amount < 0 else magnitude


def by_weight(price_per_kg: int, weight_g: Decimal) -> int:
    """What so many grams cost, rounded half up to the minor unit.

    Args:
        price_per_kg: minor units.
        weight_g: net.
    """
    return rounded(price_per_kg * Fraction(weight_g) / GRAMS_PER_KG)


def percent_of(amount: int, percent: Decimal) -> int:
    """So many per cent of an amount, rounded half up to the minor unit."""
    return rounded(amount * Fraction(percent) / PER_CENT)


def shared_out(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in shares as the weights are, which sum up to it: rounded down, then one more for the largest rests.

    Of equal rests the first comes first. No share is above its weight.

    Args:
        amount: 0 up to the sum of the weights.
        weights: none negative.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda n: -(amount * weights[n] % whole))
    for n in by_rest[: amount - sum(shares)]:
        shares[n] += 1
    return shares
