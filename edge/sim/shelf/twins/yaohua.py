"""Indicators of Yaohua's XK3190 family, which send without being asked, in one of three forms."""

from functools import reduce
from operator import xor
from typing import Literal

from edge.sim.shelf.twins.twin import Plates, Shown, only

Form = Literal["named", "signed", "reversed"]
STX, ETX = b"\x02", b"\x03"
NAMED_WIDTH = 11


class YaohuaTwin:
    """Speaks ten times a second, never listens.

    Args:
        plates: one.
        form: "named" as the A12E (`WG004.139kg3D`), the only one that tells an overload; "signed" as the A23p in form
            0 (STX to ETX with a check); "reversed" as the A26 (`=000.100-` is -1.000).
    """

    def __init__(self, plates: Plates, form: Form = "named") -> None:
        self._shown, self._form = only(plates), form

    def answer(self, data: bytes) -> bytes:  # noqa: ARG002 - it does not listen
        """Nothing."""
        return b""

    def stream(self) -> bytes:
        """One frame; none where the form cannot say what is wrong."""
        shown = self._shown()
        if shown.broken or (shown.overload and self._form != "named"):
            return b""
        return {"named": _named, "signed": _signed, "reversed": _reversed}[self._form](shown)


def _named(shown: Shown) -> bytes:
    text = "OL".rjust(NAMED_WIDTH) if shown.overload else f"WG{shown.grams / 1000:07.3f}kg"
    return text.encode() + b"%02X\r\n" % reduce(xor, text.encode())


def _signed(shown: Shown) -> bytes:
    grams = round(shown.grams)
    body = f"{'-' if grams < 0 else '+'}{abs(grams):06d}3".encode()
    check = reduce(xor, body)
    return STX + body + bytes([_half(check >> 4), _half(check & 0x0F)]) + ETX


def _half(value: int) -> int:
    """A half byte as a character: '0' to '9', then 'A' to 'F'."""
    return value + (0x30 if value <= 9 else 0x37)  # noqa: PLR2004 - the last digit


def _reversed(shown: Shown) -> bytes:
    sign = "-" if shown.grams < 0 else "0"
    return b"=" + f"{sign}{abs(shown.grams) / 1000:07.3f}"[::-1].encode()
