"""Toledo's continuous output, sent by many indicators of Mettler Toledo, Rice Lake, Kern and others. Pure."""

import re
from typing import NamedTuple

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.numbers import Decimal, UnitWatch, grams
from edge.scale.reading import Status, WeightReading

STX = 0x02
# STX, three status words, six digits of weight, six of tare, CR; perhaps a check byte behind it.
FRAME = re.compile(rb"\x02([^\x02\r]{15})\r")
LENGTH = 17
# Status word A has an increment (bits 3, 4 not both 0); bit 5 of each word is always set, bit 6 never of A.
BODY = re.compile(rb"([(-?])([ -?`-\x7f])([ -?`-\x7f])([ 0-9]{6})([ 0-9]{6})")
# Word A, bits 0 to 2: what one step of the last digit is worth, as decimal places.
PLACES = (-2, -1, 0, 1, 2, 3, 4, 5)
# Word B.
NET, NEGATIVE, OUT_OF_RANGE, MOTION, KILOGRAMS, NO_ZERO_YET = 0x01, 0x02, 0x04, 0x08, 0x10, 0x40
# Word C, bits 0 to 2: the unit; 0 leaves it to word B. Bit 4: the weight has one digit more than usual.
UNITS = {1: "g", 2: "t", 3: "oz"}
EXPANDED = 0x10
# So many frames in a row must show that check bytes come, or that none come: (believed so far, seen) → frames.
IN_A_ROW = {(None, True): 1, (None, False): 3, (False, True): 3, (True, False): 16}


class Frame(NamedTuple):
    """A frame whose check byte, if it has one, is still to come."""

    weight_g: float | None
    status: Status
    unit: str
    check: int


class ToledoContinuous:
    """Reads a stream; never asks.

    Source: Mettler Toledo Wildcat (appendix 2) and IND445 (section 5.2), Kern FTC, Rice Lake 680 (section 11.3.4),
    Triner TS-700. Known to work on bytes made after the manuals only, on no scale.

    The check byte is optional, and the stream tells: once it has held, it is required, and without it a frame is bad.
    That there is none is believed after three frames that were followed by the next STX at once; until then they
    bring no reading. 16 such frames in a row undo the former, three held checks the latter. A check that equals STX
    proves nothing by itself.

    In net mode the gross weight is net plus tare. Status B bit 6 (no zero found since power-on) is NOT_READY. Not
    read: weights with an expanded digit, units other than kg, lb, g, t and oz, the short form without tare. The check
    is a sum of seven bits: it misses swapped bytes, and one in 128 of the frames with several faults. Without it,
    garbled digits and a gap of exactly one frame's length are not to be seen either. Weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:  # noqa: ARG002 - the signature of all drivers
        self.counts = DriverCounts()
        self._rest = b""
        self._last: Frame | None = None
        self._checked: bool | None = None
        self._contrary = 0
        self._units = UnitWatch(self.counts)

    def request(self, at: float) -> bytes:  # noqa: ARG002 - the protocol's signature
        """Nothing: the scale speaks by itself."""
        return b""

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes: at the check byte where there is one, else at CR."""
        buffer, start = self._rest + data, 0
        readings: list[WeightReading] = []
        while start < len(buffer):
            if self._last is not None:
                start += self._end(self._last, buffer[start], at, readings)
                self._last = None
            match = FRAME.search(buffer, start)
            if match is None:
                break
            self.counts.skipped_bytes += match.start() - start
            start = match.end()
            self._last = read_frame(match[1])
            if self._last is None:
                self.counts.bad_frames += 1
            elif self._checked is False:
                readings.append(self._reading(self._last, at))
        rest = max(start, len(buffer) - LENGTH + 1)
        self.counts.skipped_bytes += rest - start
        self._rest = buffer[rest:]
        return readings

    def reset(self) -> None:
        """Begin anew; whether there are check bytes is found out again."""
        self._rest = b""
        self._last = None
        self._checked = None
        self._contrary = 0
        self._units.reset()

    def _end(self, frame: Frame, byte: int, at: float, readings: list[WeightReading]) -> int:
        """Judge the byte behind a frame: 1 when it is the frame's check byte, else 0."""
        before = self._checked
        # A check of 2 looks like the STX of the next frame: where checks are not the rule it proves nothing.
        held = byte == frame.check and (byte != STX or before is True)
        if held or (byte == STX and frame.check != STX):
            self._learn(held)
        if held and before is not False:
            readings.append(self._reading(frame, at))
        elif before is True:
            self.counts.bad_frames += 1
        elif before is None:
            self.counts.frames += 1
        return int(held)

    def _learn(self, checked: bool) -> None:
        if checked is self._checked:
            self._contrary = 0
            return
        self._contrary += 1
        if self._contrary >= IN_A_ROW[self._checked, checked]:
            self._checked, self._contrary = checked, 0

    def _reading(self, frame: Frame, at: float) -> WeightReading:
        self.counts.frames += 1
        self._units.see(frame.unit)
        return WeightReading(0, at, frame.weight_g, frame.status)


def read_frame(body: bytes) -> Frame | None:
    """What stands between STX and CR; None when it is no frame."""
    match = BODY.fullmatch(body)
    if match is None:
        return None
    (a,), (b,), (c,), weight, tare = match.groups()
    unit = UNITS.get(c & 0x07) if c & 0x07 else ("kg" if b & KILOGRAMS else "lb")
    if unit is None or c & EXPANDED:
        return None
    check = -(STX + sum(body) + ord("\r")) & 0x7F
    if b & NO_ZERO_YET:
        return Frame(None, Status.NOT_READY, unit, check)
    if b & OUT_OF_RANGE:
        return Frame(None, Status.UNDERLOAD if b & NEGATIVE else Status.OVERLOAD, unit, check)
    gross = gross_of(weight, tare, b)
    if gross is None:
        return None
    places = PLACES[a & 0x07]
    number = Decimal(gross * 10 ** max(0, -places), max(0, places))
    return Frame(grams(number, unit), Status.UNSTABLE if b & MOTION else Status.STABLE, unit, check)


def gross_of(weight: bytes, tare: bytes, b: int) -> int | None:
    """The gross weight in steps of the last digit; None when a field is no number."""
    shown, tared = steps(weight), steps(tare) if b & NET else 0
    if shown is None or tared is None:
        return None
    return tared - shown if b & NEGATIVE else tared + shown


def steps(field: bytes) -> int | None:
    """Right-aligned digits; None when they are none."""
    digits = field.lstrip(b" ")
    return int(digits) if digits.isdigit() else None
