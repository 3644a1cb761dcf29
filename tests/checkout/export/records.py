"""A day at two lanes, as records."""

from datetime import UTC, date, datetime, timedelta

from edge.checkout.export.day import Record
from edge.checkout.export.site import Site
from edge.events import (
    CheckoutCompleted,
    CheckoutItemVoided,
    CheckoutSessionClosed,
    CheckoutSessionOpened,
    ClockState,
    Event,
    SaleLine,
    SaleTax,
    SessionEnd,
    Stamp,
    Tender,
)

DAY = date(2026, 11, 23)
MADE = datetime(2026, 11, 24, 3, tzinfo=UTC)
# 10:00 in the shop.
TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
SITE = Site("store-7", "Asia/Shanghai", gln="6901234000009")

TEA = SaleLine(
    line=1,
    gtin="06901234567892",
    quantity=2,
    price=650,
    name="Green tea <extra> & 绿茶",
    key="06901234567892",
    full=700,
    tax="standard",
)
PEARS = SaleLine(
    line=3, gtin="00000000004409", quantity=1, price=573, name="Pears", key="4409", weight_g="734", tax="reduced"
)
TAXES = (
    SaleTax(name="reduced", rate="9", net=526, tax=47, gross=573),
    SaleTax(name="standard", rate="13.0", net=575, tax=75, gross=650),
)


def stamp(after_s: float = 0.0) -> Stamp:
    return Stamp(
        wall=TEN + timedelta(seconds=after_s), monotonic_s=after_s, boot_id="b1", clock_state=ClockState.TRUSTED
    )


def sale(session: str = "j1-000001", *lines: SaleLine, business_date: str = "2026-11-23") -> CheckoutCompleted:
    return CheckoutCompleted(
        session=session,
        lines=lines or (TEA, PEARS),
        total=sum(line.price for line in lines or (TEA, PEARS)),
        currency="CNY",
        tenders=(Tender(method="card", amount=1223, reference="T-4711"),),
        receipt_number=session,
        taxes=() if lines else TAXES,
        business_date=business_date,
        member="5f2c",
    )


def voided(session: str = "j1-000001") -> CheckoutItemVoided:
    return CheckoutItemVoided(
        session=session,
        line=2,
        gtin="06901234567908",
        quantity=1,
        price=599,
        currency="CNY",
        price_book_version="v1",
        key="06901234567908",
    )


def shopper(session: str, *middle: Event, at: float = 0.0) -> list[Record]:
    """What one shopper does, a minute from one event to the next."""
    events = [
        CheckoutSessionOpened(session=session),
        *middle,
        CheckoutSessionClosed(session=session, reason=SessionEnd.COMPLETED),
    ]
    return [(f"{session}/{n}", stamp(at + 60.0 * n), event) for n, event in enumerate(events)]


FIRST = shopper("j1-000001", voided(), sale())
