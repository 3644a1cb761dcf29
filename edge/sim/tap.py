"""A tap on the wire between an MQTT 5 client and its broker: passes every byte on, and notes what was acknowledged.

It stands in nobody's service: neither the client nor the broker is asked what it did. That makes it a witness of what
was really published. Packets as in MQTT 5.0, sections 2.1 (fixed header), 3.3 (PUBLISH) and 3.4 (PUBACK).
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.codec import Message

PUBLISH, PUBACK = 3, 4
FAILURE = 0x80  # reason codes from here on refuse
CHUNK = 65536
POLL_S = 0.2


class PacketReader:
    """Bytes of one direction, in any pieces, to whole packets. Pure."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The packets that are complete now, each as its first byte and its body."""
        self._buffer += data
        packets = []
        while (packet := self._next()) is not None:
            packets.append(packet)
        return packets

    def _next(self) -> tuple[int, bytes] | None:
        head = read_varint(self._buffer, 1)
        if head is None or len(self._buffer) < head[1] + head[0]:
            return None
        length, start = head
        packet = self._buffer[0], bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return packet


class Conversation:
    """One connection: which PUBLISH each PUBACK answers. Pure."""

    def __init__(self) -> None:
        self._up, self._down = PacketReader(), PacketReader()
        self._waiting: dict[int, Message] = {}

    def sent(self, data: bytes) -> None:
        """Take in what the client sent."""
        for first, body in self._up.feed(data):
            if first >> 4 == PUBLISH and first & 0b110:
                packet_id, message = read_publish(first, body)
                self._waiting[packet_id] = message

    def answered(self, data: bytes) -> list[Message]:
        """Take in what the broker sent; gives the messages that this acknowledges."""
        done = []
        for first, body in self._down.feed(data):
            if first >> 4 != PUBACK:
                continue
            message = self._waiting.pop(int.from_bytes(body[:2], "big"), None)
            if message is not None and (len(body) == 2 or body[2] < FAILURE):  # noqa: PLR2004 - no reason code is success
                done.append(message)
        return done


def read_varint(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A variable byte integer (section 1.5.5) and where it ends; None when bytes are missing."""
    value = 0
    for n, byte in enumerate(data[at : at + 4]):
        value |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            return value, at + n + 1
    return None


def read_publish(first: int, body: bytes) -> tuple[int, Message]:
    """A PUBLISH of QoS 1 or 2: its packet identifier, and what it says."""
    topic_end = 2 + int.from_bytes(body[:2], "big")
    packet_id = int.from_bytes(body[topic_end : topic_end + 2], "big")
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it without types
    _, length = properties.unpack(body[topic_end + 2 :])  # type: ignore[no-untyped-call]
    named: list[tuple[str, str]] = getattr(properties, "UserProperty", [])
    message = Message(
        topic=body[2:topic_end].decode(),
        payload=body[topic_end + 2 + length :],
        properties=tuple((name, value) for name, value in named),
        retain=bool(first & 1),
    )
    return packet_id, message


class Tap:
    """Listens on loopback and passes every connection on to a broker.

    Attributes:
        port: where the client has to connect to.
    """

    def __init__(self, host: str, port: int) -> None:
        """Start to listen.

        Args:
            host: the broker's.
            port: the broker's.
        """
        self._broker = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(POLL_S)
        self.port: int = self._listener.getsockname()[1]
        self._acknowledged: list[Message] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._open: set[socket.socket] = set()
        self._pumps: list[threading.Thread] = []
        self._listening = threading.Thread(target=self._listen, name="tap", daemon=True)
        self._listening.start()

    def acknowledged(self) -> tuple[Message, ...]:
        """Everything that the broker has acknowledged so far, in that order, resends included."""
        with self._lock:
            return tuple(self._acknowledged)

    def close(self) -> None:
        """Cut all connections and stop listening."""
        self._stop.set()
        self._listening.join()
        self._listener.close()
        for side in tuple(self._open):
            _hang_up(side)
        for thread in self._pumps:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError):  # nobody came, or the broker is down: the client will try again
                client, _ = self._listener.accept()
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        try:
            broker = socket.create_connection(self._broker)
        except OSError:
            client.close()
            raise
        talk = Conversation()

        def up(data: bytes) -> None:
            with self._lock:
                talk.sent(data)

        def down(data: bytes) -> None:
            with self._lock:
                self._acknowledged += talk.answered(data)

        self._pumps = [thread for thread in self._pumps if thread.is_alive()]
        self._pump(client, broker, up)
        self._pump(broker, client, down)

    def _pump(self, source: socket.socket, sink: socket.socket, watch: Callable[[bytes], None]) -> None:
        self._open.add(source)
        thread = threading.Thread(target=self._pass_on, args=(source, sink, watch), name="tap", daemon=True)
        self._pumps.append(thread)
        thread.start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, watch: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):  # one side is gone: the other one is told below
            while data := source.recv(CHUNK):
                watch(data)
                sink.sendall(data)
        _hang_up(source)
        _hang_up(sink)
        self._open.discard(source)
        source.close()


def _hang_up(side: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        side.shutdown(socket.SHUT_RDWR)
