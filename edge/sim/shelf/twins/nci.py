"""A scale that speaks NCI / CAS PD-II."""

from edge.sim.shelf.twins.twin import Plates, only

MOTION, ALWAYS, OVER = 0x10, 0x30, 0x02


class NciTwin:
    """Answers W CR with weight and status."""

    def __init__(self, plates: Plates) -> None:
        self._shown, self._asked = only(plates), b""

    def answer(self, data: bytes) -> bytes:
        """One answer for each W CR."""
        asked = self._asked + data
        self._asked = asked[-1:]
        return self._answer() * asked.count(b"W\r")

    def stream(self) -> bytes:
        """Nothing: it waits to be asked."""
        return b""

    def _answer(self) -> bytes:
        shown = self._shown()
        if shown.broken:
            return b""
        first = ALWAYS if shown.stable else ALWAYS | 0x01
        second = ALWAYS | (OVER if shown.overload else 0)
        status = b"\nS" + bytes([first, second]) + b"\r\x03"
        if shown.overload or not shown.stable:
            return status
        return b"\n" + f"{shown.grams / 1000:06.3f}".encode() + b"KG\r" + status
