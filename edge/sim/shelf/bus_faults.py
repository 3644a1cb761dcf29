"""A bad cable: bytes that are lost, doubled, garbled, late or echoed. Pure, and of a seed.

What a long RS-485 line, a loose plug or a cheap adapter does to a stream, byte by byte; the shares are assumed.
"""

from dataclasses import dataclass
from random import Random

from edge.sim.shelf.twins.twin import Twin

LONGEST_CUT, LONGEST_DOUBLED = 8, 4
BITS = 8
# More than this on its way is lost: nothing may grow for ever.
MOST_LATE = 4096


@dataclass(frozen=True)
class BusFaults:
    """How bad a cable is.

    Attributes:
        cut: chance that a loss of one to eight bytes begins at a byte.
        doubled: chance that one to four bytes from here come twice.
        garbled: chance that a byte has one or two bits wrong.
        delayed: chance that what is left of a piece from this byte on comes late; what follows waits behind it.
        delay_s: how late at most.
        echo: the host hears its own bytes, as on a two-wire bus whose adapter does not mute itself.
    """

    cut: float = 0.0
    doubled: float = 0.0
    garbled: float = 0.0
    delayed: float = 0.0
    delay_s: float = 0.2
    echo: bool = False


class BadCable:
    """One direction of a bus.

    Args:
        faults: of the cable.
        seed: of all its chance.
    """

    def __init__(self, faults: BusFaults, seed: int) -> None:
        self._faults = faults
        self._random = Random(seed)  # noqa: S311 - a simulation
        self._late = b""
        self._late_until = 0.0

    def carry(self, data: bytes, at: float) -> bytes:
        """What comes out at second `at`, of what goes in then and of what is late.

        Args:
            data: one piece; may be empty, for time to pass.
            at: seconds, never less than the last time.
        """
        out, late = self._spoiled(data)
        if self._late and at < self._late_until:
            self._late = (self._late + out + late)[-MOST_LATE:]
            return b""
        out, self._late = self._late + out, late
        if late:
            self._late_until = at + self._random.uniform(0.0, self._faults.delay_s)
        return out

    def _spoiled(self, data: bytes) -> tuple[bytes, bytes]:
        """What goes through now, and what of it is late."""
        faults, out, late_from, n = self._faults, bytearray(), None, 0
        while n < len(data):
            if late_from is None and self._happens(faults.delayed):
                late_from = len(out)
            if self._happens(faults.cut):
                n += self._random.randint(1, LONGEST_CUT)
                continue
            byte = self._garble(data[n]) if self._happens(faults.garbled) else data[n]
            out.append(byte)
            n += 1
            if self._happens(faults.doubled):
                out += out[-self._random.randint(1, LONGEST_DOUBLED) :]
        whole = bytes(out)
        return (whole, b"") if late_from is None else (whole[:late_from], whole[late_from:])

    def _garble(self, byte: int) -> int:
        for bit in self._random.sample(range(BITS), self._random.randint(1, 2)):
            byte ^= 1 << bit
        return byte

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


class BadlyWired:
    """A twin behind a bad cable; a twin itself.

    Time is counted in calls of `stream`, ten a second, so that equal calls give equal bytes.
    """

    STREAM_S = 0.1

    def __init__(self, twin: Twin, faults: BusFaults, seed: int) -> None:
        self._twin, self._echo, self._at = twin, faults.echo, 0.0
        self._there, self._back = BadCable(faults, seed), BadCable(faults, seed + 1)

    def answer(self, data: bytes) -> bytes:
        """What comes back, after the echo if there is one."""
        back = self._back.carry(self._twin.answer(self._there.carry(data, self._at)), self._at)
        return data + back if self._echo else back

    def stream(self) -> bytes:
        """What comes by itself, or late."""
        self._at += self.STREAM_S
        asked = self._twin.answer(self._there.carry(b"", self._at))
        return self._back.carry(asked + self._twin.stream(), self._at)
