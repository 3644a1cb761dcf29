"""What a session comes to: its lines, priced by its own price book at the time it began. Pure."""

from edge.checkout.line import Line
from edge.checkout.price_book import Bill, PriceBook, price
from edge.checkout.session.state import CartLine, Session


def bill(session: Session, book: PriceBook) -> Bill:
    """The whole bill.

    Raises:
        NotInBook: a line is not in this book.
        BadLine: a line cannot be sold so.
    """
    return price([priced(line) for line in session.on_bill], book, session.opened.wall, session.coupons)


def amount_of(line: CartLine, session: Session, book: PriceBook) -> int:
    """Minor units of one line by itself, before what depends on other lines.

    Raises:
        NotInBook: it is not in this book.
        BadLine: it cannot be sold so.
    """
    return price([priced(line)], book, session.opened.wall).lines[0].full


def priced(line: CartLine) -> Line:
    """A line as the price book knows it."""
    article = line.article
    return Line(
        id=str(line.number),
        key=article.key,
        quantity=line.quantity,
        weight_g=article.weight_g,
        price=article.price,
        discount_percent=article.discount_percent,
    )
