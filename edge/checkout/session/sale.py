"""A paid session as the event and the receipt of its sale. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.checkout.payment.adapter import Outcome
from edge.checkout.price_book import Bill, BillLine
from edge.checkout.receipt import Entry, Receipt
from edge.checkout.session.inputs import Article
from edge.checkout.session.state import CartLine, Session
from edge.checkout.session.terms import LaneSettings
from edge.events import CheckoutCompleted, SaleLine, SaleTax, Tender

GTIN_LENGTH = 14


def gtin_of(article: Article) -> str:
    """The article's number in 14 digits; zeros where it has none of so few."""
    number = article.gtin or article.key
    return number.zfill(GTIN_LENGTH) if len(number) <= GTIN_LENGTH and number.isdecimal() else "0" * GTIN_LENGTH


def weight_of(article: Article) -> str:
    """Net grams as a decimal number; empty for goods by the piece."""
    return "" if article.weight_g is None else format(article.weight_g.normalize(), "f")


def completed(session: Session, bill: Bill, settings: LaneSettings, number: str, at: datetime) -> CheckoutCompleted:
    """The sale.

    Args:
        session: paid.
        bill: its own.
        settings: of the lane.
        number: of the receipt.
        at: when it was paid.
    """
    articles = {str(line.number): line for line in session.on_bill}
    return CheckoutCompleted(
        session=session.id,
        lines=tuple(_sale_line(articles[line.line.id], line) for line in bill.lines),
        total=bill.total,
        currency=bill.currency,
        tenders=_tenders(session),
        receipt_number=number,
        taxes=tuple(
            SaleTax(name=tax.name, rate=format(tax.rate, "f"), net=tax.net, tax=tax.tax, gross=tax.gross)
            for tax in bill.taxes
        ),
        member=session.member if session.consent else "",
        price_book_version=session.version,
        business_date=at.astimezone(ZoneInfo(settings.timezone)).date().isoformat(),
    )


def _sale_line(line: CartLine, billed: BillLine) -> SaleLine:
    return SaleLine(
        line=line.number,
        gtin=gtin_of(line.article),
        quantity=line.quantity,
        price=billed.total,
        name=billed.product.name,
        key=line.article.key,
        weight_g=weight_of(line.article),
        full=billed.full,
        tax=billed.product.tax,
    )


def _tenders(session: Session) -> tuple[Tender, ...]:
    paid = [one for one in session.attempts if one.outcome is Outcome.APPROVED]
    return tuple(Tender(method=one.method or "card", amount=one.amount, reference=one.reference) for one in paid)


def receipt(sale: CheckoutCompleted, bill: Bill, settings: LaneSettings, at: datetime) -> Receipt:
    """What is printed for a sale."""
    local = at.astimezone(ZoneInfo(settings.timezone))
    return Receipt(
        head=settings.head,
        number=sale.receipt_number,
        printed_at=local.strftime("%Y-%m-%d %H:%M:%S"),
        currency=bill.currency,
        items=tuple(_items(bill.lines)),
        total=Entry(text=settings.total_text, amount=bill.total),
        taxes=tuple(Entry(text=f"{tax.name} {tax.rate} %", amount=tax.tax) for tax in sale.taxes),
        tenders=tuple(Entry(text=tender.method, amount=tender.amount) for tender in sale.tenders),
        foot=settings.foot,
    )


def _items(lines: Sequence[BillLine]) -> list[Entry]:
    entries = []
    for line in lines:
        entries.append(Entry(text=line.product.name, amount=line.full, detail=_detail(line)))
        if line.full != line.total:
            entries.append(Entry(text="  " + ", ".join(line.discounts), amount=line.total - line.full))
    return entries


def _detail(line: BillLine) -> str:
    if line.line.weight_g is not None:
        return f"{line.line.weight_g / 1000} kg"
    return f"{line.line.quantity} x" if line.line.quantity > 1 else ""
