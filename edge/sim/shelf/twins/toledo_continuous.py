"""An indicator with Toledo's continuous output: status words A, B, C, weight, tare, CR, check.

Frame and bits as in Mettler Toledo's IND manuals: word A has the decimal point in bits 0 to 2 and the increment in bits
3 and 4, word B motion and range, word C the unit; bit 5 of each is always set.
"""

from edge.sim.shelf.twins.twin import Plates, only

STX, CR = 0x02, 0x0D
# Three decimal places, counting by one; kilograms; no further unit.
A_THREE_PLACES, B_KILOGRAMS, C_NONE = 0x2D, 0x30, 0x20
NEGATIVE, OUT_OF_RANGE, MOTION = 0x02, 0x04, 0x08
MOST_G = 999_999


class ToledoContinuousTwin:
    """Speaks ten times a second, never listens.

    Args:
        plates: one.
        check: whether a check byte follows each frame; the indicator's setting.
    """

    def __init__(self, plates: Plates, *, check: bool = True) -> None:
        self._shown, self._check = only(plates), check

    def answer(self, data: bytes) -> bytes:  # noqa: ARG002 - it does not listen
        """Nothing."""
        return b""

    def stream(self) -> bytes:
        """One frame."""
        shown = self._shown()
        if shown.broken:
            return b""
        grams = min(MOST_G, abs(round(shown.grams)))
        second = B_KILOGRAMS | (NEGATIVE if shown.grams < 0 else 0) | (0 if shown.stable else MOTION)
        if shown.overload:
            grams, second = 0, second | OUT_OF_RANGE
        words = bytes([STX, A_THREE_PLACES, second, C_NONE])
        frame = words + f"{grams:06d}".encode() + b"000000" + bytes([CR])
        return frame + bytes([-sum(byte & 0x7F for byte in frame) & 0x7F]) if self._check else frame
