"""One sale, as exports take it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from edge.checkout.gtin import GTIN_14, LENGTHS, is_checked, is_coupon, is_restricted
from edge.events import CheckoutCompleted, CheckoutItemVoided, SaleLine

GRAMS_PER_KG = 1000


@dataclass(frozen=True)
class Sale:
    """A sale and what led to it.

    Attributes:
        id: of the event that told of it.
        lane: where.
        began: when the shopper did, UTC.
        paid: when it was paid, UTC.
        completed: the event.
        voided: what was taken off the bill before.
    """

    id: str
    lane: str
    began: datetime
    paid: datetime
    completed: CheckoutCompleted
    voided: tuple[CheckoutItemVoided, ...] = ()


def is_gtin(gtin: str, key: str) -> bool:
    """Whether goods have a number that holds outside the shop.

    Args:
        gtin: 14 digits, zero-filled whatever they are.
        key: of the price book; empty where it was not told.
    """
    short = key.isdecimal() and len(key) not in LENGTHS
    sound = len(gtin) == GTIN_14 and bool(gtin.strip("0")) and is_checked(gtin)
    return sound and not short and not is_restricted(gtin) and not is_coupon(gtin)


def kilograms(line: SaleLine) -> Decimal | None:
    """What all of a line weighs; None for goods by the piece."""
    return Decimal(line.weight_g) * line.quantity / GRAMS_PER_KG if line.weight_g else None


def decimal_text(number: Decimal) -> str:
    """A number without an exponent and without zeros at its end."""
    return format(number.normalize() if number else Decimal(0), "f")
