"""The price rules of a book: what each says, and when it holds. Pure data."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Keys = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What every rule has.

    Attributes:
        id: unique in the book; for a coupon the look-up key of its code.
        since: from when it holds; None for always.
        until: when it ends to hold, that moment not included; None for never.
    """

    id: str
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that time."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True)
class MultiBuy(_Rule):
    """So many pieces of any of the keys for one price: three for 5.00.

    Attributes:
        keys: of products by the piece.
        number: 2 or more.
        price: minor units for all of them; above zero.
    """

    keys: Keys
    number: int
    price: int


@dataclass(frozen=True, kw_only=True)
class GetFree(_Rule):
    """Buy some of the keys, get more of them free: the cheapest of each group.

    Attributes:
        keys: of products by the piece.
        buy: 1 or more, paid.
        free: 1 or more, not paid.
    """

    keys: Keys
    buy: int
    free: int


@dataclass(frozen=True, kw_only=True)
class PercentOff(_Rule):
    """A percentage off every piece or package of the keys.

    Attributes:
        keys: of any products.
        percent: above 0, up to 100.
    """

    keys: Keys
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Coupon(_Rule):
    """A percentage or an amount off, once a bill, for a shopper who shows the code.

    Attributes:
        keys: off one piece or package of these; empty for the whole bill.
        percent: above 0, up to 100; or None.
        amount: minor units, above zero; or None. One of the two is given.
        least_total: minor units that a bill must have, before this coupon, for it to count.
    """

    keys: Keys = frozenset()
    percent: Decimal | None = None
    amount: int | None = None
    least_total: int = 0


Rule = MultiBuy | GetFree | PercentOff | Coupon
