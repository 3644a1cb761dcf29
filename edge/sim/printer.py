"""A receipt printer on a pseudo terminal: answers how it is, prints what it can, and keeps the last of its paper."""

from collections import deque
from pathlib import Path

from edge.sim.shelf.pty_bus import PtyBus

# DLE EOT n, after the Epson reference; what a printer with paper and a closed cover answers to each.
ASK, LENGTH = b"\x10\x04", 3
WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
TROUBLES: dict[str, dict[int, int]] = {
    "ready": {},
    "paper_low": {4: 0x1E},
    "paper_out": {1: 0x1A, 2: 0x32, 4: 0x72},
    "cover_open": {1: 0x1A, 2: 0x16},
    "offline": {1: 0x1A},
}
CUT = b"\x1dV"
MOST_KEPT = 64 * 1024


class PrinterTwin:
    """The printer's end of the line.

    Attributes:
        trouble: a key of `TROUBLES`, or ``silent``.
        receipts: how many were cut off.
    """

    def __init__(self) -> None:
        self.trouble = "ready"
        self.receipts = 0
        self._paper: deque[int] = deque(maxlen=MOST_KEPT)
        self._rest = b""

    @property
    def paper(self) -> bytes:
        """The latest bytes that were printed."""
        return bytes(self._paper)

    def stream(self) -> bytes:
        """A printer says nothing by itself."""
        return b""

    def answer(self, data: bytes) -> bytes:
        """Answer questions at once, wherever they stand, and print the rest."""
        self._rest += data
        said = b""
        while (place := self._rest.find(ASK)) >= 0 and len(self._rest) >= place + LENGTH:
            self._print(self._rest[:place])
            kind = self._rest[place + LENGTH - 1]
            self._rest = self._rest[place + LENGTH :]
            if self.trouble != "silent":
                said += bytes((({**WELL, **TROUBLES[self.trouble]}).get(kind, WELL[1]),))
        if place < 0:
            kept = 1 if self._rest.endswith(ASK[:1]) else 0
            self._print(self._rest[: len(self._rest) - kept])
            self._rest = self._rest[len(self._rest) - kept :]
        return said

    def _print(self, data: bytes) -> None:
        self._paper.extend(data)
        self.receipts += data.count(CUT)


def printer_on(path: Path, twin: PrinterTwin) -> PtyBus:
    """A printer that can be connected to at `path`."""
    return PtyBus(path, twin)
