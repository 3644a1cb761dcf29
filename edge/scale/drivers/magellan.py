"""The scale in a Datalogic Magellan scanner, on the cable that it shares with the scanner. Pure."""

import re
from collections.abc import Mapping

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Frames
from edge.scale.drivers.polling import Poller
from edge.scale.reading import GRAMS_PER_UNIT, Status, WeightReading

# S14, state, and for a stable weight four digits (lb) or five (kg); CR.
FRAME = re.compile(rb"S14(?:([01235])|4([0-9]{4,5}))\r")
LONGEST = 10
STATES: Mapping[bytes, Status] = {
    b"0": Status.NOT_READY,  # cannot find its zero
    b"1": Status.UNSTABLE,
    b"2": Status.OVERLOAD,
    b"3": Status.ZERO,
    b"5": Status.UNDERLOAD,
}
# Digits of the weight → its unit and decimal places: 00.00 lb, 00.000 kg. No point is sent.
WEIGHTS = {4: ("lb", 2), 5: ("kg", 3)}


class Magellan:
    """Asks with `S14` (scale monitor) and reads the answers; the scanner's own frames on the cable are skipped.

    Source: Datalogic KA-01089, "RS232 single cable", with the factory's S and CR around a message.
    Known to work on bytes made after that page only, on no scale.

    The number of digits tells the unit. There is no checksum: a lost or doubled digit turns pounds into kilograms, so
    a weight in another unit than `settings.unit` is a bad frame. Garbled digits do not show, nor does a weight that
    lost all of its digits but one and so reads as a state, zero among them; weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._unit = settings.unit
        self._frames = Frames(FRAME, LONGEST, self.counts)
        self._poller = Poller(b"S14\r", settings, self.counts)

    def request(self, at: float) -> bytes:
        """`S14` when it is due."""
        return self._poller.request(at)

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for frame in self._frames.feed(data):
            self._poller.answered()
            reading = self._read(frame, at)
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

    def _read(self, frame: re.Match[bytes], at: float) -> WeightReading | None:
        state, digits = frame.groups()
        if digits is None:
            status = STATES[state]
            return WeightReading(0, at, 0.0 if status is Status.ZERO else None, status)
        unit, places = WEIGHTS[len(digits)]
        if unit != self._unit:
            return None
        return WeightReading(0, at, int(digits) * GRAMS_PER_UNIT[unit] / 10.0**places, Status.STABLE)
