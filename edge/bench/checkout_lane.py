"""A simulated shopper at the real lane: bytes, codes, steps, weighing and payments as in a shop, in simulated time.

Nothing waits here: what happens next is the earliest of all that is due.
"""

import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from edge.bench.checkout_baseline import LastLineRule
from edge.bench.checkout_clock import Clock
from edge.bench.checkout_outcome import SessionOutcome
from edge.bench.checkout_shop import judged_by, weight_range
from edge.bench.checkout_till import Till
from edge.checkout.bagging.learning import Candidate
from edge.checkout.debounce import Debounce, DebounceSettings, identity
from edge.checkout.debounce import Seen as Read
from edge.checkout.lane_setup import weighing_of
from edge.checkout.payment.adapter import PaymentResult
from edge.checkout.printer_status import PrinterState
from edge.checkout.resolve import choose, resolve
from edge.checkout.scanners.driver import ScannerSettings
from edge.checkout.scanners.plain import Plain
from edge.checkout.session.effects import (
    AnyEffect,
    AskPayment,
    CancelPayment,
    Learn,
    Print,
    Publish,
    ReversePayment,
    StartPayment,
)
from edge.checkout.session.inputs import (
    Action,
    AnyInput,
    Attended,
    Disturbed,
    Instant,
    Key,
    PaymentSaid,
    Pressed,
    Printed,
    ProduceWeighed,
    TimePassed,
    Weighed,
)
from edge.checkout.session.state import LaneState, Level
from edge.checkout.session.step import step
from edge.checkout.session.terms import LaneSettings, Terms
from edge.checkout.session.view import screen
from edge.events import CheckoutAlertRaised, CheckoutCompleted, CheckoutItemScanned, CheckoutItemVoided, Event
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.observations import Rested, Unsettled
from edge.scale.weighing.plate import Plate
from edge.sim.lane.attendant import Attendant
from edge.sim.lane.goods import Product, Shop
from edge.sim.lane.hands import Seen, SeenLine
from edge.sim.lane.physics import RATE_HZ, BagScale
from edge.sim.lane.plan import Plan
from edge.sim.lane.rates import RATES, Rates, Slip
from edge.sim.lane.shopper import Shopper
from edge.sim.lane.truth import Visit, total

BEGAN = datetime(2026, 5, 1, 8, tzinfo=UTC)
CAPACITY_G = 30_000.0
# A day of a lane: weights that are learned have to agree over several.
SESSIONS_A_DAY = 150
BETWEEN_S, LONGEST_S, SETTLING_S = 8.0, 1800.0, 400.0
PRINT_S = 0.6
# A timer that is due is not asked more often than a shell would.
LEAST_TIMER_S, ROUNDING_S = 0.05, 1e-6


class BenchLane:
    """One lane with its scale, scanner, terminal and clock. It is the `Hands` of who stands there."""

    def __init__(self, shop: Shop, seed: int, *, judges: bool = True, settings: LaneSettings | None = None) -> None:
        """An idle lane.

        Args:
            shop: what it sells.
            seed: of scale, terminal and delays.
            judges: its scale says itself when it is still.
            settings: of the lane.
        """
        self._settings = settings or LaneSettings()
        self._chance = random.Random(f"lane {seed}")  # noqa: S311 - a simulation
        self._judged = judged_by(shop, self._chance)
        self._terms = Terms(lane="l1", journal=f"bench{seed}", book=self._judged.book, settings=self._settings)
        self._shop = shop
        self._products = {one.code: one for one in shop.goods}
        tolerance = self._settings.tolerance
        self._scale = BagScale(seed, division_g=tolerance.division_g, judges=judges)
        self._plate = Plate(CAPACITY_G, weighing_of(tolerance.division_g))
        self._scanner, self._debounce = Plain(ScannerSettings()), Debounce(DebounceSettings())
        self.till = Till(seed, self._said)
        self._rule = LastLineRule()
        self._state = LaneState()
        self._clock, self._days = Clock(), 0
        self._due: float | None = None
        self._shown: tuple[LaneState, Seen] | None = None
        self._rates = RATES
        self._outcome = SessionOutcome(-1, honest=True, visit=Visit())
        self._weighed: dict[int, float] = {}
        self._shopper: Shopper | None = None
        self._calling = False
        self._clock.then(1.0, self._sample)
        self._clock.run_until(lambda: self._clock.now > BETWEEN_S)

    def serve(self, plan: Plan, rates: Rates = RATES) -> SessionOutcome:
        """Let one shopper come and go."""
        self._days = plan.number // SESSIONS_A_DAY
        self._rates = rates
        shopper = Shopper(self, plan, self._shop, rates, weighs_on_bag=self._settings.weigh_on_bag)
        self._shopper, self._weighed = shopper, {}
        self._outcome = SessionOutcome(plan.number, honest=plan.honest, visit=shopper.visit)
        began, done = self._clock.now, [False]
        self._clock.walk(shopper.shop(), done)
        self._clock.run_until(lambda: done[0] or self._clock.now - began > LONGEST_S)
        self._after(shopper)
        self._outcome.lasted_s = self._clock.now - began
        self._settle_accounts(shopper.visit)
        self._shopper = None
        self._rule.next_shopper()
        self._debounce.reset()
        until = self._clock.now + BETWEEN_S
        self._clock.run_until(lambda: self._clock.now > until)
        return self._outcome

    def _after(self, shopper: Shopper) -> None:
        """Nobody stands there any more; the lane has to come to itself."""
        until = self._clock.now + SETTLING_S
        self._clock.run_until(lambda: self._state.session is None or self._clock.now > until)
        if self._state.session is not None and not shopper.visit.stuck:
            shopper.visit.stuck = f"the lane stays in {self._state.phase}"
        if abs(self._scale.load_g) > 0:
            self._scale.change(self._clock.now, -self._scale.load_g)
        if self._state.session is not None:
            self._input(Attended(action=Action.CANCEL, badge="bench", reason="the lane does not come to an end"))
            self._clock.run_until(lambda: self._state.session is None or self._clock.now > until + SETTLING_S)
            self._state = LaneState(sessions=self._state.sessions, receipts=self._state.receipts)

    def _settle_accounts(self, visit: Visit) -> None:
        outcome = self._outcome
        if outcome.charged is not None:
            outcome.due = total(visit.sales, self._weighed)
        for line, grams in self._weighed.items():
            sale = visit.sales.get(line)
            if sale is not None and abs(grams - (sale.grams or 0.0)) > 2 * self._scale.division_g:
                outcome.weights_off += 1

    # What people do.

    def now(self) -> float:
        """Seconds of the lane."""
        return self._clock.now

    def look(self) -> Seen:
        """At the screen."""
        if self._shown is None or self._shown[0] is not self._state:
            shown = screen(self._state, self._terms)
            lines = tuple(SeenLine(one.line, one.name, one.quantity, one.amount) for one in shown.lines)
            call = "" if shown.call is None else str(shown.call)
            seen = Seen(str(shown.phase), str(shown.prompt), lines, shown.total, call, shown.receipt)
            self._shown = (self._state, seen)
        return self._shown[1]

    def scan(self, text: str) -> None:
        """The code's bytes arrive a little later."""
        data = text.encode() + b"\r\n"
        self._clock.then(self._chance.uniform(*self._rates.late_scan), lambda: self._bytes(data))

    def choose(self, code: str) -> None:
        """Pick produce on the screen."""
        self._input(choose(code, self._instant(), self._judged))

    def weigh(self, grams: float) -> None:
        """On the produce scale."""
        self._input(ProduceWeighed(weight_g=Decimal(round(grams))))

    def change(self, delta_g: float) -> float:
        """Put something into the bagging area, or take it out."""
        settled = self._scale.change(self._clock.now, delta_g)
        self._outcome.settling.append((self._clock.now, settled))
        return settled

    def lean(self, grams: float, lasts_s: float) -> None:
        """On the bagging area."""
        self._scale.lean(self._clock.now, grams, lasts_s)

    def press(self, key: str, *, line: int | None = None, quantity: int | None = None) -> None:
        """A key of the screen."""
        self._input(Pressed(key=Key(key), line=line, quantity=quantity))

    def attend(self, action: str, *, reason: str = "", line: int | None = None) -> None:
        """As the attendant."""
        self._input(Attended(action=Action(action), badge="a1", reason=reason, line=line))

    def _instant(self) -> Instant:
        return Instant(self._clock.now, BEGAN + timedelta(days=self._days, seconds=self._clock.now % 40_000.0))

    # From devices to the core.

    def _sample(self) -> None:
        grams, judged = self._scale.read(self._clock.now)
        still = judged and grams is not None
        reading = WeightReading(0, self._clock.now, grams, Status.STABLE if still else Status.UNSTABLE)
        for seen in self._plate.reading(reading):
            if isinstance(seen, Rested):
                if not seen.refined:
                    self._rule.weight(seen.delta_g)
                self._input(
                    Weighed(
                        weight_g=seen.weight_g,
                        delta_g=seen.delta_g,
                        sd_g=seen.sd_g,
                        since_s=seen.since,
                        refined=seen.refined,
                        unseen=seen.unseen,
                    )
                )
            elif isinstance(seen, Unsettled):
                self._input(Disturbed(excess_g=seen.excess_g))
        self._clock.then(1 / RATE_HZ, self._sample)

    def _bytes(self, data: bytes) -> None:
        began = time.perf_counter()
        for frame in self._scanner.receive(data, self._clock.now):
            if self._debounce.see(identity(frame), self._clock.now) is Read.SCAN:
                self._input(resolve(frame, self._instant(), self._judged))
                self._outcome.scan_ms.append((time.perf_counter() - began) * 1000)

    def _input(self, event: AnyInput) -> None:
        before = 0 if self._state.session is None else self._state.session.nudges
        self._state, effects = step(self._state, event, self._instant(), self._terms)
        session = self._state.session
        if session is not None and session.nudges > before:
            cause = next(one.cause for one in reversed(session.alerts) if one.level is Level.NUDGE)
            self._outcome.nudges.append((self._clock.now, cause))
        for effect in effects:
            self._do(effect)
        if self._state.due is not None and self._state.due != self._due:
            self._clock.then(max(LEAST_TIMER_S, self._state.due - self._clock.now), self._timer)
        self._due = self._state.due
        if self._state.call is not None and not self._calling:
            self._calling = True
            self._attend()

    def _timer(self) -> None:
        if self._state.due is not None and self._clock.now + ROUNDING_S >= self._state.due:
            self._due = None
            self._input(TimePassed())

    def _attend(self) -> None:
        def over() -> None:
            if not done[0]:
                self._clock.then(0.5, over)
                return
            self._calling = False
            if self._state.call is not None:
                self._calling = True
                self._attend()

        done = [False]
        attendant = Attendant(self, self._shopper, self._rates, self.till.money_came)
        self._clock.then(0.1, lambda: self._clock.walk(attendant.come(), done))
        self._clock.then(0.5, over)

    # Effects.

    def _do(self, effect: AnyEffect) -> None:
        match effect:
            case Publish(event=event):
                self._published(event)
            case StartPayment() | AskPayment() | CancelPayment() | ReversePayment():
                self._pay(effect)
            case Print(receipt=receipt):
                done = Printed(receipt=receipt.number, sent=True, state=PrinterState.READY)
                self._clock.then(PRINT_S, lambda: self._input(done))
            case Learn():
                self._learn(effect)
            case _:
                pass

    def _pay(self, effect: StartPayment | AskPayment | CancelPayment | ReversePayment) -> None:
        if isinstance(effect, StartPayment):
            self._rule.payment_started()
            self._outcome.suspects = bool(self._outcome.suspects) or bool(self._rule.told)
        slow = self._shopper is not None and Slip.SLOW_PAYMENT in self._shopper.plan.slips
        self.till.do(effect, self._clock.now, self._rates.paying_slowly if slow else self._rates.paying)

    def _said(self, after_s: float, result: PaymentResult) -> None:
        self._clock.then(after_s, lambda: self._input(PaymentSaid(result=result)))

    def _published(self, event: Event) -> None:
        if isinstance(event, CheckoutAlertRaised):
            self._outcome.alerts.append((self._clock.now, event.cause))
        elif isinstance(event, CheckoutCompleted):
            self._outcome.charged = event.total
        elif isinstance(event, CheckoutItemScanned):
            self._scanned_line(event)
        elif isinstance(event, CheckoutItemVoided):
            self._rule.voided(event.key)

    def _scanned_line(self, event: CheckoutItemScanned) -> None:
        product = self._product(event.key)
        if event.weight_g:
            self._rule.weighed_line(event.key, float(event.weight_g))
            if not product.packages and product.code == event.key:
                self._weighed[event.line] = float(event.weight_g)
        else:
            for _ in range(event.quantity):
                self._rule.scanned(event.key, *weight_range(product))

    def _product(self, key: str) -> Product:
        return self._products.get(key) or self._products[key[-13:]]

    def _learn(self, effect: Learn) -> None:
        book_g = self._product(effect.key).book_g
        day = self._instant().wall.toordinal()
        candidate = Candidate(effect.weight_g, effect.session, day, effect.vouched)
        self._judged.weights.learn(effect.key, candidate, None if book_g is None else float(book_g))
