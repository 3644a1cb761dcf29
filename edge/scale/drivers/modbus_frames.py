"""Modbus RTU frames: questions out, answers in. Pure.

Source: MODBUS over Serial Line, specification and implementation guide V1.02 (CRC in section 2.5.1.2 and appendix B);
MODBUS Application Protocol V1.1b3, sections 6.3, 6.4 (reading) and 7 (exceptions). The silence between frames, which
the standard makes their border, cannot be timed behind a USB adapter: frames are found by what is known of the answer
and by their CRC.
"""

import struct
from typing import NamedTuple

READ_HOLDING, READ_INPUT = 3, 4
REFUSED = 0x80  # added to the function of an exception
SLAVES = range(1, 248)  # 0 is the broadcast, from 248 on reserved
MOST_REGISTERS = 125  # in one answer
OVERHEAD = 5  # slave, function, byte count; CRC
REFUSAL_LENGTH = 5  # slave, function, code; CRC
LONGEST = 2 * MOST_REGISTERS + OVERHEAD


def _crc_row(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


CRC_TABLE = tuple(map(_crc_row, range(256)))


class Answer(NamedTuple):
    """A frame in a buffer that answers a question.

    Attributes:
        start: its first byte.
        end: behind its last.
        data: the registers, two bytes each, high byte first; empty when `refusal` is set.
        refusal: the exception's code; None for a proper answer.
    """

    start: int
    end: int
    data: bytes
    refusal: int | None


def crc16(data: bytes | bytearray) -> int:
    """CRC-16/MODBUS; sent low byte first. Over a frame with its CRC it is 0."""
    crc, table = 0xFFFF, CRC_TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def with_crc(body: bytes) -> bytes:
    """A frame: the body and its CRC."""
    return body + struct.pack("<H", crc16(body))


def read_request(slave: int, start: int, count: int, function: int = READ_HOLDING) -> bytes:
    """The question for `count` registers (1 to 125) from wire address `start` on; 8 bytes."""
    return with_crc(struct.pack(">BBHH", slave, function, start, count))


def answer_head(slave: int, count: int, function: int = READ_HOLDING) -> bytes:
    """How the answer with `count` registers begins: slave, function, byte count."""
    return bytes((slave, function, 2 * count))


def find_answer(buffer: bytes | bytearray, head: bytes) -> Answer | None:
    """The first frame in `buffer` that begins with `head`, or refuses that question, with a right CRC.

    Where bytes that begin like such a frame are not followed by enough others yet, the answer is None: what is found
    depends on the bytes alone, never on the pieces in which they arrived.
    """
    refusal = bytes((head[0], head[1] | REFUSED))
    start = buffer.find(head[:1])
    while start >= 0:
        begins = bytes(buffer[start : start + 3])
        refused = begins[:2] == refusal
        if refused or head.startswith(begins):
            end = start + (REFUSAL_LENGTH if refused else OVERHEAD + head[2])
            if end > len(buffer):
                return None
            frame = bytes(buffer[start:end])
            if crc16(frame) == 0:
                return Answer(start, end, b"" if refused else frame[3:-2], frame[2] if refused else None)
        start = buffer.find(head[:1], start + 1)
    return None


def foreign_frames(data: bytes | bytearray) -> tuple[int, int]:
    """How many whole answers of any slave stand in `data`, and how many bytes belong to none."""
    frames = rest = at = 0
    while at < len(data):
        length = _length_at(data, at)
        if length and at + length <= len(data) and crc16(data[at : at + length]) == 0:
            frames, at = frames + 1, at + length
        else:
            rest, at = rest + 1, at + 1
    return frames, rest


def _length_at(data: bytes | bytearray, at: int) -> int:
    """How long the answer is that may begin there; 0 when none can."""
    if at + REFUSAL_LENGTH > len(data) or data[at] not in SLAVES:
        return 0
    if data[at + 1] in {READ_HOLDING | REFUSED, READ_INPUT | REFUSED}:
        return REFUSAL_LENGTH
    if data[at + 1] in {READ_HOLDING, READ_INPUT} and data[at + 2] in range(2, 2 * MOST_REGISTERS + 1, 2):
        return OVERHEAD + data[at + 2]
    return 0
