"""The price book: what there is, and what a bill comes to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from edge.checkout.currency import Currency
from edge.checkout.discounts import Piece, discount, reduce_by_sticker
from edge.checkout.line import BadLine, Line
from edge.checkout.money import by_weight
from edge.checkout.price_rules import Coupon, Rule
from edge.checkout.product import Product, SoldBy
from edge.checkout.tax import TaxLine, TaxTerms, tax_lines
from edge.errors import StoreEdgeError

MOST_PIECES_OF_A_BILL = 9_999
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class NotInBook(StoreEdgeError):  # noqa: N818  # the field's word for what the attendant is told
    """What was scanned is not in the price book, or not at this time: an attendant must say what it is.

    Attributes:
        key: the look-up key.
    """

    def __init__(self, key: str, version: str) -> None:
        super().__init__(f"expected a key of price book {version}, found {key!r}; ask the attendant")
        self.key = key


@dataclass(frozen=True)
class PriceBook:
    """One version of a shop's prices.

    Attributes:
        version: what a session is pinned to, and what events name.
        currency: of every amount.
        tax: its terms; they know each tax class of the products.
        products: by key, as they are sold at different times.
        rules: with ids of their own.
    """

    version: str
    currency: Currency
    tax: TaxTerms
    products: Mapping[str, Sequence[Product]]
    rules: Sequence[Rule] = ()

    def find(self, key: str, at: datetime) -> Product:
        """The product that a key means at that time: of those in force, the one whose time began last.

        Args:
            key: from a scan, or chosen on the screen.
            at: with its time zone.

        Raises:
            NotInBook: there is none.
        """
        current = [product for product in self.products.get(key, ()) if product.holds(at)]
        if not current:
            raise NotInBook(key, self.version)
        return max(current, key=lambda product: product.since or _ALWAYS)

    def coupon(self, key: str) -> Coupon:
        """The coupon of that code, in force or not.

        Raises:
            NotInBook: there is none.
        """
        for rule in self.rules:
            if isinstance(rule, Coupon) and rule.id == key:
                return rule
        raise NotInBook(key, self.version)


@dataclass(frozen=True)
class BillLine:
    """One line with its price. Amounts in minor units.

    Attributes:
        line: as the shopper wants it.
        product: as the book has it at that time.
        unit_price: of a piece, a kilogram, or a package with its price on the label.
        full: before discounts.
        discounts: what was taken off, by the id of the rule.
        total: full less discounts; 0 or more; with the tax where the book's prices have it.
    """

    line: Line
    product: Product
    unit_price: int
    full: int
    discounts: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class Bill:
    """What a shopper is to pay. Amounts in minor units.

    Attributes:
        version: of the price book.
        currency: its code.
        lines: in the order they were given.
        full: the sum of the lines before discounts.
        discount: what was taken off them all.
        taxes: by tax class; their gross amounts sum up to the total.
        total: to be paid.
        unused_coupons: codes that were shown but took nothing off, sorted.
        min_age: years the shopper must have.
    """

    version: str
    currency: str
    lines: tuple[BillLine, ...]
    full: int
    discount: int
    taxes: tuple[TaxLine, ...]
    total: int
    unused_coupons: tuple[str, ...]
    min_age: int


def price(lines: Iterable[Line], book: PriceBook, at: datetime, coupons: Iterable[str] = ()) -> Bill:
    """What lines come to. `edge.checkout.discounts` says how price rules are combined.

    Args:
        lines: in any order, which changes nothing but the order of the bill.
        book: the version that the session is pinned to.
        at: the time that prices and rules are taken from, with its time zone.
        coupons: the keys of the coupons that were shown.

    Raises:
        NotInBook: a key or a coupon is unknown, or not sold at that time.
        BadLine: a line cannot be sold so: an id twice, not weighed, no multiple, or more pieces than a bill holds.
    """
    wanted = [(line, book.find(line.key, at)) for line in lines]
    _demand_sane([line for line, _ in wanted])
    shown = {book.coupon(key).id for key in coupons}
    pieces = {line.id: _pieces(line, product) for line, product in wanted}
    full = {line_id: sum(piece.cost for piece in of_line) for line_id, of_line in pieces.items()}
    _apply_stickers(wanted, pieces)
    used = discount((piece for of_line in pieces.values() for piece in of_line), book.rules, shown, at)
    billed = tuple(_bill_line(line, product, full[line.id], pieces[line.id]) for line, product in wanted)
    taxes = tax_lines(_by_tax(billed), book.tax)
    return Bill(
        version=book.version,
        currency=book.currency.code,
        lines=billed,
        full=sum(one.full for one in billed),
        discount=sum(one.full - one.total for one in billed),
        taxes=taxes,
        total=sum(tax.gross for tax in taxes),
        unused_coupons=tuple(sorted(shown - used)),
        min_age=max((product.min_age for _, product in wanted), default=0),
    )


def _demand_sane(lines: Sequence[Line]) -> None:
    if len({line.id for line in lines}) < len(lines):
        raise BadLine("expected lines with ids of their own, found one twice; number them")
    pieces = sum(line.quantity for line in lines)
    if pieces > MOST_PIECES_OF_A_BILL:
        raise BadLine(f"expected at most {MOST_PIECES_OF_A_BILL} pieces in a bill, found {pieces}; begin another")


def _pieces(line: Line, product: Product) -> list[Piece]:
    if line.quantity % product.multiple:
        raise BadLine(
            f"expected a multiple of {product.multiple} pieces of {product.name!r}, found {line.quantity};"
            " enter the number again"
        )
    cost = _cost(line, product)
    countable = line.price is None and product.sold_by is SoldBy.PIECE
    return [Piece(line.id, line.key, cost, countable) for _ in range(line.quantity)]


def _cost(line: Line, product: Product) -> int:
    """Minor units of one piece or package."""
    if line.price is not None:
        return line.price
    if product.sold_by is SoldBy.PIECE:
        return product.price
    if line.weight_g is None:
        raise BadLine(f"expected a weight of {product.name!r}, found none; weigh it")
    cost = by_weight(product.price, Decimal(line.weight_g))
    if not cost:
        raise BadLine(f"expected {product.name!r} heavy enough to cost something, found {line.weight_g} g; weigh more")
    return cost


def _apply_stickers(wanted: Sequence[tuple[Line, Product]], pieces: Mapping[str, Sequence[Piece]]) -> None:
    for line, _ in wanted:
        if line.discount_percent is not None:
            for piece in pieces[line.id]:
                reduce_by_sticker(piece, line.discount_percent)


def _bill_line(line: Line, product: Product, full: int, pieces: Sequence[Piece]) -> BillLine:
    saved: dict[str, int] = {}
    for piece in pieces:
        for rule, amount in piece.saved.items():
            saved[rule] = saved.get(rule, 0) + amount
    unit_price = line.price if line.price is not None else product.price
    return BillLine(line, product, unit_price, full, saved, sum(piece.cost for piece in pieces))


def _by_tax(lines: Iterable[BillLine]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for line in lines:
        amounts[line.product.tax] = amounts.get(line.product.tax, 0) + line.total
    return amounts
