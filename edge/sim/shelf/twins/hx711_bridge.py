"""A bridge board with bare converters, as `deploy/firmware/hx711-bridge.md` asks for: counts, and no judgement."""

import binascii

from edge.sim.shelf.twins.twin import Plates, Shown

# A cell of 10 kg and 1 mV/V at 4.3 V, gain 128: 4.3 of 20 mV are 10 kg. The zero is what the empty plate weighs.
COUNTS_PER_G = 180.0
ZERO_COUNTS = 42_000
HIGH, LOW = 0x7FFFFF, -0x800000
SATURATED_HIGH, SATURATED_LOW, OPEN = 0x1, 0x2, 0x8
RATE_HZ, LINE_MS = 10, 100
QUERY, WORDS = b"?\n", 16
UINT16, UINT24 = 0xFFFF, 0xFFFFFF


class Hx711BridgeTwin:
    """Sends every lane ten times a second; tells what it is at start-up and when asked.

    Args:
        plates: by lane; lanes 1 to 16 where they are sent together.
        together: one `M` line for all lanes instead of an `L` line each; every lane from 1 to the last must be there.
    """

    def __init__(self, plates: Plates, *, together: bool = False) -> None:
        self._plates, self._together = dict(sorted(plates.items())), together
        if together and list(self._plates) != list(range(1, len(self._plates) + 1))[:WORDS]:
            raise ValueError(f"expected lanes 1 to {len(self._plates)} (at most {WORDS}), found {list(self._plates)}")
        self._asked, self._seq, self._ms = b"", 0, 0
        self._greeted = False

    def answer(self, data: bytes) -> bytes:
        """The board's line for each `?` LF; whatever else comes is ignored."""
        asked = self._asked + data
        self._asked = asked[-1:]
        return self._board() * asked.count(QUERY)

    def stream(self) -> bytes:
        """The lines of one conversion of every lane; before the first, the board's."""
        greeting, self._greeted = b"" if self._greeted else self._board(), True
        self._ms = (self._ms + LINE_MS) & UINT16
        read = {lane: _converted(shown()) for lane, shown in self._plates.items()}
        if self._together:
            return greeting + self._line("M", "".join(f"{flags:X}{raw & UINT24:06X}" for raw, flags in read.values()))
        return greeting + b"".join(self._line("L", f"{lane},{raw},{flags:X}") for lane, (raw, flags) in read.items())

    def _board(self) -> bytes:
        return sealed(f"I,1,twin-{len(self._plates)},{len(self._plates)},{RATE_HZ}")

    def _line(self, kind: str, fields: str) -> bytes:
        line = sealed(f"{kind},{self._seq},{self._ms},{fields}")
        self._seq = (self._seq + 1) & UINT16
        return line


def _converted(shown: Shown) -> tuple[int, int]:
    """The counts of one conversion and their flags."""
    if shown.broken:
        return 0, OPEN
    raw = HIGH if shown.overload else ZERO_COUNTS + round(shown.grams * COUNTS_PER_G)
    if raw >= HIGH:
        return HIGH, SATURATED_HIGH
    return (LOW, SATURATED_LOW) if raw <= LOW else (raw, 0)


def sealed(body: str) -> bytes:
    """A whole line of a body; the check is CRC-16/CCITT-FALSE, which starts at FFFF."""
    return f"${body}*{binascii.crc_hqx(body.encode(), 0xFFFF):04X}\n".encode()
