"""MT-SICS, the command set of Mettler Toledo's balances and weigh modules. Pure."""

import re
from typing import NamedTuple

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Lines
from edge.scale.drivers.numbers import UNITS, WeightText
from edge.scale.drivers.polling import Poller
from edge.scale.reading import Status, WeightReading

LONGEST = 40
# `S S     100.00 g`. Fields are parted by spaces; how many is the model's choice.
WEIGHT = re.compile(rb"S ([SD]) +(-? *[0-9.]+) ([a-zA-Z]+) *")
WEIGHED = {b"S": Status.STABLE, b"D": Status.UNSTABLE}
# Busy or no rest in time; over and under the range.
WITHOUT_WEIGHT = {b"S I": Status.NOT_READY, b"S +": Status.OVERLOAD, b"S -": Status.UNDERLOAD}
# Syntax, transmission and logic: the scale did not take what we sent.
ERRORS = (b"ES", b"ET", b"EL")


class Answer(NamedTuple):
    """What one line says; `status` is None for a line that tells of no weight."""

    status: Status | None
    weight_g: float | None = None


class MtSics:
    """Asks with `SI` (the weight now, stable or not) and reads the answers.

    Source: Mettler Toledo, MT-SICS in the manuals of the AT, JS and ML balances, command SI.
    Known to work on bytes made after the manuals only, on no scale.

    The scale tells the weight that it displays: after a tare that is the net weight, and the gross one cannot be
    known. SR is not used: it reports no change under 30 divisions. There is no checksum. A lost or doubled byte shows
    in the width of the line or in the decimal places; garbled or swapped digits do not, nor do lost ones on a model
    that does not pad its numbers, once it has shown both widths. Weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._lines = Lines(b"\r\n", LONGEST, self.counts)
        self._poller = Poller(b"SI\r\n", settings, self.counts)
        self._text = WeightText(self.counts)

    def request(self, at: float) -> bytes:
        """`SI` when it is due."""
        return self._poller.request(at)

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for line in self._lines.feed(data):
            self._poller.answered()
            answer = self._read(line)
            if answer is None:
                self.counts.bad_frames += 1
                continue
            self.counts.frames += 1
            if answer.status is not None:
                readings.append(WeightReading(0, at, answer.weight_g, answer.status))
        return readings

    def reset(self) -> None:
        """Begin anew."""
        self._lines.reset()
        self._poller.reset()
        self._text.reset()

    def _read(self, line: bytes) -> Answer | None:
        match = WEIGHT.fullmatch(line)
        if match is None:
            status = WITHOUT_WEIGHT.get(line.rstrip(b" "))
            return Answer(status) if status is not None or line in ERRORS else None
        state, text, unit = match.groups()
        weight = self._text.grams(text, UNITS.get(unit), len(line))
        return None if weight is None else Answer(WEIGHED[state], weight)
