"""How shoppers put right what the screen asks for. Who complies without being honest shows in the visit's truth."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from edge.sim.lane.goods import Sold
from edge.sim.lane.person import Waits
from edge.sim.lane.rates import Slip
from edge.sim.lane.truth import Thing

if TYPE_CHECKING:
    from edge.sim.lane.shopper import Shopper

PRESSES_OWN_BAG, KEEPS = 0.6, 0.6
# Who has lifted the last thing so often without success waits for somebody to come.
MOST_LIFTED, HELPLESS_S = 2, 8.0


def put_right(shopper: "Shopper", prompt: str) -> Waits:
    """Once, what a shopper does when asked."""
    yield from PUT_RIGHT[prompt](shopper)


def _scan_it(shopper: "Shopper") -> Waits:
    """What lies there and was not scanned is scanned, or taken out; else what is no goods is taken away."""
    thing = next(iter(shopper.visit.unpaid), None)
    if thing is not None:
        yield from _make_good(shopper, thing)
    elif shopper.visit.foreign_g:
        if shopper.chance.random() < PRESSES_OWN_BAG and Slip.OWN_BAG_UNTOLD in shopper.visit.slips:
            shopper.hands.press("own_bag")
        else:
            take_foreign(shopper)
    else:
        yield from _lift_newest(shopper)


def _check_it(shopper: "Shopper") -> Waits:
    switched = next((thing for thing in shopper.visit.bag if thing.sold_as is not None), None)
    if switched is not None and switched.line is not None:
        shopper.void(switched.line)
        shopper.take(switched)
        _righted(shopper, switched)
    elif shopper.visit.unpaid or shopper.visit.foreign_g:
        yield from _scan_it(shopper)
    else:
        yield from _lift_newest(shopper)


def _make_good(shopper: "Shopper", thing: Thing) -> Waits:
    if thing.product.sold is Sold.GTIN and shopper.chance.random() < KEEPS:
        yield from shopper.ring_up(thing)
    else:
        shopper.take(thing)
        if not shopper.plan.thefts and thing.product.sold is Sold.GTIN:
            yield 1.0
            if (yield from shopper.ring_up(thing)):
                shopper.put(thing)
    if thing.line is not None or not thing.in_bag:
        _righted(shopper, thing)


def _righted(shopper: "Shopper", thing: Thing) -> None:
    """The theft of that thing is undone: the one whose goods weigh as it does."""
    left = [theft for theft in shopper.visit.thefts if theft.righted_at is None]
    if left:
        undone = min(left, key=lambda theft: abs(theft.grams - thing.grams))
        undone.righted_at = shopper.hands.now()


def take_foreign(shopper: "Shopper") -> None:
    """Take away what is no goods."""
    shopper.hands.change(-shopper.visit.foreign_g)
    shopper.visit.foreign_g = 0.0


def _lift_newest(shopper: "Shopper") -> Waits:
    """Nothing is wrong that the shopper knows of: lift the last thing and put it down again; later, wait for help."""
    bag = shopper.visit.bag
    shopper.lifted += 1
    if shopper.lifted > MOST_LIFTED:
        yield HELPLESS_S
    elif bag:
        shopper.take(bag[-1])
        yield shopper.between((1.0, 2.5))
        shopper.put(bag[-1])
        yield 1.0


def _put_back(shopper: "Shopper") -> Waits:
    for thing in shopper.visit.things:
        if thing.line is not None and not thing.in_bag:
            shopper.put(thing)
            yield 1.0


def _take_out(shopper: "Shopper") -> Waits:
    unpaid = shopper.visit.unpaid
    if unpaid:
        shopper.take(*unpaid)
        for thing in unpaid:
            _righted(shopper, thing)
    yield 1.0


PUT_RIGHT: Mapping[str, Callable[["Shopper"], Waits]] = {
    "scan_it": _scan_it,
    "check_it": _check_it,
    "put_back": _put_back,
    "take_out": _take_out,
}
