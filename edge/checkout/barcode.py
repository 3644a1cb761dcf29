"""From what a scanner sent to what it says. Pure.

Nothing is guessed. Digits are judged by the symbology where one is known; without one, eight digits that could be an
EAN-8 and a UPC-E as well are refused, and digits of a GTIN's length are never read as GS1 elements. No code with a
wrong check digit passes. Let the scanner send its AIM identifiers.
"""

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from edge.checkout import gs1_elements
from edge.checkout.barcode_error import BarcodeError, shown
from edge.checkout.element_scan import scan_of_elements
from edge.checkout.gs1_elements import FNC1
from edge.checkout.gtin import (
    EAN_13_LENGTH,
    GTIN_14,
    UPC_A_LENGTH,
    expand_upc_e,
    gtin14,
    is_checked,
    is_coupon,
    is_digits,
    is_restricted,
)
from edge.checkout.patterns import PatternTable
from edge.checkout.scan import Kind, Scan
from edge.checkout.symbology import Symbology, split_aim

__all__ = ["BarcodeError", "Scan", "parse"]

# What the largest QR code can hold, near enough.
LONGEST = 4096
EIGHT = 8
ADD_ON_LENGTHS = (2, 5)
BLANKS = " \r\n\t"
# AI 01 and its GTIN: the shortest element string that can be sold.
SHORTEST_MESSAGE = 16


def parse(raw: bytes | str, patterns: PatternTable, symbology: Symbology | None = None) -> Scan:
    """What a code says.

    Args:
        raw: as the scanner sent it, without its frame; FNC1 as 0x1D; an AIM identifier in front is obeyed.
        patterns: the shop's variable-measure patterns and currency.
        symbology: what the driver knows; an AIM identifier in `raw` goes before it.

    Raises:
        BarcodeError: it says nothing that may be sold.
    """
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else bytes(raw)
    if len(data) > LONGEST:
        raise BarcodeError(f"a code of at most {LONGEST} characters", f"{len(data)}")
    if not data.isascii():
        raise BarcodeError("ASCII", shown(data.decode("latin-1")))
    named, text = split_aim(data.decode("ascii").strip(BLANKS))
    symbology = named or symbology
    raw_hash = hashlib.sha256(data).hexdigest()
    if not text.strip(FNC1):
        raise BarcodeError("a code", "nothing")
    scan = _READERS[symbology](text, patterns)
    return msgspec.structs.replace(scan, raw_hash=raw_hash, symbology=symbology)


def _retail(text: str, patterns: PatternTable) -> Scan:
    """EAN-13, or a UPC-A or UPC-E that is sent as such: 13, 12 or 8 digits."""
    return _upc_e(text, patterns) if len(text) == EIGHT else _ean_13(text, patterns)


def _ean_13(text: str, patterns: PatternTable) -> Scan:
    if not is_digits(text) or len(text) not in {EAN_13_LENGTH, UPC_A_LENGTH}:
        raise BarcodeError("13 digits of an EAN-13 or 12 of a UPC-A", shown(text))
    return _number(text.zfill(EAN_13_LENGTH), patterns)


def _ean_8(text: str, patterns: PatternTable) -> Scan:
    if not is_digits(text) or len(text) != EIGHT:
        raise BarcodeError("8 digits of an EAN-8", shown(text))
    return _number(text, patterns)


def _upc_e(text: str, patterns: PatternTable) -> Scan:
    """A UPC-E; some decoders send it expanded."""
    if len(text) in {EAN_13_LENGTH, UPC_A_LENGTH}:
        return _ean_13(text, patterns)
    return _ean_13(expand_upc_e(text), patterns)


def _with_add_on(text: str, patterns: PatternTable) -> Scan:
    """An EAN-13 with the issue or price of a periodical behind it, which sells nothing."""
    if not is_digits(text) or len(text) - EAN_13_LENGTH not in ADD_ON_LENGTHS:
        raise BarcodeError("an EAN-13 with an add-on of 2 or 5 digits", shown(text))
    return _ean_13(text[:EAN_13_LENGTH], patterns)


def _add_on(text: str, _patterns: PatternTable) -> Scan:
    raise BarcodeError("the code of goods", f"an add-on alone, {shown(text)}")


def _itf_14(text: str, patterns: PatternTable) -> Scan:
    if not is_digits(text) or len(text) != GTIN_14:
        raise BarcodeError("14 digits of an ITF-14", shown(text))
    return _number(text, patterns)


def _gs1(text: str, patterns: PatternTable) -> Scan:
    """A symbol that is marked as GS1's: elements, and in two dimensions also a Digital Link."""
    if gs1_elements.is_uri(text):
        return _link(text, patterns)
    return scan_of_elements(gs1_elements.from_message(text), Kind.ELEMENT_STRING, patterns.currency)


def _link(text: str, patterns: PatternTable) -> Scan:
    return scan_of_elements(gs1_elements.from_digital_link(text), Kind.DIGITAL_LINK, patterns.currency)


def _plain(text: str, patterns: PatternTable) -> Scan:
    """A symbol of any use: digits of a GTIN or of a label."""
    if not is_digits(text):
        raise BarcodeError("the digits of a GTIN or of a shop's label", shown(text))
    if len(text) == EIGHT and text[0] in "01":
        return _eight(text, patterns)
    return _number(text.zfill(EAN_13_LENGTH) if len(text) == UPC_A_LENGTH else text, patterns)


def _unknown(text: str, patterns: PatternTable) -> Scan:
    """No symbology is known: what the text shows by itself."""
    if gs1_elements.is_uri(text):
        return _link(text, patterns)
    if not is_digits(text):
        return _gs1(text, patterns)
    if len(text) >= SHORTEST_MESSAGE and patterns.match(text) is None:
        return _gs1(text, patterns)
    return _plain(text, patterns)


def _eight(text: str, patterns: PatternTable) -> Scan:
    """Eight digits, 0 or 1 in front: only where one reading has a wrong check digit, the other is meant."""
    try:
        upc_a = expand_upc_e(text)
    except BarcodeError:
        return _ean_8(text, patterns)
    if is_checked(text):
        raise BarcodeError("EAN-8 or UPC-E, told by the scanner", f"{shown(text)}, good as both", "turn AIM on")
    return _ean_13(upc_a, patterns)


def _number(digits: str, patterns: PatternTable) -> Scan:
    """A number by itself: 8, 13 or 14 digits, or those of a label."""
    label = patterns.match(digits)
    if label is not None:
        return Scan(
            kind=Kind.VARIABLE_MEASURE,
            key=label.key,
            gtin=None,
            raw_hash="",
            pattern=label.pattern,
            weight_g=label.weight_g,
            price=label.price,
            count=label.count,
            discount_percent=label.discount_percent,
        )
    key = gtin14(digits)
    if is_coupon(key):
        return Scan(kind=Kind.COUPON, key=key, gtin=None, raw_hash="")
    if is_restricted(key):
        return Scan(kind=Kind.IN_STORE, key=key, gtin=None, raw_hash="")
    return Scan(kind=Kind.GTIN, key=key, gtin=key, raw_hash="")


_READERS: Mapping[Symbology | None, Callable[[str, PatternTable], Scan]] = {
    None: _unknown,
    Symbology.EAN_13: _retail,
    Symbology.EAN_8: _ean_8,
    Symbology.UPC_A: _ean_13,
    Symbology.UPC_E: _upc_e,
    Symbology.EAN_WITH_ADD_ON: _with_add_on,
    Symbology.ADD_ON: _add_on,
    Symbology.ITF: _plain,
    Symbology.ITF_14: _itf_14,
    Symbology.CODE_128: _plain,
    Symbology.GS1_128: _gs1,
    Symbology.DATABAR: _gs1,
    Symbology.DATA_MATRIX: _link,
    Symbology.GS1_DATA_MATRIX: _gs1,
    Symbology.QR: _link,
    Symbology.GS1_QR: _gs1,
    Symbology.GS1_DOT_CODE: _gs1,
}
