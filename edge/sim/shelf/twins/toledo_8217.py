"""A scale of the Toledo 8217 kind: a letter comes, an answer between STX and CR goes."""

from edge.sim.shelf.twins.twin import Plates, only

STX, CR = b"\x02", b"\r"
MOTION, OVER, ALWAYS = 0x01, 0x02, 0x60


class Toledo8217Twin:
    """Answers W; a scale that moves or is overloaded answers with its status."""

    def __init__(self, plates: Plates) -> None:
        self._shown = only(plates)

    def answer(self, data: bytes) -> bytes:
        """One answer for each W."""
        return self._answer() * data.count(b"W")

    def stream(self) -> bytes:
        """Nothing: it waits to be asked."""
        return b""

    def _answer(self) -> bytes:
        shown = self._shown()
        if shown.broken:
            return b""
        if shown.stable and not shown.overload:
            return STX + f"{shown.grams / 1000:06.3f}".encode() + CR
        return STX + b"?" + bytes([ALWAYS | (OVER if shown.overload else MOTION)]) + CR
