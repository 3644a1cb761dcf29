"""A scale that sends `ST,GS,…` lines (A&D, CAS "AND" form of 18 bytes)."""

from edge.sim.shelf.twins.twin import Plates, only


class AndContinuousTwin:
    """Speaks ten times a second, never listens."""

    def __init__(self, plates: Plates) -> None:
        self._shown = only(plates)

    def answer(self, data: bytes) -> bytes:  # noqa: ARG002 - it does not listen
        """Nothing."""
        return b""

    def stream(self) -> bytes:
        """One line."""
        shown = self._shown()
        if shown.broken:
            return b""
        state = "OL" if shown.overload else "ST" if shown.stable else "US"
        return f"{state},GS,{shown.grams / 1000:8.4f}kg\r\n".encode()
