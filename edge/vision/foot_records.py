"""What is kept of a camera's past, without pixels: all that was fed to its counters, compactly. Pure.

A block is a packed run of records, MessagePack within zlib, with its length and CRC-32 before it: a block that was
cut by a loss of power is passed over, the ones before it are whole.
"""

import zlib
from collections.abc import Iterator, Sequence

import msgspec

from edge.events import Stamp
from edge.vision.footprint import Footprint

HEAD_BYTES = 8
MOST_BLOCK_BYTES = 16 * 1024 * 1024
# The figures of one footprint, flat in a row.
_WIDTH = 5


class Began(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """Counting begins; or a file does, in the middle of it (`goes_on`).

    Attributes:
        run: tells one run of the agent from another.
        at: when the running interval began.
        length_s: how long an interval is.
        fps: analysed frames per second that are aimed at.
        size: (width, height) of the pictures, None before the first one.
    """

    run: str
    at: Stamp
    length_s: float
    fps: float
    size: tuple[int, int] | None = None
    goes_on: bool = False


class Sized(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """The first picture came: how large it is."""

    size: tuple[int, int]


class Framed(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A picture was analysed.

    Attributes:
        at_us: monotonic microseconds; in a block, since the record before.
        index: the picture's number; in a block, since the record before.
        feet: the first five figures of each person (`Footprint`), flat.
        clothes: the sixth of each; empty where nobody's can be told, and in records from before it was kept.
    """

    at_us: int
    index: int
    feet: tuple[int, ...] = ()
    clothes: tuple[int, ...] = ()

    def footprints(self) -> Iterator[Footprint]:
        """Who was seen."""
        for n in range(0, len(self.feet), _WIDTH):
            yield Footprint(*self.feet[n : n + _WIDTH], *self.clothes[n // _WIDTH : n // _WIDTH + 1])


def framed(at_us: int, index: int, feet: Sequence[Footprint]) -> Framed:
    """The record of a picture.

    Args:
        at_us: monotonic microseconds.
        index: the picture's number.
        feet: who was seen.
    """
    clothes = tuple(one.clothes for one in feet)
    return Framed(
        at_us, index, tuple(figure for one in feet for figure in one[:_WIDTH]), clothes if any(clothes) else ()
    )


class Degraded(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Something kept the camera from seeing well."""

    reason: str


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """The interval ended."""

    at: Stamp
    early: bool


class Finished(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """The agent stopped counting."""


FootRecord = Began | Sized | Framed | Degraded | Ended | Finished

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[FootRecord])


def pack(records: list[FootRecord]) -> bytes:
    """A block of records, with its head."""
    data = zlib.compress(_encoder.encode(list(_as_steps(records))), 6)
    return len(data).to_bytes(4, "little") + zlib.crc32(data).to_bytes(4, "little") + data


def unpack(head: bytes, data: bytes) -> list[FootRecord] | None:
    """The records of a block; None when it is damaged.

    Args:
        head: its first 8 bytes.
        data: the rest; `block_bytes(head)` of them.
    """
    if len(data) != block_bytes(head) or zlib.crc32(data) != int.from_bytes(head[4:8], "little"):
        return None
    try:
        return list(_from_steps(_decoder.decode(zlib.decompress(data))))
    except (zlib.error, msgspec.DecodeError, TypeError):
        return None


def block_bytes(head: bytes) -> int:
    """How many bytes of a block follow its head."""
    return int.from_bytes(head[:4], "little")


def _as_steps(records: list[FootRecord]) -> Iterator[FootRecord]:
    at_us = index = 0
    for record in records:
        if isinstance(record, Framed):
            yield Framed(record.at_us - at_us, record.index - index, record.feet, record.clothes)
            at_us, index = record.at_us, record.index
        else:
            yield record


def _from_steps(records: list[FootRecord]) -> Iterator[FootRecord]:
    at_us = index = 0
    for record in records:
        if isinstance(record, Framed):
            at_us, index = at_us + record.at_us, index + record.index
            yield Framed(at_us, index, record.feet, record.clothes)
        else:
            yield record
