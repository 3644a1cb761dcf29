"""What honest shoppers do, right and not quite right."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from edge.sim.lane.corrections import take_foreign
from edge.sim.lane.goods import Sold
from edge.sim.lane.person import EAN_13, Waits
from edge.sim.lane.rates import Slip
from edge.sim.lane.truth import Sale, Thing

if TYPE_CHECKING:
    from edge.sim.lane.shopper import Shopper

OWN_BAG_G, PURSE_G = (15.0, 150.0), (120.0, 900.0)
CHILD_G, LEANS_S, PURSE_S = (500.0, 12_000.0), (1.0, 8.0), (3.0, 12.0)
NOTICES_DOUBLE = 0.7

Way = Callable[["Shopper", Thing, list[Thing]], Waits]


def buy(shopper: "Shopper", thing: Thing, waiting: list[Thing]) -> Waits:
    """Buy a thing, in one of the ways of the table."""
    rates = shopper.rates.per_item
    slip = shopper.chance.choices([*rates, None], [*rates.values(), max(0.0, 1 - sum(rates.values()))])[0]
    scanned = thing.product.sold is Sold.GTIN
    if slip is None or (not scanned and slip not in ANY_GOODS):
        yield from shopper.buy(thing)
        return
    shopper.visit.slips.add(slip)
    yield from WAYS[slip](shopper, thing, waiting)


def bring_bag(shopper: "Shopper") -> Waits:
    """A bag of one's own, told or not."""
    told = Slip.OWN_BAG_TOLD in shopper.plan.slips
    if not told and Slip.OWN_BAG_UNTOLD not in shopper.plan.slips:
        return
    shopper.visit.slips.add(Slip.OWN_BAG_TOLD if told else Slip.OWN_BAG_UNTOLD)
    if told:
        shopper.hands.press("own_bag")
        yield shopper.between((0.5, 3.0))
    else:
        shopper.hands.press("start")
        yield shopper.between((0.5, 3.0))
    shopper.visit.foreign_g = shopper.between(OWN_BAG_G)
    shopper.hands.change(shopper.visit.foreign_g)
    yield shopper.between(shopper.rates.to_next)
    yield from shopper.obey()


def disturb(shopper: "Shopper") -> Waits:
    """A child leans on the scale; a purse is put down and taken up again."""
    if Slip.LEANING in shopper.plan.slips:
        shopper.visit.slips.add(Slip.LEANING)
        lasts = shopper.between(LEANS_S)
        shopper.hands.lean(shopper.between(CHILD_G), lasts)
        yield shopper.between((0.3, lasts + 1.0))
    if Slip.PURSE in shopper.plan.slips and not shopper.visit.foreign_g:
        shopper.visit.slips.add(Slip.PURSE)
        shopper.visit.foreign_g = shopper.between(PURSE_G)
        shopper.hands.change(shopper.visit.foreign_g)
        yield shopper.between(PURSE_S)
        take_foreign(shopper)
        yield 1.5
    yield from shopper.obey()


def _rescan(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """It stays in view: the scanner reads it several times."""
    done = yield from shopper.ring_up(thing)
    for _ in range(shopper.chance.randint(1, 3)):
        shopper.hands.scan(EAN_13 + thing.product.label(thing.grams))
        yield shopper.between((0.05, 0.25))
    if done:
        shopper.put(thing)
    else:
        shopper.visit.things.remove(thing)


def _double_scan(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """One thing passes the scanner twice, and is two lines; most shoppers see that."""
    if not (yield from shopper.ring_up(thing)):
        shopper.visit.things.remove(thing)
        return
    yield shopper.between((0.6, 1.5))
    extra = Thing(thing.product, thing.grams)
    if (yield from shopper.ring_up(extra)) and extra.line and shopper.chance.random() < NOTICES_DOUBLE:
        yield shopper.between((1.0, 3.0))
        shopper.void(extra.line)
    yield shopper.between(shopper.rates.to_bag)
    shopper.put(thing)


def _same_again(shopper: "Shopper", thing: Thing, waiting: list[Thing]) -> Waits:
    """A second piece of the same, scanned by its own code."""
    second = _another(shopper, thing)
    yield from shopper.buy(thing)
    yield 0.8
    yield from slips_together(shopper, [second], waiting, together=True)


def _another(shopper: "Shopper", thing: Thing) -> Thing:
    second = Thing(thing.product, thing.product.piece_g(shopper.chance))
    shopper.visit.things.append(second)
    return second


def slips_together(shopper: "Shopper", things: list[Thing], _waiting: list[Thing], *, together: bool) -> Waits:
    """Scan them all, then put them down, at once or one by one."""
    scanned = []
    for thing in things:
        if (yield from shopper.ring_up(thing)):
            scanned.append(thing)
        else:
            shopper.visit.things.remove(thing)
        yield shopper.between((0.8, 2.0))
    to_bag = [thing for thing in scanned if not thing.in_bag]
    if together and to_bag:
        shopper.put(*to_bag)
        return
    for thing in to_bag:
        shopper.put(thing)
        yield shopper.between((0.7, 2.0))


def _two_at_once(shopper: "Shopper", thing: Thing, waiting: list[Thing]) -> Waits:
    others = [waiting.pop(0)] if waiting else []
    yield from slips_together(shopper, [thing, *others], waiting, together=True)


def _several_scanned(shopper: "Shopper", thing: Thing, waiting: list[Thing]) -> Waits:
    others = [waiting.pop(0) for _ in range(min(len(waiting), shopper.chance.randint(2, 3)))]
    yield from slips_together(shopper, [thing, *others], waiting, together=False)


def _bag_first(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    yield from _bagged_before(shopper, thing, (0.2, 0.9))


def _bag_first_slow(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    yield from _bagged_before(shopper, thing, (1.5, 4.0))


def _bagged_before(shopper: "Shopper", thing: Thing, wait: tuple[float, float]) -> Waits:
    shopper.put(thing)
    yield shopper.between(wait)
    if not (yield from shopper.ring_up(thing)):
        shopper.take(thing)
        shopper.visit.things.remove(thing)


def _lifted(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """Put down, taken up again, put down again."""
    yield from shopper.buy(thing)
    if thing.in_bag:
        yield shopper.between((0.4, 2.5))
        shopper.take(thing)
        yield shopper.between((0.5, 4.0))
        shopper.put(thing)


def _trolley(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """Scanned, and kept in the trolley."""
    if not (yield from shopper.ring_up(thing)):
        shopper.visit.things.remove(thing)


def _quantity(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """Several of the same by the quantity key."""
    if not (yield from shopper.ring_up(thing)) or thing.line is None:
        shopper.visit.things.remove(thing)
        return
    count = shopper.chance.randint(2, 4)
    yield shopper.between((1.0, 2.0))
    shopper.hands.press("quantity", line=thing.line, quantity=count)
    yield 0.5
    shown = next((one.quantity for one in shopper.hands.look().lines if one.line == thing.line), 1)
    things = [thing, *(_another(shopper, thing) for _ in range(count - 1))] if shown == count else [thing]
    for one in things:
        one.line = thing.line
    shopper.visit.sales[thing.line] = Sale(thing.product, len(things))
    if shopper.chance.random() < 0.5:  # noqa: PLR2004 - half of them
        shopper.put(*things)
        return
    for one in things:
        yield shopper.between((0.6, 1.5))
        shopper.put(one)


def _voided(shopper: "Shopper", thing: Thing, _waiting: list[Thing]) -> Waits:
    """Bought, and then not wanted: off the bill and out of the bag, in either order."""
    yield from shopper.buy(thing)
    if not thing.in_bag or thing.line is None:
        return
    yield shopper.between((1.5, 4.0))
    if shopper.chance.random() < 0.5:  # noqa: PLR2004 - half of them
        shopper.take(thing)
        yield shopper.between((1.0, 3.0))
        shopper.void(thing.line)
    else:
        shopper.void(thing.line)
        yield shopper.between((1.0, 4.0))
        shopper.take(thing)


ANY_GOODS = frozenset({Slip.LIFTED})
WAYS: Mapping[Slip, Way] = {
    Slip.RESCAN: _rescan,
    Slip.DOUBLE_SCAN: _double_scan,
    Slip.SAME_AGAIN: _same_again,
    Slip.TWO_AT_ONCE: _two_at_once,
    Slip.SEVERAL_SCANNED: _several_scanned,
    Slip.BAG_FIRST: _bag_first,
    Slip.BAG_FIRST_SLOW: _bag_first_slow,
    Slip.LIFTED: _lifted,
    Slip.TROLLEY: _trolley,
    Slip.QUANTITY: _quantity,
    Slip.VOIDED: _voided,
}
