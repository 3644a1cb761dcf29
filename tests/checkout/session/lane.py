"""A lane for tests: what happens to it in one line each, and all that it asked for."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from edge.checkout.bagging.piece import WeightMode
from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.price_book import PriceBook
from edge.checkout.product import Product, SoldBy
from edge.checkout.session.effects import AnyEffect, Publish, StartPayment
from edge.checkout.session.inputs import (
    Action,
    AnyInput,
    Article,
    Attended,
    Instant,
    ItemScanned,
    Key,
    PaymentSaid,
    Pressed,
    TimePassed,
    Weighed,
)
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt, Screen
from edge.checkout.session.state import LaneState
from edge.checkout.session.step import step
from edge.checkout.session.terms import LaneSettings, Terms
from edge.checkout.session.view import screen
from edge.events import Event
from tests.checkout.books import NOON, book_of

WEIGHTS = {
    "06901234567892": 520.0,
    "06901234567908": 1030.0,
    "09787111128069": 410.0,
    "06901234567915": 980.0,
    "06901234567922": 62.0,
}
E = TypeVar("E", bound=Event)


def article(product: Product, weight_g: float | None = None, *, known: bool = True) -> Article:
    """A product as it would come from the scanner."""
    by_weight = product.sold_by is SoldBy.KG
    mean = WEIGHTS.get(product.key)
    modes = (WeightMode(mean, 0.01 * mean, 50),) if mean and known and not by_weight else ()
    return Article(
        key=product.key,
        gtin=product.key if len(product.key) == 14 else "",
        name=product.name,
        by_weight=by_weight,
        weight_g=None if weight_g is None else Decimal(str(weight_g)),
        min_age=product.min_age,
        tare_g=product.tare_g,
        modes=modes,
    )


@dataclass
class Lane:
    """One lane, its scale at 0 g, and everything that it did."""

    settings: LaneSettings = field(default_factory=LaneSettings)
    book: PriceBook = field(default_factory=book_of)
    state: LaneState = field(default_factory=LaneState)
    now_s: float = 1000.0
    level_g: float = 0.0
    effects: list[AnyEffect] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The scale says for the first time what lies there."""
        self.send(Weighed(weight_g=self.level_g, delta_g=0.0, sd_g=0.5, since_s=self.now_s))

    @property
    def terms(self) -> Terms:
        return Terms("sco-1", "j1", self.book, self.settings)

    @property
    def at(self) -> Instant:
        return Instant(self.now_s, NOON + timedelta(seconds=self.now_s - 1000.0))

    @property
    def phase(self) -> Phase:
        return self.state.phase

    def is_in(self, phase: Phase) -> bool:
        return self.state.phase is phase

    def asks(self, prompt: Prompt) -> bool:
        """Whether the shopper is asked for that."""
        return self.screen.prompt is prompt

    def calls(self, call: Call | None) -> bool:
        """Whether an attendant is called for that."""
        return self.screen.call is call

    @property
    def screen(self) -> Screen:
        return screen(self.state, self.terms)

    def send(self, event: AnyInput) -> tuple[AnyEffect, ...]:
        self.state, effects = step(self.state, event, self.at, self.terms)
        self.effects += effects
        return effects

    def wait(self, seconds: float) -> None:
        """Let time pass; timers go off when they are due."""
        end = self.now_s + seconds
        while self.state.due is not None and self.state.due <= end:
            self.now_s = max(self.now_s + 0.01, self.state.due)
            self.send(TimePassed())
        self.now_s = max(end, self.now_s)

    def scan(self, product: Product) -> None:
        self.wait(1.0)
        self.send(ItemScanned(article=article(product), version=self.book.version))

    def scan_unknown_weight(self, product: Product) -> None:
        self.wait(1.0)
        self.send(ItemScanned(article=article(product, known=False), version=self.book.version))

    def put(self, grams: float, sd_g: float = 0.5) -> None:
        """Something comes onto the scale, or goes, and it rests."""
        self.wait(1.0)
        self.level_g += grams
        self.send(Weighed(weight_g=self.level_g, delta_g=grams, sd_g=sd_g, since_s=self.now_s - 0.4))

    def buy(self, product: Product, grams: float | None = None) -> None:
        self.scan(product)
        self.put(WEIGHTS[product.key] if grams is None else grams)

    def press(self, key: Key, line: int | None = None, quantity: int | None = None) -> None:
        self.wait(0.5)
        self.send(Pressed(key=key, line=line, quantity=quantity))

    def attend(self, action: Action, reason: str = "seen", line: int | None = None) -> None:
        self.wait(2.0)
        self.send(Attended(action=action, badge="b7", reason=reason, line=line))

    def answer(self, outcome: Outcome, attempt: str | None = None, amount: int | None = None) -> None:
        self.wait(1.0)
        attempt = self.started[-1].attempt if attempt is None else attempt
        self.send(PaymentSaid(result=PaymentResult(attempt_id=attempt, outcome=outcome, amount=amount)))

    def pay(self) -> None:
        self.press(Key.PAY)
        self.answer(Outcome.APPROVED)

    def take_all(self) -> None:
        self.put(-self.level_g)

    @property
    def started(self) -> list[StartPayment]:
        return [one for one in self.effects if isinstance(one, StartPayment)]

    def events(self, kind: type[E]) -> list[E]:
        return [one.event for one in self.effects if isinstance(one, Publish) and isinstance(one.event, kind)]
