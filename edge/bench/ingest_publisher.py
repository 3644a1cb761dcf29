"""Publishes prepared packets to a broker at QoS 1, as fast as a window allows or at a rate.

It is cheap, to leave the machine to what is measured.
"""

import select
import socket
from collections.abc import Sequence

from edge.clock import SystemClock
from edge.errors import CodecError
from edge.ingest.packets import CONNACK, LAST_NUMBER, PUBACK, Connect, PacketReader, connect, disconnect

BURST = 200
LARGEST = 1024
ANSWER_S = 60.0


def publish(
    address: tuple[str, int], packets: Sequence[tuple[bytes, bytes]], order: Sequence[int], window: int, rate: float
) -> tuple[float, float]:
    """Publish and wait for every acknowledgement.

    Args:
        address: of the broker.
        packets: see `edge.bench.ingest_fleet.packets`.
        order: which of them, and when.
        window: unanswered at a time, at most.
        rate: messages a second, at most; 0 is no limit.

    Returns:
        Monotonic seconds of the first PUBLISH and of the last PUBACK.

    Raises:
        CodecError: the broker refuses us, or falls silent.
    """
    with socket.create_connection(address) as wire:
        wire.settimeout(ANSWER_S)
        wire.sendall(connect(Connect("bench-publisher", 0, 0, 100)))
        reader, clock = PacketReader(LARGEST), SystemClock()
        _await(wire, reader, CONNACK)
        began, sent, answered = clock.monotonic_s(), 0, 0
        while answered < len(order):
            allowed = len(order) if not rate else min(len(order), int((clock.monotonic_s() - began) * rate) + 1)
            upto = min(allowed, sent + BURST, answered + window)
            if upto > sent:
                wire.sendall(b"".join(_numbered(packets[order[n]], n) for n in range(sent, upto)))
                sent = upto
            full = sent - answered >= window or sent == len(order)
            answered += _answers(wire, reader, ANSWER_S if full else 0.001 if upto == allowed else 0.0)
        ended = clock.monotonic_s()
        wire.sendall(disconnect())
    return began, ended


def _numbered(packet: tuple[bytes, bytes], n: int) -> bytes:
    head, rest = packet
    return head + (n % LAST_NUMBER + 1).to_bytes(2) + rest


def _answers(wire: socket.socket, reader: PacketReader, wait_s: float) -> int:
    if not select.select([wire], [], [], wait_s)[0]:
        if wait_s >= ANSWER_S:
            raise CodecError(f"expected PUBACKs, found none for {wait_s:g} s")
        return 0
    return sum(first >> 4 == PUBACK for first, _ in _read(wire, reader))


def _await(wire: socket.socket, reader: PacketReader, kind: int) -> None:
    while not any(first >> 4 == kind for first, _ in _read(wire, reader)):
        pass


def _read(wire: socket.socket, reader: PacketReader) -> list[tuple[int, bytes]]:
    data = wire.recv(65536)
    if not data:
        raise CodecError("expected an answer of the broker, found the connection closed")
    return reader.feed(data)
