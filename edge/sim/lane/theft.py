"""What dishonest shoppers do. What they do shows in their visit's truth."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from edge.sim.lane.goods import Product, Sold
from edge.sim.lane.person import Waits
from edge.sim.lane.rates import Theft
from edge.sim.lane.truth import Stolen, Thing

if TYPE_CHECKING:
    from edge.sim.lane.shopper import Shopper

DRAWS = 60
LEAST_SWITCHED_G = 50.0
# A switched ticket, and a cheaper number, cost at most so much of the right one.
CHEAPER = 0.7

Way = Callable[["Shopper", Thing, list[Thing]], Waits]


def steal(shopper: "Shopper", kind: Theft, thing: Thing, waiting: list[Thing]) -> Waits:
    """Do it, with the thing that was next."""
    yield from WAYS[kind](shopper, thing, waiting)


def before_paying(shopper: "Shopper") -> Waits:
    """Take something out of the bag and off the bill, to put it back later."""
    if Theft.PUT_BACK_AFTER_PAYING not in shopper.plan.thefts:
        return
    thing = _of_bag(shopper)
    if thing is None or thing.line is None or len(shopper.visit.sales) < 2:  # noqa: PLR2004 - something to pay
        return
    shopper.take(thing)
    yield shopper.between((1.0, 2.0))
    shopper.void(thing.line)
    yield 1.0


def after_paying(shopper: "Shopper") -> Waits:
    """Put something into the bag once it is paid."""
    for kind in shopper.plan.thefts:
        if kind is Theft.ADDED_AFTER_PAYING:
            added: Thing | None = _new_thing(shopper)
        elif kind is Theft.PUT_BACK_AFTER_PAYING:
            added = next((one for one in shopper.visit.things if one.line is None and not one.in_bag), None)
        else:
            continue
        if added is not None and shopper.visit.bag:
            yield shopper.between((1.5, 4.0))
            _put_unpaid(shopper, kind, added)
            yield shopper.between((1.5, 6.0))


def _not_scanned_alone(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    if not shopper.hands.look().lines:
        yield from shopper.buy(_new_thing(shopper))
        yield shopper.between(shopper.rates.to_next)
    _put_unpaid(shopper, Theft.NOT_SCANNED_ALONE, thing)
    yield shopper.between((1.5, 5.0))


def _not_scanned_with_another(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    other = _new_thing(shopper)
    if not (yield from shopper.ring_up(other)):
        shopper.visit.things.remove(other)
        return
    if other.in_bag:
        yield 1.0
        _put_unpaid(shopper, Theft.NOT_SCANNED_WITH_ANOTHER, thing)
        return
    yield shopper.between(shopper.rates.to_bag)
    _put_unpaid(shopper, Theft.NOT_SCANNED_WITH_ANOTHER, thing, other)
    yield 1.0


def _not_scanned_between(shopper: "Shopper", thing: Thing, waiting: list[Thing]) -> Waits:
    yield from shopper.buy(_new_thing(shopper))
    yield shopper.between((0.4, 1.2))
    _put_unpaid(shopper, Theft.NOT_SCANNED_BETWEEN, thing)
    yield shopper.between((0.4, 1.2))
    if waiting:
        yield from shopper.buy(waiting.pop(0))


def _ticket_switched(shopper: "Shopper", _thing: Thing, _waiting: list[Thing]) -> Waits:
    """The code of something cheaper, on something dear."""
    dear = _new_thing(shopper, lambda one: one.sold is Sold.GTIN and one.packages[0].mean_g >= LEAST_SWITCHED_G)
    cheap = _drawn(shopper, lambda one: one.sold is Sold.GTIN and one.price < CHEAPER * dear.product.price)
    clean = not shopper.nudged()
    shopper.visit.things.remove(_thing)
    if cheap is None or not (yield from shopper.ring_up(dear, cheap)):
        shopper.visit.things.remove(dear)
        return
    yield shopper.between(shopper.rates.to_bag)
    settled = shopper.put(dear)
    _stolen(shopper, Theft.TICKET_SWITCHED, dear.grams, settled, clean=clean, label_g=cheap.packages[0].mean_g)
    yield 1.0


def _cheaper_produce(shopper: "Shopper", _thing: Thing, _waiting: list[Thing]) -> Waits:
    """The number of something cheaper, for the same weight: weight cannot see it."""
    dear = _new_thing(shopper, lambda one: one.sold is Sold.KG)
    cheap = _drawn(shopper, lambda one: one.sold is Sold.KG and one.price < CHEAPER * dear.product.price)
    shopper.visit.things.remove(_thing)
    if cheap is None or not (yield from shopper.ring_up(dear, cheap)):
        shopper.visit.things.remove(dear)
        return
    if not dear.in_bag:
        yield shopper.between(shopper.rates.to_bag)
        shopper.put(dear)
    _stolen(shopper, Theft.CHEAPER_PRODUCE, dear.grams, shopper.hands.now())
    yield 1.0


def _voided_left(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    yield from shopper.buy(thing)
    yield shopper.between((2.0, 4.0))
    if not thing.in_bag or thing.line is None or thing not in shopper.visit.bag:
        return
    clean = not shopper.nudged()
    shopper.void(thing.line)
    now = shopper.hands.now()
    _stolen(shopper, Theft.VOIDED_LEFT, thing.grams, now, clean=clean)
    yield 1.0
    if not shopper.visit.sales:
        yield from shopper.buy(_new_thing(shopper))


def _put_unpaid(shopper: "Shopper", kind: Theft, thing: Thing, *paid: Thing) -> None:
    clean = not shopper.nudged()
    _stolen(shopper, kind, thing.grams, shopper.put(thing, *paid), clean=clean)


def _stolen(
    shopper: "Shopper", kind: Theft, grams: float, settled: float, *, clean: bool = True, label_g: float | None = None
) -> None:
    shopper.visit.thefts.append(Stolen(kind, shopper.hands.now(), settled, grams, label_g, clean))


def _new_thing(shopper: "Shopper", fits: Callable[[Product], bool] = lambda one: one.sold is Sold.GTIN) -> Thing:
    product = _drawn(shopper, fits)
    if product is None:
        raise LookupError("expected goods of that kind in the shop, found none; draw another shop")
    thing = Thing(product, product.piece_g(shopper.chance))
    shopper.visit.things.append(thing)
    return thing


def _drawn(shopper: "Shopper", fits: Callable[[Product], bool]) -> Product | None:
    drawn = (shopper.shop_of.some(shopper.chance) for _ in range(DRAWS))
    found = next((one for one in drawn if fits(one)), None)
    return found or next((one for one in shopper.shop_of.goods if fits(one)), None)


def _of_bag(shopper: "Shopper") -> Thing | None:
    return next((one for one in shopper.visit.bag if one.line is not None and one.sold_as is None), None)


WAYS: Mapping[Theft, Way] = {
    Theft.NOT_SCANNED_ALONE: _not_scanned_alone,
    Theft.NOT_SCANNED_WITH_ANOTHER: _not_scanned_with_another,
    Theft.NOT_SCANNED_BETWEEN: _not_scanned_between,
    Theft.TICKET_SWITCHED: _ticket_switched,
    Theft.CHEAPER_PRODUCE: _cheaper_produce,
    Theft.VOIDED_LEFT: _voided_left,
}
