"""What a shop sells, and for how much. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from edge.checkout.line import BadLine


class SoldBy(StrEnum):
    """What the price is for: one piece, or one kilogram."""

    PIECE = "piece"
    KG = "kg"


@dataclass(frozen=True)
class Product:
    """One product as it is sold during one time.

    Attributes:
        key: GTIN-14, a PLU of 4 or 5 digits, or a longer key of a store-defined label.
        name: for the screen and the receipt.
        price: minor units of the book's currency, for one piece or one kilogram; above zero.
        sold_by: which of the two.
        tax: the name of a tax class.
        multiple: the number of pieces is a multiple of this.
        min_age: years the shopper must have; 0 for anyone.
        tare_g: packaging that the lane's scale weighs along, for goods by weight.
        unit_weight_g: what one piece weighs with its packaging, as far as known; the bagging scale begins with it.
        since: from when it holds; None for always.
        until: when it ends to hold, that moment not included; None for never.
    """

    key: str
    name: str
    price: int
    sold_by: SoldBy = SoldBy.PIECE
    tax: str = "standard"
    multiple: int = 1
    min_age: int = 0
    tare_g: Decimal = Decimal(0)
    unit_weight_g: Decimal | None = None
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that time."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def net_g(self, gross_g: Decimal) -> Decimal:
        """Grams to be paid of what the lane's scale shows.

        Raises:
            BadLine: nothing is left beside the packaging.
        """
        net = gross_g - self.tare_g
        if net <= 0:
            raise BadLine(f"expected more than the {self.tare_g} g of packaging, found {gross_g} g; weigh it again")
        return net
