"""Bridge boards with HX711 or ADS1232 converters, in the line protocol of store-edge. Pure."""

import re
from binascii import crc_hqx

import msgspec

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.framing import Frames
from edge.scale.reading import Status, WeightReading

# What stands between $ and * holds neither, so no frame begins inside another one.
FRAME = re.compile(rb"\$([ -#%-)+-~]{5,132})\*([0-9A-F]{4})\r?\n")
LONGEST = 140
LANE = re.compile(rb"L,(\d{1,5}),(\d{1,5}),(\d{1,2}),(-?\d{1,7}),([0-9A-F])")
# A lane is one digit of flags and six of the converter's 24 bits, all hexadecimal.
LANES = re.compile(rb"M,(\d{1,5}),(\d{1,5}),((?:[0-9A-F]{7}){1,16})")
BOARD = re.compile(rb"I,(\d{1,3}),([A-Za-z0-9_.-]{1,24}),(\d{1,2}),(\d{1,4})")
WORD = 7
# A query that changes nothing; asked until the board has told what it is.
QUERY = b"?\n"
QUERY_EVERY_S = 2.0
HIGH, LOW = 0x7FFFFF, -0x800000
UINT16 = 0xFFFF
# The first bit that is set decides: no data, open cell, saturated high, saturated low.
STATES = ((0x4, Status.NOT_READY), (0x8, Status.NOT_READY), (0x1, Status.OVERLOAD), (0x2, Status.UNDERLOAD))
STATUS_OF_FLAGS = tuple(next((status for bit, status in STATES if flags & bit), Status.UNSTABLE) for flags in range(16))
UNJUDGED = Status.UNSTABLE
# The converter's end codes are saturation, whether or not the firmware flags them.
SATURATED = {HIGH: Status.OVERLOAD, LOW: Status.UNDERLOAD}


class Board(msgspec.Struct, frozen=True):
    """What a board says of itself.

    Attributes:
        protocol: the version; 1.
        name: of the board and its firmware.
        lanes: how many it has.
        rate_hz: conversions a second of each lane.
    """

    protocol: int
    name: str
    lanes: int
    rate_hz: int


class Hx711Bridge:
    """Reads the lines that a bridge board sends by itself.

    Source: deploy/firmware/hx711-bridge.md, our own protocol; no standard exists. No board has been seen.

    Readings carry counts and no weight: a bridge is not calibrated and does not judge whether a weight rests.

    Attributes:
        counts: what went through so far.
        board: what the board said of itself; None until it has, after each opening.
        lost_lines: lines that the numbering shows to be missing, damaged ones included.
    """

    def __init__(self, settings: DriverSettings) -> None:
        self.counts = DriverCounts()
        self.board: Board | None = None
        self.lost_lines = 0
        self._addresses = frozenset(settings.addresses)
        self._frames = Frames(FRAME, LONGEST, self.counts)
        self._sequence: int | None = None
        self._asked = float("-inf")

    def request(self, at: float) -> bytes:
        """The query, now and then, as long as the board has not told what it is."""
        if self.board is not None or at - self._asked < QUERY_EVERY_S:
            return b""
        self._asked = at
        return QUERY

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes."""
        readings: list[WeightReading] = []
        for frame in self._frames.feed(data):
            body, check = frame.groups()
            if b"%04X" % crc_hqx(body, UINT16) == check and self._read(body, at, readings):
                self.counts.frames += 1
            else:
                self.counts.bad_frames += 1
        return readings

    def reset(self) -> None:
        """Begin anew: another board may be there."""
        self._frames.reset()
        self.board, self._sequence, self._asked = None, None, float("-inf")

    def _read(self, body: bytes, at: float, readings: list[WeightReading]) -> bool:
        """Whether the body is one of ours; adds the readings that it holds."""
        match = LANE.fullmatch(body) or LANES.fullmatch(body)
        if match is None:
            return self._introduce(body)
        if int(match[1]) > UINT16 or int(match[2]) > UINT16:
            return False
        lanes = _words(match[3]) if match.re is LANES else [(int(match[3]), int(match[4]), int(match[5], 16))]
        if not LOW <= lanes[0][1] <= HIGH:
            return False
        if not self._is_new(int(match[1])):
            return True
        ours = [_reading(*lane, at) for lane in lanes if lane[0] in self._addresses]
        readings += ours
        self.counts.foreign_frames += not ours
        return True

    def _is_new(self, sequence: int) -> bool:
        """Whether the line was not the last one already; counts those that are missing before it."""
        step = 1 if self._sequence is None else (sequence - self._sequence) & UINT16
        self._sequence = sequence
        self.lost_lines += max(0, step - 1)
        return step > 0

    def _introduce(self, body: bytes) -> bool:
        match = BOARD.fullmatch(body)
        if match is None:
            return False
        board = Board(int(match[1]), match[2].decode(), int(match[3]), int(match[4]))
        # At start-up the numbering begins anew.
        self.board, self._sequence = board, None
        return True


def _reading(lane: int, raw: int, flags: int, at: float) -> WeightReading:
    if flags or raw in SATURATED:
        status = STATUS_OF_FLAGS[flags] if flags else SATURATED[raw]
        return WeightReading(lane, at, None, status)
    return WeightReading(lane, at, None, UNJUDGED, raw)


def _words(digits: bytes) -> list[tuple[int, int, int]]:
    """Lane, raw and flags of each word, the lanes counted from 1."""
    values = [int(digits[at : at + WORD], 16) for at in range(0, len(digits), WORD)]
    return [
        (lane, ((value & 0xFFFFFF) ^ 0x800000) - 0x800000, value >> 24) for lane, value in enumerate(values, start=1)
    ]
