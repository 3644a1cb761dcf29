"""From GS1 elements to a scan. Pure.

Source: GS1 General Specifications, sections 3.6 (measures), 3.9 (amounts); the last digit of those AIs is the number
of decimals.
"""

from decimal import Decimal

from edge.checkout.barcode_error import BarcodeError, shown
from edge.checkout.currency import Currency, minor_units
from edge.checkout.gs1_date import Gs1Date, read_date
from edge.checkout.gs1_elements import Elements
from edge.checkout.gtin import gtin14, is_restricted
from edge.checkout.scan import Kind, Scan

GRAMS_PER_KG = 1000
# The pound of 1959, exact by definition.
GRAMS_PER_LB = Decimal("453.59237")

# The first three digits of the AIs of a net weight, and grams in one of their units.
_NET_WEIGHT = {"310": Decimal(GRAMS_PER_KG), "320": GRAMS_PER_LB}
_AMOUNT = "392"
_AMOUNT_WITH_CURRENCY = "393"
_CURRENCY_DIGITS = 3


def scan_of_elements(elements: Elements, kind: Kind, currency: Currency) -> Scan:
    """The scan that elements give, still without the hash of the raw bytes.

    Args:
        elements: AI → value, each in the form of its AI.
        kind: of the code that held them.
        currency: the shop's; an amount in another one is refused.

    Raises:
        BarcodeError: there is no good GTIN, a measure is zero or given twice, or a date is none.
    """
    if "01" not in elements:
        raise BarcodeError("a GTIN (AI 01)", f"AI {', '.join(elements)}")
    key = gtin14(elements["01"])
    return Scan(
        kind=kind,
        key=key,
        gtin=None if is_restricted(key) else key,
        raw_hash="",
        weight_g=_weight_g(elements),
        price=_price(elements, currency),
        count=_count(elements),
        expiry=_date(elements, "17", "a use-by date (AI 17)"),
        best_before=_date(elements, "15", "a best-before date (AI 15)"),
        lot=elements.get("10"),
        serial=elements.get("21"),
    )


def _weight_g(elements: Elements) -> Decimal | None:
    grams = [
        _scaled(value, int(ai[3])) * _NET_WEIGHT[ai[:3]] for ai, value in elements.items() if ai[:3] in _NET_WEIGHT
    ]
    if len(grams) > 1:
        raise BarcodeError("one net weight", f"{len(grams)}")
    return _above_zero(grams[0], "weight") if grams else None


def _price(elements: Elements, currency: Currency) -> int | None:
    amounts = [
        _amount(ai, value, currency) for ai, value in elements.items() if ai[:3] in {_AMOUNT, _AMOUNT_WITH_CURRENCY}
    ]
    if len(set(amounts)) > 1:
        raise BarcodeError("one price", f"{len(amounts)}")
    return amounts[0] if amounts else None


def _amount(ai: str, value: str, currency: Currency) -> int:
    if ai.startswith(_AMOUNT_WITH_CURRENCY):
        numeric, value = value[:_CURRENCY_DIGITS], value[_CURRENCY_DIGITS:]
        if numeric != currency.numeric:
            raise BarcodeError(f"a price in {currency.code} ({currency.numeric})", f"currency {numeric}")
    amount = minor_units(_above_zero(_scaled(value, int(ai[3])), "price"), currency)
    if amount is None:
        raise BarcodeError(f"a price of at most {currency.digits} decimals", f"{shown(value)} in AI {ai}")
    return amount


def _count(elements: Elements) -> int | None:
    value = elements.get("30")
    return None if value is None else int(_above_zero(Decimal(value), "count (AI 30)"))


def _date(elements: Elements, ai: str, what: str) -> Gs1Date | None:
    return read_date(elements[ai], what) if ai in elements else None


def _scaled(digits: str, decimals: int) -> Decimal:
    return Decimal(int(digits)).scaleb(-decimals)


def _above_zero(value: Decimal, what: str) -> Decimal:
    if value <= 0:
        raise BarcodeError(f"a {what} above zero", "0")
    return value
