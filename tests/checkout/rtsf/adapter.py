"""A trace through the RTSF rule, and through our lane."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edge.checkout.bagging.piece import WeightMode
from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.product import Product
from edge.checkout.session.inputs import Article, ItemScanned, Key, PaymentSaid, Pressed, Weighed
from edge.events import CheckoutAlertRaised, CheckoutCompleted
from tests.checkout.books import book_of
from tests.checkout.rtsf import traces
from tests.checkout.rtsf.rtsf_rule import Range, RtsfRule
from tests.checkout.rtsf.traces import NOT_OURS, Happening
from tests.checkout.session.lane import Lane

GRAMS = Decimal("453.59237")
# After the last event of a trace: time for whatever is going to be told.
AFTER_S = 30.0
REST_S = 0.4


@dataclass(frozen=True)
class Ours:
    """What our lane made of a trace.

    Attributes:
        nudges: how often the shopper was asked to put something right.
        alerts: causes of which the attendant was told.
        paid: whether the sale was made.
        ignored: events of cameras and tag readers that we do not take.
    """

    nudges: int
    alerts: tuple[str, ...]
    paid: bool
    ignored: int


def mode(weight: Range) -> WeightMode:
    """Any weight in a range alike, as mean and spread."""
    least, most = (float(pounds * GRAMS) for pounds in (weight.least, weight.most))
    return WeightMode((least + most) / 2, (most - least) / math.sqrt(12), 50)


def through_ours(events: list[Happening]) -> Ours:
    """A trace through a lane with a terminal that approves when the trace says so."""
    known = traces.products()
    lane = Lane(book=book_of(*(Product(key, one.name, 99) for key, one in known.items()), code="USD"))
    begin = lane.now_s
    for event in events:
        lane.wait(begin + event.at_s - lane.now_s)
        if event.device == "Scale":
            grams = float(event.total * GRAMS)
            _weigh(lane, grams)
        elif event.kind == "scanned-item":
            lane.send(_scan(event.data, known, lane.book.version))
        elif event.kind == "basket-open":
            lane.send(Pressed(key=Key.START))
        elif event.kind == "payment-start":
            lane.send(Pressed(key=Key.PAY))
        elif event.kind == "payment-success" and lane.started:
            result = PaymentResult(attempt_id=lane.started[-1].attempt, outcome=Outcome.APPROVED)
            lane.send(PaymentSaid(result=result))
    lane.wait(AFTER_S)
    session = lane.state.session
    return Ours(
        nudges=0 if session is None else session.nudges,
        alerts=tuple(one.cause for one in lane.events(CheckoutAlertRaised)),
        paid=bool(lane.events(CheckoutCompleted)),
        ignored=sum(event.device in NOT_OURS for event in events),
    )


def _weigh(lane: Lane, grams: float) -> None:
    """The scale has come to rest a moment ago."""
    delta_g, lane.level_g = grams - lane.level_g, grams
    lane.send(Weighed(weight_g=grams, delta_g=delta_g, sd_g=0.5, since_s=lane.now_s - REST_S))


def _scan(data: dict[str, Any], known: dict[str, traces.Product], version: str) -> ItemScanned:
    key = data["product_id"]
    article = Article(key=key, gtin=key, name=data["product_name"], modes=(mode(known[key].weight),))
    return ItemScanned(article=article, version=version, quantity=int(data["quantity"]))


def through_rtsf(events: list[Happening], *, vision: bool = False) -> RtsfRule:
    """A trace through the RTSF rule.

    Args:
        events: in order.
        vision: give it what the cameras saw, too.
    """
    rule = RtsfRule({key: one.weight for key, one in traces.products().items()})
    for event in events:
        at_ms = round(1000 * event.at_s)
        if event.device == "Scale":
            rule.weighed(event.total)
        elif event.kind == "scanned-item":
            data = event.data
            by_piece = data["quantity_unit"] in {"EA", "Each"}
            rule.scanned(
                data["product_id"], data["product_name"], Decimal(str(data["quantity"])), at_ms, by_piece=by_piece
            )
        elif event.kind == "basket-open":
            rule.basket_opened()
        elif event.kind == "payment-start":
            rule.payment_started()
        elif event.device == "CV-ROI" and vision:
            data = event.data
            rule.saw(data["product_name"], data["roi_name"], at_ms, entered=data["roi_action"] == "ENTERED")
    return rule
