"""Quantiles of a few figures. Pure."""

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0..1) of `values` lie, linear between neighbours; None of no values.

    Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996,
    definition 7.
    """
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def rounded(value: float | None) -> float | None:
    """A duration for an event: to a hundredth of a second."""
    return None if value is None else round(value, 2)
