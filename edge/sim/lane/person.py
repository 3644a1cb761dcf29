"""What anybody at a lane does: scan, put down, take up, and wait for what the screen says. Times are yielded."""

import random
from collections.abc import Generator, Iterator

from edge.sim.lane.goods import Product, Sold
from edge.sim.lane.hands import Hands
from edge.sim.lane.rates import Rates
from edge.sim.lane.truth import Sale, Thing, Visit

Waits = Iterator[float]
Doing = Generator[float, None, bool]

# Words of the screen.
NUDGES = frozenset({"scan_it", "check_it", "put_back", "take_out"})
WEIGH_IT, WAIT, STILL_THERE, DECLINED, CLOSED = "weigh_it", "wait", "still_there", "declined", "closed"

EAN_13 = "]E0"
# How often, and how soon, somebody looks whether a code was taken.
LOOKS, LOOK_S = 8, 0.2
TRIES, AGAIN_S = 5, 1.2
PATIENCE_S = 600.0


class Person:
    """Somebody with hands at a lane."""

    def __init__(self, hands: Hands, visit: Visit, rates: Rates, chance: random.Random, *, weighs_on_bag: bool) -> None:
        self.hands, self.visit, self.rates, self.chance = hands, visit, rates, chance
        self.weighs_on_bag = weighs_on_bag

    def between(self, range_s: tuple[float, float]) -> float:
        """A time out of a range."""
        return self.chance.uniform(*range_s)

    def ring_up(self, thing: Thing, sold_as: Product | None = None) -> Doing:
        """Get a thing onto the bill, by its own code or by another; whether that went well."""
        product = sold_as or thing.product
        for _ in range(TRIES):
            if product.sold is Sold.KG:
                done = yield from self._weigh(thing, product)
            else:
                done = yield from self._scan(thing, product)
            if done:
                return True
            yield AGAIN_S
            yield from self.attended()
        return False

    def _scan(self, thing: Thing, product: Product) -> Doing:
        before = self.hands.look().newest
        if product.sold is Sold.PIECE:
            self.hands.choose(product.code)
        else:
            self.hands.scan(EAN_13 + product.label(thing.grams))
        if not (yield from self._new_line(before)):
            return False
        grams = thing.grams if product.by_weight else None
        self._sold(thing, product, self.hands.look().newest, grams)
        return True

    def _weigh(self, thing: Thing, product: Product) -> Doing:
        """Goods by weight: picked on the screen, then weighed, on the scale of the bag or on one of its own."""
        before = self.hands.look().newest
        self.hands.choose(product.code)
        yield LOOK_S
        if self.hands.look().prompt != WEIGH_IT:
            return False
        yield self.between(self.rates.to_bag)
        if self.weighs_on_bag:
            self.put(thing)
        else:
            self.hands.weigh(thing.grams)
        if not (yield from self._new_line(before, 4 * LOOKS)):
            if self.weighs_on_bag:
                self.take(thing)
            self.hands.press("back")
            return False
        self._sold(thing, product, self.hands.look().newest, thing.grams)
        return True

    def _new_line(self, before: int, looks: int = LOOKS) -> Doing:
        for _ in range(looks):
            yield LOOK_S
            if self.hands.look().newest > before:
                return True
        return False

    def _sold(self, thing: Thing, product: Product, line: int, grams: float | None) -> None:
        thing.line = line
        thing.sold_as = product if product is not thing.product else None
        self.visit.sales[line] = Sale(product, 1, grams)

    def put(self, *things: Thing) -> float:
        """Into the bagging area, all at once; returns when they will have settled."""
        for thing in things:
            thing.in_bag = True
        return self.hands.change(sum(thing.grams for thing in things))

    def take(self, *things: Thing) -> None:
        """Out of the bagging area, all at once; what somebody else took already is not there."""
        there = [thing for thing in things if thing.in_bag]
        for thing in there:
            thing.in_bag = False
        self.hands.change(-sum(thing.grams for thing in there))

    def void(self, line: int) -> None:
        """Off the bill, by the shopper's key; nothing where the lane does not let it."""
        self.hands.press("void", line=line)
        self.gone(line)

    def gone(self, line: int) -> None:
        """Note that a line was voided, if the screen has it no more."""
        if all(one.line != line for one in self.hands.look().lines):
            self.visit.void(line)

    def attended(self) -> Waits:
        """While the screen says wait, wait."""
        waited = 0.0
        while self.hands.look().prompt == WAIT and waited < PATIENCE_S:
            yield 1.0
            waited += 1.0
