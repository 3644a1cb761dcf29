"""The SASI protocol of checkout scales. Pure."""

import re
from collections.abc import Mapping

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Frames
from edge.scale.drivers.polling import Poller
from edge.scale.reading import GRAMS_PER_UNIT, Status, WeightReading

# STX, xx.xxx, CR; or STX, ?, letter, CR.
FRAME = re.compile(rb"\x02(?:([0-9]{2}\.[0-9]{3})|\?([A-D]))\r")
LONGEST = 8
STATES: Mapping[bytes, Status] = {
    b"A": Status.UNSTABLE,
    b"B": Status.OVERLOAD,
    b"C": Status.UNDERLOAD,
    b"D": Status.NOT_READY,  # outside the range in which it finds its zero
}


class Sasi:
    """Asks with `W` and reads the answers.

    Source: Datalogic KA-01089, "SASI scale": 9600 baud, 7E1.
    Known to work on bytes made after that page only, on no scale.

    The letters look like the status bits of the Toledo 8217 protocol and mean other things. The protocol names no unit
    (`settings.unit`) and has no checksum; the one form of its weights shows a lost or doubled byte, but not a garbled
    digit. Weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._unit = settings.unit
        self._frames = Frames(FRAME, LONGEST, self.counts)
        self._poller = Poller(b"W", settings, self.counts)

    def request(self, at: float) -> bytes:
        """`W` when it is due."""
        return self._poller.request(at)

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        return [self._read(frame, at) for frame in self._frames.feed(data)]

    def reset(self) -> None:
        """Begin anew."""
        self._frames.reset()
        self._poller.reset()

    def _read(self, frame: re.Match[bytes], at: float) -> WeightReading:
        self._poller.answered()
        self.counts.frames += 1
        weight, letter = frame.groups()
        if weight is None:
            return WeightReading(0, at, None, STATES[letter])
        thousandths = int(weight.replace(b".", b""))
        return WeightReading(0, at, thousandths * GRAMS_PER_UNIT[self._unit] / 1000.0, Status.STABLE)
