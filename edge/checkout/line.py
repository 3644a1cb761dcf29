"""One line that a shopper wants to buy, before it has a price. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from edge.checkout.scan import Kind, Scan
from edge.errors import StoreEdgeError

MOST_PIECES = 999
HEAVIEST_G = 100_000


class BadLine(StoreEdgeError):  # noqa: N818  # a line, not the program, is at fault
    """A line cannot be sold as it is: its quantity, its weight or its label."""


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        id: the session's own, unique in a bill.
        key: the look-up key, from a scan or chosen on the screen.
        quantity: pieces, or packages with a label; 1 to `MOST_PIECES`.
        weight_g: net grams of one package, for goods by weight.
        price: minor units of one package, as its label says; it goes before the book's price.
        discount_percent: of a reduced item's sticker; 1 to 99.
    """

    id: str
    key: str
    quantity: int = 1
    weight_g: Decimal | None = None
    price: int | None = None
    discount_percent: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no shopper buys.

        Raises:
            BadLine: a quantity, weight, price or discount that is zero, negative or absurd.
        """
        if not 1 <= self.quantity <= MOST_PIECES:
            raise BadLine(f"expected 1 to {MOST_PIECES} pieces, found {self.quantity}; enter the number again")
        if self.weight_g is not None and not 0 < self.weight_g <= HEAVIEST_G:
            raise BadLine(f"expected a weight of up to {HEAVIEST_G} g, found {self.weight_g} g; weigh it again")
        if self.price is not None and self.price <= 0:
            raise BadLine(f"expected a price above zero in the label, found {self.price}; ask the attendant")
        if self.discount_percent is not None and not 1 <= self.discount_percent <= 99:  # noqa: PLR2004  # per cent
            raise BadLine(f"expected a discount of 1 to 99 per cent, found {self.discount_percent}; ask the attendant")


def line_of(scan: Scan, line_id: str, quantity: int = 1) -> Line:
    """The line that a scan opens.

    A count in the code multiplies the quantity, unless the code has a price, which is that of the package.

    Args:
        scan: of goods.
        line_id: unique in the bill.
        quantity: how many such packages.

    Raises:
        BadLine: it is a coupon's code, or what it says is absurd.
    """
    if scan.kind is Kind.COUPON:
        raise BadLine(f"expected the code of goods, found coupon {scan.key}; give it to the bill")
    count = scan.count if scan.count is not None and scan.price is None else 1
    return Line(line_id, scan.key, quantity * count, scan.weight_g, scan.price, scan.discount_percent)
