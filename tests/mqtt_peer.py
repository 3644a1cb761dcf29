"""A broker's side of MQTT 5 on one socket, whose every answer a test decides.

It speaks just enough: CONNACK, PUBACK, PINGRESP and DISCONNECT (MQTT 5.0, sections 3.2, 3.4, 3.13 and 3.14). What it
keeps of a connection is what the client did on the wire, whatever the client says of itself.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Self

from edge.codec import Message
from edge.sim.tap import PacketReader, read_publish

CONNECT, CONNACK, PUBLISH, PUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 12, 13, 14
RECEIVE_MAXIMUM = 0x21
DUPLICATE = 0b1000
SUCCESS = 0x00
# A client that has sent nothing for so long has filled its window.
IDLE_S = 0.03
POLL_S = 0.05


class Deed(Enum):
    """What to do with a PUBLISH instead of answering it."""

    NOTHING = "nothing"
    HANG_UP = "hang up"


Answer = Callable[["Arrival"], "int | Deed"]


def take(_arrival: "Arrival") -> int:
    return SUCCESS


@dataclass(frozen=True)
class Arrival:
    """One PUBLISH.

    Attributes:
        link: on which connection, from 0.
        duplicate: its DUP flag.
    """

    link: int
    packet: int
    duplicate: bool
    message: Message

    @property
    def is_event(self) -> bool:
        """Whether it is an event, not the birth or a state."""
        return "/evt/" in self.message.topic

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes an event one: source, epoch and sequence."""
        said = dict(self.message.properties)
        return said["source"], said["epoch"], int(said["sequence"])


@dataclass
class Link:
    """One connection.

    Attributes:
        clean_start: as the client asked.
        published: everything that came, in order.
        most_unanswered: the most PUBLISHes that waited for their PUBACK at one time.
    """

    clean_start: bool = False
    published: list[Arrival] = field(default_factory=list)
    most_unanswered: int = 0


class MqttPeer:
    """Listens on loopback. Use as a context manager.

    Attributes:
        port: where.
        receive_maximum: what the next CONNACK grants; None grants what the client likes (65 535).
        connack: the reason code of the next CONNACK.
        answer: gives each PUBLISH the reason code of its PUBACK, once the client has fallen silent, or another deed.
        links: every connection so far.
    """

    def __init__(self, *, receive_maximum: int | None = None, connack: int = SUCCESS, answer: Answer = take) -> None:
        self.receive_maximum, self.connack, self.answer = receive_maximum, connack, answer
        self.links: list[Link] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(POLL_S)
        self.port: int = self._listener.getsockname()[1]
        self._stop = threading.Event()
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._listen, name="peer")

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def arrivals(self) -> list[Arrival]:
        """Every event that came, resends and all."""
        return [arrival for link in self.links for arrival in link.published if arrival.is_event]

    def disconnect(self, reason: int) -> None:
        """Send the client away."""
        assert self._client is not None
        self._client.sendall(bytes([DISCONNECT << 4, 1, reason]))
        self.hang_up()

    def hang_up(self) -> None:
        """Cut the connection in the middle of whatever it carries."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self.hang_up()
        self._thread.join()
        self._listener.close()

    def _listen(self) -> None:
        """One connection after the other: a second one waits until the first has ended."""
        while not self._stop.is_set():
            with contextlib.suppress(OSError):
                self._client, _ = self._listener.accept()
                with self._client as client, contextlib.suppress(OSError):
                    Conversation(self, client, len(self.links)).run()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()


class Conversation:
    """What goes on with one client until one side has had enough."""

    def __init__(self, peer: MqttPeer, client: socket.socket, number: int) -> None:
        self._peer, self._client, self._number = peer, client, number
        self._link = Link()
        self._waiting: list[Arrival] = []
        self._unanswered: set[int] = set()

    def run(self) -> None:
        self._client.settimeout(IDLE_S)
        packets = PacketReader()
        while not self._peer.stopped:
            # Else its small packets wait for our TCP to acknowledge the one before, for 40 ms (tcp(7)).
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                data = self._client.recv(65536)
            except TimeoutError:
                self._answer_all()
                continue
            if not data:
                return
            for first, body in packets.feed(data):
                self._take(first, body)

    def _take(self, first: int, body: bytes) -> None:
        kind = first >> 4
        if kind == CONNECT:
            self._connect(body)
        elif kind == PUBLISH:
            self._publish(first, body)
        elif kind == PINGREQ:
            self._client.sendall(bytes([PINGRESP << 4, 0]))

    def _connect(self, body: bytes) -> None:
        self._link.clean_start = bool(body[7] & 0b10)
        self._peer.links.append(self._link)
        maximum = self._peer.receive_maximum
        properties = b"" if maximum is None else struct.pack(">BH", RECEIVE_MAXIMUM, maximum)
        said = bytes([0, self._peer.connack, len(properties)]) + properties
        self._client.sendall(bytes([CONNACK << 4, len(said)]) + said)
        if self._peer.connack != SUCCESS:
            self._client.shutdown(socket.SHUT_RDWR)

    def _publish(self, first: int, body: bytes) -> None:
        packet, message = read_publish(first, body)
        arrival = Arrival(self._number, packet, bool(first & DUPLICATE), message)
        assert packet not in self._unanswered, "a packet identifier was used again before its PUBACK"
        self._unanswered.add(packet)
        self._waiting.append(arrival)
        self._link.published.append(arrival)
        self._link.most_unanswered = max(self._link.most_unanswered, len(self._unanswered))

    def _answer_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for arrival in waiting:
            match self._peer.answer(arrival):
                case int(reason):
                    self._unanswered.discard(arrival.packet)
                    self._client.sendall(struct.pack(">BBHB", PUBACK << 4, 3, arrival.packet, reason))
                case Deed.HANG_UP:
                    self._client.shutdown(socket.SHUT_RDWR)
                    return
