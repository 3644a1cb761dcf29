"""The continuous outputs of Yaohua XK3190 indicators. Pure."""

import re
from functools import reduce
from operator import xor

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Frames
from edge.scale.drivers.numbers import UNITS, Decimal, UnitWatch, WeightText, grams, read_decimal
from edge.scale.reading import Status, WeightReading

# The byte that begins one form stands nowhere inside another one, so the bytes tell the form.
FRAME = re.compile(
    rb"\x02(?P<signed>[^\x02\x03=W ]{8})(?P<signed_check>[^\x02\x03=W ]{2})\x03"
    rb"|(?P<named>W[GN][-+.0-9 ]{7}[a-z ]{2})(?P<named_check>[0-9A-F]{2})\r\n"
    rb"|(?P<beyond> {9}(?:OL|LO))(?P<beyond_check>[0-9A-F]{2})\r\n"
    rb"|=(?P<reversed>[-.0-9]{8})(?==)"
)
LONGEST = 15
SIGNED = re.compile(rb"([+-][0-9]{6})([0-4])")
# Seven characters, last digit first, then - or 0 for the sign.
REVERSED = re.compile(rb"[0-9]+(?:\.[0-9]+)?[-0]")
BEYOND = {b"OL": Status.OVERLOAD, b"LO": Status.UNDERLOAD}
# After a frame with a check, so many without one must come before they are believed.
DISTRUSTED = 16


class Yaohua:
    """Reads a stream; never asks.

    Source: manuals of the XK3190-A23p, A26 (formats 0 and 1) and A12(E). Known to work on bytes made after the
    manuals only, on no scale.

    Three forms, told apart by their bytes: STX, sign, six digits, places, check, ETX; `WG004.139kg3D` CR LF, net with
    WN; `=00.1000-`, which is -1.00 written backwards. Format 2 of the A23p, written forwards, cannot be told from the
    last one: set the indicator to format 1. None says whether the weight is at rest, so all weights are UNSTABLE; net
    ones are reported as they are, for their tare is not told. The unit is `settings.unit` but where a frame names it.

    The check is an XOR of eight bits: it misses swapped bytes, and one in 256 of the frames with several faults. The
    `=` form has none: a frame counts once the next `=` follows it, a lost or doubled byte shows in the length, and a
    new decimal point is believed when it stays; garbled or swapped digits and a gap of exactly nine bytes are not to
    be seen. Weighing rejects such glitches. Once a frame with a check came, 16 without one are dropped.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._unit = settings.unit
        self._frames = Frames(FRAME, LONGEST, self.counts)
        self._text = WeightText(self.counts)
        self._units = UnitWatch(self.counts)
        self._distrusted = 0

    def request(self, at: float) -> bytes:  # noqa: ARG002 - the protocol's signature
        """Nothing: the scale speaks by itself."""
        return b""

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for frame in self._frames.feed(data):
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
        self._text.reset()
        self._units.reset()
        self._distrusted = 0

    def _read(self, frame: re.Match[bytes], at: float) -> WeightReading | None:
        form = frame.lastgroup or ""
        if form == "reversed":
            weight = self._unchecked(frame["reversed"])
            return None if weight is None else WeightReading(0, at, weight, Status.UNSTABLE)
        body, check = frame[form.removesuffix("_check")], frame[form]
        if check != check_of(body):
            return None
        self._distrusted = DISTRUSTED
        if form == "beyond_check":
            return WeightReading(0, at, None, BEYOND[body[-2:]])
        weight = self._named(body) if form == "named_check" else self._signed(body)
        return None if weight is None else WeightReading(0, at, weight, Status.UNSTABLE)

    def _signed(self, body: bytes) -> float | None:
        match = SIGNED.fullmatch(body)
        if match is None:
            return None
        self._units.see(self._unit)
        return grams(Decimal(int(match[1]), int(match[2])), self._unit)

    def _named(self, body: bytes) -> float | None:
        # Without a decimal point its place, the last one, is blank.
        number, unit = read_decimal(body[2:9].removesuffix(b" ")), UNITS.get(body[9:].strip(b" "))
        if number is None or unit is None:
            return None
        self._units.see(unit)
        return grams(number, unit)

    def _unchecked(self, body: bytes) -> float | None:
        if self._distrusted:
            self._distrusted -= 1
            return None
        return self._text.grams(body[::-1], self._unit, len(body)) if REVERSED.fullmatch(body) else None


def check_of(body: bytes) -> bytes:
    """The two check characters of `body`: the XOR of its bytes, in hexadecimal."""
    return b"%02X" % reduce(xor, body)
