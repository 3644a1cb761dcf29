"""Packets of Zebra's Simple Serial Interface: bytes to packets and back. Pure.

Source: Zebra, Simple Serial Interface Programmer's Guide (72E-40451); checksum vectors of the public driver
motorola-ssi-scanner.
"""

from enum import IntEnum
from typing import NamedTuple

HEADER, CHECK = 4, 2
DECODER, HOST = 0x00, 0x04
RETRANSMIT, CONTINUES = 0x01, 0x02
# Bits 4 to 7 of the status are never set.
STATUS_BITS = 0x0F


class Opcode(IntEnum):
    """What a packet is."""

    REQUEST_REVISION = 0xA3
    REPLY_REVISION = 0xA4
    PARAM_SEND = 0xC6
    ACK = 0xD0
    NAK = 0xD1
    FLUSH_QUEUE = 0xD2
    CAPABILITIES_REPLY = 0xD4
    START_SESSION = 0xE4
    STOP_SESSION = 0xE5
    BEEP = 0xE6
    SCAN_ENABLE = 0xE9
    SCAN_DISABLE = 0xEA
    DECODE_DATA = 0xF3
    EVENT = 0xF6


# What a decoder sends; bytes that would begin another packet are out of step.
FROM_DECODER = frozenset(
    {
        Opcode.REPLY_REVISION,
        Opcode.PARAM_SEND,
        Opcode.ACK,
        Opcode.NAK,
        Opcode.CAPABILITIES_REPLY,
        Opcode.DECODE_DATA,
        Opcode.EVENT,
    }
)


class Packet(NamedTuple):
    """One packet with a right checksum.

    Attributes:
        opcode: what it is.
        status: its bits, such as RETRANSMIT.
        data: what it carries.
        slipped: whether bytes before it were skipped: a packet may be missing.
    """

    opcode: int
    status: int
    data: bytes
    slipped: bool


def checksum(body: bytes) -> bytes:
    """Two's complement of the sum of all bytes before it, high byte first."""
    return (-sum(body) & 0xFFFF).to_bytes(CHECK, "big")


def encode(opcode: Opcode, data: bytes = b"", status: int = 0, source: int = HOST) -> bytes:
    """A whole packet.

    Args:
        opcode: what it is.
        data: at most 251 bytes.
        status: its bits.
        source: who sends it.
    """
    body = bytes((HEADER + len(data), opcode, source, status)) + data
    return body + checksum(body)


class PacketReader:
    """Bytes in any pieces to packets, in bounded memory.

    A packet has no mark at its beginning. A header that no decoder sends moves the reader on by one byte, and so does a
    wrong checksum; a whole packet behind rubbish is found again.
    """

    def __init__(self) -> None:
        self._rest, self._slipped = b"", False
        self.skipped_bytes = 0

    def feed(self, data: bytes) -> list[Packet | None]:
        """The packets that are complete now, in their order; None stands for one with a wrong checksum."""
        buffer, at = self._rest + data, 0
        packets: list[Packet | None] = []
        while len(buffer) - at >= HEADER:
            if not _may_begin(buffer, at):
                at += self._skip(1)
                continue
            end = at + buffer[at] + CHECK
            if end > len(buffer):
                break
            body = buffer[at : end - CHECK]
            if checksum(body) == buffer[end - CHECK : end]:
                packets.append(Packet(body[1], body[3], body[HEADER:], self._slipped))
                at, self._slipped = end, False
            else:
                packets.append(None)
                at += self._skip(1)
        self._rest = buffer[at:]
        return packets

    def abandon(self) -> bool:
        """Give up what is half received; whether there was anything."""
        lost, self._rest = self._skip(len(self._rest)), b""
        return lost > 0

    def _skip(self, n: int) -> int:
        self.skipped_bytes += n
        self._slipped |= n > 0
        return n


def _may_begin(buffer: bytes, at: int) -> bool:
    length, opcode, source, status = buffer[at : at + HEADER]
    return length >= HEADER and opcode in FROM_DECODER and source == DECODER and status <= STATUS_BITS
