"""GTINs and their check digits. Pure.

Source: GS1 General Specifications, sections 2.1 (keys), 5.2.2.4 (UPC-E) and 7.9 (check digits).
"""

from edge.checkout.barcode_error import BarcodeError, shown

LENGTHS = (8, 12, 13, 14)
UPC_A_LENGTH = 12
EAN_13_LENGTH = 13
GTIN_14 = 14
UPC_E_LENGTH = 8

# How a zero-suppressed UPC-E grows to the eleven payload digits of a UPC-A, by its last payload digit.
# Slices are of the seven payload digits: number system, then six.
_KEEP_2 = frozenset("012")
_KEEP_3 = "3"
_KEEP_4 = "4"

# GTIN-13 prefixes that number coupons, not goods: common currency, then national.
_COUPON_PREFIXES = ("981", "982", "983", "984", "99")
# GTIN-13 prefixes of restricted circulation: within a region (02, 20-29) or a company (04).
_RESTRICTED_PREFIXES = ("02", "04", "2")
# The same of a GTIN-8.
_RESTRICTED_8_PREFIXES = ("0", "2")


def is_digits(text: str) -> bool:
    """Whether there are only the ASCII digits, and at least one."""
    return text.isascii() and text.isdecimal()


def check_digit(payload: str) -> int:
    """The mod-10 check digit that follows `payload`: weights 3, 1, 3, … from the right.

    Args:
        payload: ASCII digits, without the check digit.
    """
    return -sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(payload))) % 10


def is_checked(digits: str) -> bool:
    """Whether the last of at least two digits is the check digit of the others."""
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == int(digits[-1])


def demand_check_digit(digits: str) -> None:
    """Refuse digits whose last is not their check digit.

    Raises:
        BarcodeError: it is not.
    """
    if not is_checked(digits):
        raise BarcodeError(f"check digit {check_digit(digits[:-1])}", f"{digits[-1]} in {shown(digits)}")


def gtin14(digits: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits, zeros in front.

    Eight digits are taken for a GTIN-8; a UPC-E goes through `expand_upc_e` first.

    Raises:
        BarcodeError: another length, something else than digits, a wrong check digit, or nothing but zeros.
    """
    if not is_digits(digits) or len(digits) not in LENGTHS:
        raise BarcodeError("a GTIN of 8, 12, 13 or 14 digits", shown(digits))
    demand_check_digit(digits)
    if not digits.strip("0"):
        raise BarcodeError("a GTIN", "nothing but zeros")
    return digits.zfill(GTIN_14)


def expand_upc_e(digits: str) -> str:
    """The UPC-A, of 12 digits, that a UPC-E of 8 stands for: number system, six digits, check digit.

    The check digit belongs to the UPC-A, so it is tested after the expansion.

    Raises:
        BarcodeError: not 8 digits, a number system other than 0 and 1, or a wrong check digit.
    """
    if not is_digits(digits) or len(digits) != UPC_E_LENGTH or digits[0] not in "01":
        raise BarcodeError("a UPC-E of 8 digits that begins with 0 or 1", shown(digits))
    upc_a = _expanded(digits[:7]) + digits[7]
    demand_check_digit(upc_a)
    return upc_a


def _expanded(payload: str) -> str:
    last = payload[6]
    if last in _KEEP_2:
        return f"{payload[:3]}{last}0000{payload[3:6]}"
    if last == _KEEP_3:
        return f"{payload[:4]}00000{payload[4:6]}"
    if last == _KEEP_4:
        return f"{payload[:5]}00000{payload[5]}"
    return f"{payload[:6]}0000{last}"


def is_restricted(gtin: str) -> bool:
    """Whether a GTIN-14 is a restricted circulation number: the shop's or the region's own, no GTIN to the world."""
    if gtin.startswith("000000"):
        return gtin[6:].startswith(_RESTRICTED_8_PREFIXES)
    return gtin[0] == "0" and gtin[1:].startswith(_RESTRICTED_PREFIXES)


def is_coupon(gtin: str) -> bool:
    """Whether a GTIN-14 is the number of a coupon."""
    return gtin[0] == "0" and gtin[1:].startswith(_COUPON_PREFIXES)
