"""The `ST,GS,…` lines of A&D, CAS and Dini Argeo indicators, and of many that copy them. Pure."""

import re

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Lines
from edge.scale.drivers.numbers import UNITS, WeightText
from edge.scale.reading import Status, WeightReading

# One layout a length, without CR LF. CAS's lamp byte has its top bit set: these are bytes, not ASCII.
LAYOUTS = {
    # CAS, 10 bytes with CR LF: nothing but the number.
    8: re.compile(rb"(?P<data>.{8})"),
    # A&D balances.
    15: re.compile(rb"(?P<state>ST|US|OL|QT),(?P<data>.{9})(?P<unit>.{3})"),
    # A&D indicators; CAS calls it AND, 18 bytes.
    16: re.compile(rb"(?P<state>ST|US|OL),(?P<mode>GS|NT|TR),(?P<data>.{8})(?P<unit>.{2})"),
    # Dini Argeo, without and with its RS-485 address.
    17: re.compile(rb"(?P<state>ST|US|OL|UL|TL),(?P<mode>GS|NT|VL|RZ),(?P<data>.{8}),(?P<unit>.{2})"),
    19: re.compile(rb"(?P<code>\d\d)(?P<state>ST|US|OL|UL|TL),(?P<mode>GS|NT|VL|RZ),(?P<data>.{8}),(?P<unit>.{2})"),
    # CAS, 22 bytes.
    20: re.compile(
        rb"(?P<state>ST|US|OL),(?P<mode>GS|NT|TR),(?P<id>[0-~])(?P<lamp>[\x80-\xff]),(?P<data>.{8}) (?P<unit>.{2})"
    ),
}
# With room for some rubbish before it.
LONGEST = 32
STATES = {
    b"ST": Status.STABLE,
    b"US": Status.UNSTABLE,
    b"OL": Status.OVERLOAD,
    b"UL": Status.UNDERLOAD,
    b"TL": Status.NOT_READY,  # not level
}
# Frames in order that tell no weight on the plate: pieces; tare, microvolts, converter points; pieces and a share.
COUNTING = b"QT"
NO_WEIGHT_MODES = {b"TR", b"VL", b"RZ"}
NO_WEIGHT_UNITS = {b"PC", b"%"}
# Beyond the range: a sign and whatever fills the field, as in `+9999999E+19`.
BEYOND = re.compile(rb"[-+ .0-9E]*")
WEIGHED = (Status.STABLE, Status.UNSTABLE, Status.ZERO)
LAMP_ZERO, LAMP_HOLD = 0x01, 0x10


class AndContinuous:
    """Reads a stream; never asks.

    Source: A&D GX, GH, EK-L and AD-4403 manuals; CAS CI-600D (section 10), CI-150A and NT-200; Dini Argeo DGT and LTP.
    Known to work on bytes made after the manuals only, on no scale.

    An address in the frame is the reading's: Dini Argeo's two digits, CAS's device number (0x31 is 1); 0 without one.
    Only the plates of `settings.addresses` are read. NT is a net weight whose tare is not told: the net is reported,
    so a shelf's indicator must not be tared. A weight that the display holds (CAS's lamp) is none of now: NOT_READY.
    The bare number of CAS's 10 bytes has no status: UNSTABLE, for it does not judge. A number without a unit is in
    `settings.unit`.

    There is no checksum. A lost or doubled byte shows in the length; a new length, decimal point or unit is believed
    when it stays. Not to be seen are garbled or swapped digits, and a gap of exactly one frame's length, which joins
    the head of one frame with the tail of another. Weighing rejects such glitches.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self._unit = settings.unit
        self._lines = Lines(b"\r\n", LONGEST, self.counts)
        self._plates = {address: WeightText(self.counts) for address in settings.addresses}

    def request(self, at: float) -> bytes:  # noqa: ARG002 - the protocol's signature
        """Nothing: the scale speaks by itself."""
        return b""

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings = []
        for line in self._lines.feed(data):
            layout = LAYOUTS.get(len(line))
            match = None if layout is None else layout.fullmatch(line)
            if match is None:
                self.counts.bad_frames += 1
                continue
            reading = self._read(match.groupdict(), len(line), at)
            if reading is not None:
                readings.append(reading)
        return readings

    def reset(self) -> None:
        """Begin anew."""
        self._lines.reset()
        for text in self._plates.values():
            text.reset()

    def _read(self, fields: dict[str, bytes], length: int, at: float) -> WeightReading | None:
        """One frame's reading, and its count."""
        address = address_of(fields)
        if address not in self._plates:
            self.counts.foreign_frames += 1
            return None
        unit = fields.get("unit", b"").strip(b" ")
        if fields.get("state") == COUNTING or fields.get("mode") in NO_WEIGHT_MODES or unit in NO_WEIGHT_UNITS:
            self.counts.frames += 1
            return None
        status = status_of(fields)
        weight: float | None = None
        if status in WEIGHED:
            named = UNITS.get(unit) if unit else self._unit
            weight = self._plates[address].grams(fields["data"], named, length)
            good = weight is not None
        else:
            good = BEYOND.fullmatch(fields["data"]) is not None
        if not good:
            self.counts.bad_frames += 1
            return None
        self.counts.frames += 1
        return WeightReading(address, at, weight, status)


def address_of(fields: dict[str, bytes]) -> int:
    """The address in a frame; 0 without one."""
    if "id" in fields:
        return fields["id"][0] - ord("0")
    return int(fields.get("code", b"0"))


def status_of(fields: dict[str, bytes]) -> Status:
    """What the header says, and CAS's lamps beside it."""
    status = STATES[fields["state"]] if "state" in fields else Status.UNSTABLE
    if status is Status.OVERLOAD and b"-" in fields["data"][:1]:
        return Status.UNDERLOAD
    lamp = fields.get("lamp", b"\0")[0]
    if lamp & LAMP_HOLD and status in WEIGHED:
        return Status.NOT_READY
    return Status.ZERO if lamp & LAMP_ZERO and status is Status.STABLE else status
