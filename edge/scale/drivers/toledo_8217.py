"""The Toledo 8217 protocol (and 8213), spoken by most checkout scales. Pure."""

import re

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Frames
from edge.scale.drivers.numbers import WeightText
from edge.scale.drivers.polling import Poller
from edge.scale.reading import Status, WeightReading

# STX, weight with N when it is net, CR; or STX, ?, status, CR. What is longer is neither.
FRAME = re.compile(rb"\x02([^\x02\r]{1,10})\r")
LONGEST = 12
WEIGHT = re.compile(rb"([-0-9. ]+)N?")
STATUS = re.compile(rb"\?([\x20-\x7f])")
# Bits of the status byte; the first that is set decides. Bit 3 (outside the zero range) says nothing about a weight,
# 5 and 6 are always set on some models and mean other things on others, 7 is parity.
STATES = ((0x02, Status.OVERLOAD), (0x04, Status.UNDERLOAD), (0x01, Status.UNSTABLE), (0x10, Status.ZERO))


class Toledo8217:
    """Asks with `W` and reads the answers.

    Source: service manuals of the Transcell PC-150 (appendix B.1.4), Brecknell 67 and Magellan 8500 (section 6.1.4.3).
    Known to work on bytes made after the manuals only, on no scale.

    The scale sends a weight only at rest and within its range, else a status without one. "Centre of zero" is no
    fault: a status that says only this is a weight of 0. One that names no reason is NOT_READY. The protocol names no
    unit (`settings.unit`), and marks a net weight without telling its tare: the net is reported. There is no checksum.
    A lost or doubled byte shows in the width or in the decimal places; garbled or swapped digits do not. Weighing
    rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._unit = settings.unit
        self._frames = Frames(FRAME, LONGEST, self.counts)
        self._poller = Poller(b"W", settings, self.counts)
        self._text = WeightText(self.counts)

    def request(self, at: float) -> bytes:
        """`W` when it is due."""
        return self._poller.request(at)

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for frame in self._frames.feed(data):
            self._poller.answered()
            reading = self._read(frame[1], at)
            if reading is None:
                self.counts.bad_frames += 1
            else:
                self.counts.frames += 1
                readings.append(reading)
        return readings

    def reset(self) -> None:
        """Begin anew."""
        self._frames.reset()
        self._poller.reset()
        self._text.reset()

    def _read(self, body: bytes, at: float) -> WeightReading | None:
        match = STATUS.fullmatch(body)
        if match is not None:
            status = status_of(match[1][0])
            return WeightReading(0, at, 0.0 if status is Status.ZERO else None, status)
        match = WEIGHT.fullmatch(body)
        weight = None if match is None else self._text.grams(match[1], self._unit, len(body))
        return None if weight is None else WeightReading(0, at, weight, Status.STABLE)


def status_of(byte: int) -> Status:
    """What a status byte says."""
    return next((status for bit, status in STATES if byte & bit), Status.NOT_READY)
