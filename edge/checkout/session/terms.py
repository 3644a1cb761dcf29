"""What a lane goes by: its settings and the price book of its session. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from edge.checkout.bagging.explain import Tolerance
from edge.checkout.price_book import PriceBook


class OnScaleFault(StrEnum):
    """What a lane does without its scale: an attendant looks into every bag, or nothing is sold."""

    ATTENDED = "attended"
    CLOSE = "close"


class LaneSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a lane behaves. Seconds and grams.

    Attributes:
        tolerance: of the bagging scale.
        grace_s: from weight at rest to a nudge: time to scan what was put down first.
        escalate_s: from a nudge, or the shopper's last try to put it right, to the attendant.
        review_s: the same, once the shopper wants to pay.
        remove_s: time to take out what was voided.
        own_bag_limit_g: the heaviest bag that a shopper may bring without being looked at; once a session.
        still_there_s: without any sign of the shopper.
        abandon_s: after that question.
        pay_patience_s: for the terminal, before an attendant is called.
        ask_every_s: how often the terminal is asked meanwhile.
        tender_s: a shopper who was declined, or went back, and does nothing.
        clear_s: to take the goods away.
        left_goods_s: something lies on a lane that nobody uses.
        attend_s: an attendant who was called and did nothing.
        on_scale_fault: what to do without the scale.
        has_scale: there is a bagging scale at all.
        weigh_on_bag: goods by weight are weighed by the bagging scale as they are put there; else by a scale of their
            own.
        terminal: there is a payment terminal; without one an attendant takes the money.
        false_alert_budget: share of sessions that may have a false alert before tolerance is loosened.
        head: of the receipt.
        total_text: the word before the total of the receipt.
        foot: of the receipt.
        timezone: IANA name; receipts and business dates are in it.
    """

    tolerance: Tolerance = Tolerance()
    grace_s: float = 1.0
    escalate_s: float = 12.0
    review_s: float = 8.0
    remove_s: float = 8.0
    own_bag_limit_g: float = 400.0
    still_there_s: float = 90.0
    abandon_s: float = 45.0
    pay_patience_s: float = 120.0
    ask_every_s: float = 3.0
    tender_s: float = 120.0
    clear_s: float = 60.0
    left_goods_s: float = 120.0
    attend_s: float = 300.0
    on_scale_fault: OnScaleFault = OnScaleFault.ATTENDED
    has_scale: bool = True
    weigh_on_bag: bool = True
    terminal: bool = True
    false_alert_budget: float = 0.005
    head: tuple[str, ...] = ()
    total_text: str = "TOTAL"
    foot: tuple[str, ...] = ()
    timezone: str = "UTC"


@dataclass(frozen=True)
class Terms:
    """What one step is judged by.

    Attributes:
        lane: its id.
        journal: the journal's own id: session and receipt numbers are unique within it.
        book: the price book that the session is pinned to; without a session, the current one.
        settings: of the lane.
    """

    lane: str
    journal: str
    book: PriceBook
    settings: LaneSettings = field(default_factory=LaneSettings)
