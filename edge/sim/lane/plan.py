"""Who comes to a lane: one shopper after the other, drawn by a seed."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from edge.sim.lane.goods import Shop
from edge.sim.lane.rates import RATES, Rates, Slip, Theft
from edge.sim.lane.truth import Thing

MOST_ITEMS = 40
ITEMS_SPREAD = 0.7


@dataclass(frozen=True)
class Plan:
    """One shopper.

    Attributes:
        number: of the session, from 0.
        things: to be bought, in their order.
        slips: of the session as a whole.
        thefts: to be tried; none of an honest shopper.
        member: has a member code.
        chance: of everything else that this shopper does.
    """

    number: int
    things: tuple[Thing, ...]
    slips: frozenset[Slip]
    thefts: tuple[Theft, ...]
    member: bool
    chance: random.Random

    @property
    def honest(self) -> bool:
        """Whether nothing is to be stolen."""
        return not self.thefts


def shopper(seed: int, number: int, shop: Shop, rates: Rates = RATES) -> Plan:
    """One shopper, whoever came before.

    Args:
        seed: of all shoppers.
        number: which of them.
        shop: where.
        rates: how often things happen.
    """
    chance = random.Random(f"shopper {seed} {number}")  # noqa: S311 - a simulation
    thefts: tuple[Theft, ...] = ()
    if chance.random() < rates.dishonest:
        count = 2 if chance.random() < rates.two_thefts else 1
        thefts = tuple(chance.choices(list(rates.thefts), list(rates.thefts.values()), k=count))
    items = round(rates.items * math.exp(chance.gauss(0, ITEMS_SPREAD)))
    goods = [shop.some(chance) for _ in range(max(1, min(MOST_ITEMS, items)))]
    return Plan(
        number=number,
        things=tuple(Thing(one, one.piece_g(chance)) for one in goods),
        slips=frozenset(slip for slip, share in rates.per_session.items() if chance.random() < share),
        thefts=thefts,
        member=chance.random() < rates.member,
        chance=chance,
    )


def shoppers(seed: int, shop: Shop, count: int, rates: Rates = RATES) -> Iterator[Plan]:
    """So many shoppers, one after the other."""
    return (shopper(seed, number, shop, rates) for number in range(count))
