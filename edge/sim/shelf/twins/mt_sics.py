"""A balance that speaks MT-SICS."""

from edge.sim.shelf.twins.twin import Plates, only


class MtSicsTwin:
    """Answers SI, and ES to what it does not know."""

    def __init__(self, plates: Plates) -> None:
        self._shown, self._line = only(plates), b""

    def answer(self, data: bytes) -> bytes:
        """One line for each line."""
        *lines, self._line = (self._line + data).split(b"\r\n")
        return b"".join(self._weight() if line == b"SI" else b"ES\r\n" for line in lines)

    def stream(self) -> bytes:
        """Nothing: it waits to be asked."""
        return b""

    def _weight(self) -> bytes:
        shown = self._shown()
        if shown.broken:
            return b"S I\r\n"
        if shown.overload:
            return b"S +\r\n"
        return f"S {'S' if shown.stable else 'D'} {shown.grams:10.1f} g\r\n".encode()
