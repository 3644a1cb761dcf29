"""How many units stand on a plate: a handful of hypotheses with their probabilities. Pure.

Every change of weight multiplies each hypothesis by the moves that explain it. The weight that lies there as a whole
is weighed in afresh each time, with the poor exactness that it has: it says nothing about a single unit among many,
but in the end it contradicts a count that is wrong.
"""

import math
from collections.abc import Iterable, Sequence

import msgspec

from edge.shelf.moves import Counts, Explanation, explanations, weight_of
from edge.shelf.planogram import Product
from edge.shelf.room import Room

KEPT = 24
# Hypotheses less likely than the best by this logarithm go.
HOPELESS = 12.0
# How well the zero of a plate is known after weeks: grams, and share of the capacity (OIML R60 C3).
ZERO_SD_G, ZERO_SD_SHARE = 4.0, 0.0005
SAME_FOREIGN_G = 1.0
# A first count looks at about so many combinations of products; where there are more, at some of them, evenly.
COMBINATIONS = 12_000
# Around counts that a person told it looks at all within so many units of each product, for 1, 2, 3, 4 products.
NEAR_TOLD = (1000, 100, 12, 5)
# Of several combinations that weigh the same, the likelier one has all products of the plate, in about equal numbers.
# Where a person told the counts, it is the one nearest to them: what was told may be a few units old. Natural
# logarithms.
ABSENT, UNEVEN, OTHER_THAN_TOLD = -2.0, -0.1, -7.0


class Hypothesis(msgspec.Struct, frozen=True):
    """One possible state of a plate.

    Attributes:
        counts: units per product.
        foreign_g: what lies there and belongs to none.
        log: the logarithm of how well it explains all changes so far, up to a constant.
        move: the move that led to it; the zero move when nothing moved.
        foreign_moved_g: the foreign weight that came or went with it.
    """

    counts: Counts
    foreign_g: float
    log: float
    move: Counts
    foreign_moved_g: float = 0.0


class Weighed(msgspec.Struct, frozen=True):
    """A hypothesis and its probability."""

    hypothesis: Hypothesis
    probability: float


def first_belief(
    weight_g: float, products: Sequence[Product], capacity_g: float, start: Counts | None
) -> tuple[Hypothesis, ...]:
    """What to think of a plate that nothing is known about but its weight above zero.

    Args:
        weight_g: above zero.
        products: on the plate.
        capacity_g: of the plate.
        start: the counts that a person told: of what the weight allows, the nearest to them is believed.
    """
    still = (0,) * len(products)
    found = [
        Hypothesis(counts, 0.0, _usual(counts, start), still) for counts in _combinations(weight_g, products, start)
    ]
    likely = weigh(found, weight_g, products, capacity_g)[:KEPT]
    return tuple(one.hypothesis for one in likely)


def change(
    belief: Sequence[Hypothesis],
    delta_g: float,
    sd_g: float,
    products: Sequence[Product],
    capacity_g: float,
    room: Room,
) -> tuple[Hypothesis, ...]:
    """The belief after a change of weight.

    Args:
        belief: before.
        delta_g: the change.
        sd_g: the standard error of its measurement.
        products: on the plate.
        capacity_g: of the plate.
        room: how full it has been.
    """
    merged: dict[tuple[Counts, int], list[Hypothesis]] = {}
    for one in belief:
        for found in explanations(delta_g, sd_g, products, one.counts, one.foreign_g, capacity_g):
            new = _explained(one, found, room)
            merged.setdefault((new.counts, round(new.foreign_g / SAME_FOREIGN_G)), []).append(new)
    return _kept(_merged(several) for several in merged.values())


def with_trifle(belief: Sequence[Hypothesis], grams: float) -> tuple[Hypothesis, ...]:
    """The belief after something foreign came or went that is too light for any of the goods, whatever else is true."""
    return tuple(msgspec.structs.replace(one, foreign_g=_foreign(one.foreign_g + grams)) for one in belief)


def _foreign(grams: float) -> float:
    """What lies there of a foreign thing; nothing weighs less than nothing."""
    return 0.0 if grams < ZERO_SD_G else grams


def weigh(
    belief: Sequence[Hypothesis], weight_g: float, products: Sequence[Product], capacity_g: float
) -> list[Weighed]:
    """The probabilities, most likely first, with the weight of the whole weighed in.

    Args:
        belief: hypotheses.
        weight_g: all that lies there, above zero.
        products: on the plate.
        capacity_g: of the plate.
    """
    logs = [one.log + _whole(one.counts, one.foreign_g, weight_g, products, capacity_g) for one in belief]
    top = max(logs)
    shares = [math.exp(log - top) for log in logs]
    total = sum(shares)
    found = [Weighed(one, share / total) for one, share in zip(belief, shares, strict=True)]
    return sorted(found, key=lambda one: -one.probability)


def probability_of(weighed: Sequence[Weighed], product: int, count: int) -> float:
    """How likely it is that so many units of a product stand there."""
    return sum(one.probability for one in weighed if one.hypothesis.counts[product] == count)


def _usual(counts: Counts, told: Counts | None) -> float:
    """How usual counts are at commissioning: a logarithm."""
    if told is not None:
        return OTHER_THAN_TOLD * sum(abs(a - b) for a, b in zip(counts, told, strict=True))
    mean = sum(counts) / len(counts)
    return sum((ABSENT if count == 0 else 0.0) + UNEVEN * abs(count - mean) for count in counts)


def _whole(counts: Counts, foreign_g: float, weight_g: float, products: Sequence[Product], capacity_g: float) -> float:
    mean, variance = weight_of(counts, products)
    zero = max(ZERO_SD_G, ZERO_SD_SHARE * capacity_g)
    sd = math.sqrt(variance + zero * zero + (ZERO_SD_SHARE * weight_g) ** 2)
    z = (weight_g - mean - foreign_g) / sd
    # Weight that is missing has to be that of the units: together they can only be as light as their spread allows.
    missing = min(0.0, foreign_g) / sd
    return -0.5 * (z * z + missing * missing)


def _explained(one: Hypothesis, by: Explanation, room: Room) -> Hypothesis:
    counts = tuple(count + units for count, units in zip(one.counts, by.move, strict=True))
    log = one.log + by.log + (room.surprise(counts) if max(by.move) > 0 else 0.0)
    return Hypothesis(counts, one.foreign_g + by.foreign_g, log, by.move, by.foreign_g)


def _merged(several: list[Hypothesis]) -> Hypothesis:
    best = max(several, key=lambda one: one.log)
    if len(several) == 1:
        return best
    log = best.log + math.log(sum(math.exp(one.log - best.log) for one in several))
    return msgspec.structs.replace(best, log=log)


def _kept(found: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The likely ones, with the best at logarithm 0, so that years of changes do not add up."""
    ordered = sorted(found, key=lambda one: -one.log)[:KEPT]
    top = ordered[0].log
    return tuple(msgspec.structs.replace(one, log=one.log - top) for one in ordered if one.log > top - HOPELESS)


def _combinations(weight_g: float, products: Sequence[Product], told: Counts | None) -> list[Counts]:
    """Counts whose weight comes near, and those told; for several products around those told, else of all sizes."""
    partial: list[tuple[Counts, float]] = [((), weight_g)]
    for n, product in enumerate(products[:-1]):
        partial = _with_units(partial, product, None if told is None else told[n], len(products))
    last = products[-1].unit_g
    found = {
        (*counts, units)
        for counts, rest in partial
        for units in (max(0, math.floor(rest / last)), max(0, math.ceil(rest / last)))
    }
    return sorted(found if told is None else found | {told})


def _with_units(
    partial: Sequence[tuple[Counts, float]], product: Product, told: int | None, products: int
) -> list[tuple[Counts, float]]:
    """Each with as many units of one product more as are possible; of too many, some, evenly."""
    ranges = [_possible(rest, product, told, products) for _, rest in partial]
    step = max(1, math.ceil(sum(map(len, ranges)) / COMBINATIONS))
    found, skip = [], 0
    for (counts, rest), units in zip(partial, ranges, strict=True):
        found += [((*counts, one), rest - one * product.unit_g) for one in units[skip::step]]
        skip = (skip - len(units)) % step
    return found


def _possible(rest_g: float, product: Product, told: int | None, products: int) -> range:
    """How many units of a product may stand there, when so much weight is left for it."""
    most = max(0, math.floor(rest_g / product.unit_g + 0.5))
    if told is None:
        return range(most + 1)
    near = NEAR_TOLD[min(products, len(NEAR_TOLD)) - 1]
    return range(max(0, min(told - near, most)), min(told + near, most) + 1)
