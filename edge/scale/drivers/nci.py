"""The NCI protocol (SCP-01), also of CAS PD-II and OHAUS Aviator scales. Pure."""

import re

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Lines
from edge.scale.drivers.numbers import UNITS, Layouts, WeightText
from edge.scale.drivers.polling import Poller
from edge.scale.reading import Status, WeightReading

LONGEST = 40
# LF weight unit CR (missing when the scale sends its status only), LF, S on some models, status bytes, CR. Bits 4 and 5
# of a status byte are always set; bit 6, from the second on, says that another one follows.
ANSWER = re.compile(
    rb"(?:\n([-+.0-9 ]+?|\^+|_+) ?([A-Za-z]{0,2}) ?\r)?"
    rb"\n(S?[0-?](?:[0-?]|[p-\x7f][0-?]|[p-\x7f]{2}[0-?]))\r"
)
BAD_COMMAND = b"\n?\r"
# What stands in place of digits; the fault as the display shows it.
BARS = {ord("^"): Status.OVERLOAD, ord("_"): Status.UNDERLOAD, ord("-"): Status.NOT_READY}
# Status byte and bit; the first that is set decides. Faults of memory and calibration, a failed zero at power-on, over
# and under the range, motion, centre of zero.
STATES = (
    (0, 0x0C, Status.NOT_READY),
    (1, 0x0C, Status.NOT_READY),
    (2, 0x08, Status.NOT_READY),
    (1, 0x02, Status.OVERLOAD),
    (1, 0x01, Status.UNDERLOAD),
    (0, 0x01, Status.UNSTABLE),
    (0, 0x02, Status.ZERO),
)
WEIGHED = (Status.STABLE, Status.UNSTABLE, Status.ZERO)


class Nci:
    """Asks with `W` CR and reads the answers.

    Source: manuals of the NCI 6702 (status bits, bars), NCI 7800, Avery Weigh-Tronix 7821 and OHAUS Aviator 7000.
    Known to work on bytes made after the manuals only, on no scale.

    A status without a weight is a reading without one; "at zero" alone is a weight of 0, and no reason at all is
    NOT_READY. A net weight is reported as it is: its tare is not told. Pounds with ounces (`1LB 2.3OZ`) are not read.
    There is no checksum. A lost or doubled byte shows in the width, the decimal places or the unit; garbled or swapped
    digits and status bits do not. Weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._lines = Lines(b"\x03", LONGEST, self.counts)
        self._poller = Poller(b"W\r", settings, self.counts)
        self._text = WeightText(self.counts)
        self._statuses = Layouts()

    def request(self, at: float) -> bytes:
        """`W` CR when it is due."""
        return self._poller.request(at)

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for line in self._lines.feed(data):
            self._poller.answered()
            if line == BAD_COMMAND:
                self.counts.frames += 1
                continue
            reading = self._read(line, at)
            if reading is None:
                self.counts.bad_frames += 1
            else:
                self.counts.frames += 1
                readings.append(reading)
        return readings

    def reset(self) -> None:
        """Begin anew."""
        self._lines.reset()
        self._poller.reset()
        self._text.reset()
        self._statuses = Layouts()

    def _read(self, line: bytes, at: float) -> WeightReading | None:
        match = ANSWER.fullmatch(line)
        if match is None or not self._statuses.believes(len(match[3])):
            return None
        text, unit, told = match.groups()
        status = status_of(told.removeprefix(b"S"))
        if text is None:
            if status is Status.STABLE:
                status = Status.NOT_READY
            return WeightReading(0, at, 0.0 if status is Status.ZERO else None, status)
        if not text.strip(b"^_-"):
            return WeightReading(0, at, None, status if status not in WEIGHED else BARS[text[0]])
        weight = self._text.grams(text, UNITS.get(unit), len(line))
        if weight is None:
            return None
        return WeightReading(0, at, weight if status in WEIGHED else None, status)


def status_of(told: bytes) -> Status:
    """What two to four status bytes say."""
    return next((status for n, bits, status in STATES if n < len(told) and told[n] & bits), Status.STABLE)
