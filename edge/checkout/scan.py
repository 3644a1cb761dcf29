"""What a scanned code says, and whether its goods may be sold today. Pure."""

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from edge.checkout.gs1_date import Gs1Date
from edge.checkout.symbology import Symbology


class Kind(StrEnum):
    """By what sort of number a code identifies."""

    GTIN = "gtin"
    ELEMENT_STRING = "element_string"
    DIGITAL_LINK = "digital_link"
    VARIABLE_MEASURE = "variable_measure"
    IN_STORE = "in_store"
    COUPON = "coupon"


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One code, read and judged.

    Attributes:
        kind: what sort of number it is.
        key: the look-up key of the price book: 14 digits, or as many as a longer store-defined code has.
        gtin: GTIN-14; None where the number means something in this shop or region only, and for a coupon.
        raw_hash: SHA-256, in hex, of the bytes as they came.
        symbology: where the scanner or its driver named one.
        pattern: the variable-measure pattern that read it.
        weight_g: net grams; above zero.
        price: of this package, in minor units of the shop's currency; above zero.
        count: pieces in it; above zero.
        discount_percent: 1 to 99.
        expiry: AI 17: the last day on which it may be used.
        best_before: AI 15.
        lot: AI 10.
        serial: AI 21.
    """

    kind: Kind
    key: str
    gtin: str | None
    raw_hash: str
    symbology: Symbology | None = None
    pattern: str | None = None
    weight_g: Decimal | None = None
    price: int | None = None
    count: int | None = None
    discount_percent: int | None = None
    expiry: Gs1Date | None = None
    best_before: Gs1Date | None = None
    lot: str | None = None
    serial: str | None = None


class Stop(StrEnum):
    """Why goods may not be sold."""

    EXPIRED = "expired"
    RECALLED = "recalled"


# (GTIN-14, lot); a lot of None recalls every piece of the GTIN.
Recalls = AbstractSet[tuple[str, str | None]]


def stopped_by(scan: Scan, today: date, recalls: Recalls = frozenset()) -> Stop | None:
    """Why what was scanned may not be sold today; None when it may.

    A use-by date (AI 17) is the last good day; a best-before date stops nothing. A code without a lot is stopped only
    by the recall of its whole GTIN: to stop all pieces of which one lot is bad, recall the GTIN with lot None.

    Args:
        scan: from `edge.checkout.barcode.parse`.
        today: by the shop's own calendar.
        recalls: what is recalled.
    """
    if scan.gtin is not None and ((scan.gtin, None) in recalls or (scan.lot and (scan.gtin, scan.lot) in recalls)):
        return Stop.RECALLED
    if scan.expiry is not None and scan.expiry.on(today) < today:
        return Stop.EXPIRED
    return None
