"""An attendant who comes when called, looks at what really lies there, and settles it."""

from collections.abc import Callable, Mapping

from edge.sim.lane.goods import Sold
from edge.sim.lane.hands import Hands
from edge.sim.lane.person import Person, Waits
from edge.sim.lane.rates import Rates
from edge.sim.lane.shopper import Shopper
from edge.sim.lane.truth import Visit

AGE_REFUSED = 0.02
SCANS_IT = 0.5
LOOKS_S = (2.0, 6.0)


class Attendant:
    """One visit of an attendant at a lane."""

    def __init__(self, hands: Hands, shopper: Shopper | None, rates: Rates, money_came: Callable[[], bool]) -> None:
        """Not yet there.

        Args:
            hands: at the lane.
            shopper: who stands there; None when nobody does.
            rates: for times.
            money_came: asks the terminal itself how the last payment ended.
        """
        self._hands, self._shopper, self._rates, self._money_came = hands, shopper, rates, money_came

    def come(self) -> Waits:
        """Walk there, look, and do what the call is for; nothing when it has settled itself."""
        chance = None if self._shopper is None else self._shopper.chance
        yield self._rates.attendant[0] if chance is None else chance.uniform(*self._rates.attendant)
        call = self._hands.look().call
        if not call:
            return
        yield LOOKS_S[0] if chance is None else chance.uniform(*LOOKS_S)
        if self._hands.look().call == call and self._shopper is not None:
            yield from CALLS[call](self, self._shopper)
        elif call == "left_goods":
            self._hands.attend("dismiss")

    def bag(self, shopper: Shopper) -> Waits:
        """Look into the bag: what is not paid is scanned or taken out; a bag that is right is let pass."""
        visit, paid = shopper.visit, self._hands.look().phase == "clear_bag"
        wrong = bool(visit.unpaid) or any(one.sold_as is not None for one in visit.bag)
        helper = Person(self._hands, visit, self._rates, shopper.chance, weighs_on_bag=shopper.weighs_on_bag)
        yield from self._unpaid(helper, visit, paid=paid)
        for thing in visit.bag:
            if thing.sold_as is not None and thing.line is not None and not paid:
                self._hands.attend("void", line=thing.line)
                helper.gone(thing.line)
                helper.take(thing)
                yield 1.5
        yield 2.0
        if self._hands.look().call == "bag":
            self._hands.attend("accept" if wrong or visit.foreign_g else "false_alarm", reason="looked into the bag")

    def _unpaid(self, helper: Person, visit: Visit, *, paid: bool) -> Waits:
        for thing in visit.unpaid:
            if not paid and thing.product.sold is Sold.GTIN and helper.chance.random() < SCANS_IT:
                yield from helper.ring_up(thing)
            if thing.line is None:
                helper.take(thing)
            yield 1.5

    def age(self, shopper: Shopper) -> Waits:
        """Look at a face."""
        if shopper.chance.random() >= AGE_REFUSED:
            self._hands.attend("age_ok", reason="looked")
            return
        self._hands.attend("age_refused", reason="too young")
        young = [line for line, sale in shopper.visit.sales.items() if sale.product.min_age]
        gone = [thing for thing in shopper.visit.bag if thing.line in young]
        for line in young:
            shopper.visit.void(line)
        yield 1.0
        if gone:
            shopper.take(*gone)

    def payment(self, _shopper: Shopper) -> Waits:
        """Ask the terminal itself."""
        action = "paid" if self._money_came() else "not_paid"
        self._hands.attend(action, reason="read off the terminal")
        yield 0.5

    def walked_off(self, shopper: Shopper) -> Waits:
        """Put the goods aside."""
        self._hands.attend("cancel", reason="the shopper is gone")
        visit = shopper.visit
        if visit.bag or visit.foreign_g:
            shopper.hands.change(-sum(one.grams for one in visit.bag) - visit.foreign_g)
            for thing in visit.bag:
                thing.in_bag = False
            visit.foreign_g = 0.0
        yield 1.0

    def scale(self, _shopper: Shopper) -> Waits:
        """The bag is looked at without a scale."""
        self._hands.attend("accept", reason="looked into the bag")
        yield 0.5

    def dismissed(self, _shopper: Shopper) -> Waits:
        """Help was given."""
        self._hands.attend("dismiss")
        yield 0.5


CALLS: Mapping[str, Callable[[Attendant, Shopper], Waits]] = {
    "bag": Attendant.bag,
    "age": Attendant.age,
    "payment": Attendant.payment,
    "walked_off": Attendant.walked_off,
    "scale": Attendant.scale,
    "help": Attendant.dismissed,
    "unknown_item": Attendant.dismissed,
    "receipt": Attendant.dismissed,
    "left_goods": Attendant.dismissed,
}
