"""A shopper from the first code to the way out."""

from edge.sim.lane import corrections, slips, theft
from edge.sim.lane.goods import Shop
from edge.sim.lane.hands import Hands
from edge.sim.lane.person import CLOSED, DECLINED, NUDGES, PATIENCE_S, STILL_THERE, WAIT, Person, Waits
from edge.sim.lane.plan import Plan
from edge.sim.lane.rates import RATES, Rates, Slip, Theft
from edge.sim.lane.truth import Thing, Visit

MEMBER_CODE = "]C0MEMBER-0042"
MOST_CORRECTIONS = 6
SLOW_PATIENCE_S = 20.0
LATER = frozenset({Theft.ADDED_AFTER_PAYING, Theft.PUT_BACK_AFTER_PAYING})


class Shopper(Person):
    """One shopper; `shop` is what happens, as the times between one doing and the next."""

    def __init__(
        self, hands: Hands, plan: Plan, shop: Shop, rates: Rates = RATES, *, weighs_on_bag: bool = True
    ) -> None:
        """Nothing has happened yet.

        Args:
            hands: at the lane.
            plan: who it is.
            shop: what there is to be had.
            rates: for times.
            weighs_on_bag: the lane weighs produce with the scale of the bag.
        """
        super().__init__(hands, Visit(things=list(plan.things)), rates, plan.chance, weighs_on_bag=weighs_on_bag)
        self.plan, self.shop_of = plan, shop
        self._nudge_ignored = False
        self.lifted = 0

    def shop(self) -> Waits:
        """The whole visit."""
        yield from slips.bring_bag(self)
        if self.plan.member and Slip.LATE_MEMBER not in self.plan.slips:
            yield from self._show_member()
        yield from self._buy_all()
        if self.visit.walked_off or self.visit.stuck:
            return
        if self.plan.member and Slip.LATE_MEMBER in self.plan.slips:
            yield from self._show_member()
        yield from theft.before_paying(self)
        yield from self._pay()
        if self.visit.paid:
            yield from theft.after_paying(self)
            yield from self._leave()

    def _show_member(self) -> Waits:
        self.hands.scan(MEMBER_CODE)
        yield 1.0

    def _buy_all(self) -> Waits:
        """Item after item, with what goes wrong or is done wrong on the way."""
        waiting = list(self.plan.things)
        disturbed_at = self.chance.randrange(len(waiting))
        gone_at = self.chance.randrange(len(waiting))
        thefts = [kind for kind in self.plan.thefts if kind not in LATER]
        at = {self.chance.randrange(len(waiting)): kind for kind in thefts}
        for n in range(len(waiting)):
            if not waiting:
                break
            if Slip.WALKS_OFF in self.plan.slips and n == gone_at:
                self.visit.walked_off = True
                return
            if n == disturbed_at:
                yield from slips.disturb(self)
            thing = waiting.pop(0)
            if n in at:
                yield from theft.steal(self, at[n], thing, waiting)
            else:
                yield from slips.buy(self, thing, waiting)
            yield from self.obey()
            if self.visit.stuck:
                return
            yield self.between(self.rates.to_next)
            yield from self.obey()

    def buy(self, thing: Thing) -> Waits:
        """As it should be: scan it, put it down."""
        if not (yield from self.ring_up(thing)):
            self.visit.things.remove(thing)
            return
        if not thing.in_bag:
            yield self.between(self.rates.to_bag)
            self.put(thing)

    def nudged(self) -> bool:
        """Whether something is being asked of the shopper, or of an attendant, now."""
        seen = self.hands.look()
        return seen.prompt in NUDGES or seen.prompt == WAIT

    def obey(self) -> Waits:
        """Do what the screen asks for, as long as it does; a dishonest shopper may not."""
        for _ in range(MOST_CORRECTIONS):
            seen = self.hands.look()
            if seen.prompt == WAIT:
                yield from self.attended()
            elif seen.prompt == STILL_THERE:
                yield 2.0
                self.hands.press("back")
            elif seen.prompt == CLOSED:
                self.visit.stuck = "the lane is closed"
                return
            elif seen.prompt in NUDGES:
                if self._ignores():
                    return
                yield self.between(self.rates.reaction)
                if self.hands.look().prompt in NUDGES:
                    yield from corrections.put_right(self, self.hands.look().prompt)
                    yield 2.0
            else:
                self._nudge_ignored = False
                return

    def _ignores(self) -> bool:
        """A dishonest shopper decides once a nudge."""
        if not self._nudge_ignored and not self.plan.honest:
            self._nudge_ignored = self.chance.random() >= self.rates.complies
        return self._nudge_ignored

    def _pay(self) -> Waits:
        """Press the key until there is a receipt."""
        waited, pressed_at = 0.0, -10.0
        while waited < PATIENCE_S:
            seen = self.hands.look()
            if seen.receipt:
                self.visit.paid = True
                return
            if seen.phase == "idle" or not seen.lines:
                self.visit.stuck = f"nothing to pay in {seen.phase}"
                return
            asks = seen.prompt in NUDGES or seen.prompt in {WAIT, STILL_THERE}
            if asks:
                yield from self.obey()
            seen = self.hands.look()
            payable = seen.phase in {"scanning", "mismatch", "tender"}
            if payable and waited - pressed_at > 3.0:  # noqa: PLR2004 - seconds
                yield 2.0 if seen.prompt == DECLINED else 0.5
                self.hands.press("pay")
                pressed_at = waited
            yield 1.0
            waited += 1.0
        self.visit.stuck = f"could not pay in {self.hands.look().phase}"

    def _leave(self) -> Waits:
        """Take everything away, in one to three goes."""
        yield self.between(self.rates.to_next)
        waited = 0.0
        while self.hands.look().call == "bag" and waited < SLOW_PATIENCE_S + self.rates.attendant[1]:
            yield 1.0
            waited += 1.0
        while bag := self.visit.bag:
            handful = bag[-self.chance.randint(2, 12) :]
            self.take(*handful)
            if len(handful) == len(bag):
                break
            yield self.between((0.8, 2.0))
        if self.visit.foreign_g:
            self.hands.change(-self.visit.foreign_g)
            self.visit.foreign_g = 0.0
        yield 2.0
