"""Many simulated gateways in one process: their sockets, their clocks, and when each may connect again.

The process is told by its parent when to begin, and gives back when each event was sent.
"""

import contextlib
import heapq
import random
import select
import socket
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from edge.backoff import Backoff
from edge.bench.fleet_gateway import WAYS, LightGateway, Phase
from edge.bench.ingest_fleet import Said
from edge.clock import Clock, SystemClock
from edge.errors import CodecError
from edge.ingest.packets import PING, disconnect
from edge.uplink.uplink import BACKOFF_FIRST_S

TURN_S = 0.01
WATCH_EVERY_S = 0.5
# All at once they would be more than the broker's queue of new connections.
CONNECTS_PER_S = 200.0
CHUNK = 65536
_PAGE_BYTES = 4096


@dataclass(frozen=True)
class Orders:
    """What a process is to do.

    Attributes:
        broker: host and port.
        own_address: of loopback, from which it connects: each has ports of its own.
        said: the events of each of its gateways, by the gateway's number.
        gateways: of the whole fleet; event n of it belongs to gateway n % gateways.
        per_s: events of the whole fleet.
        receipts: whether a gateway waits for those of the cloud's database.
        seed: of pauses before a reconnect.
        longest_s: after the last event was accepted it goes on for so long, at most.
    """

    broker: tuple[str, int]
    own_address: str
    said: Mapping[int, Sequence[Said]]
    gateways: int
    per_s: float
    receipts: bool
    seed: int
    longest_s: float


@dataclass(frozen=True)
class Told:
    """What a process gives back; times are monotonic seconds, by the gateway's number and in the order of acceptance.

    Attributes:
        served_s: when each connection came so far that events might go.
        repeated: events that went out once more.
        pending: accepted and still kept.
        memory_bytes: by which the process had grown, at most.
    """

    sent_s: Mapping[int, "array[float]"]
    served_s: Mapping[int, Sequence[float]]
    repeated: int
    pending: int
    memory_bytes: int


@dataclass(slots=True)
class Client:
    """A gateway and its socket.

    Attributes:
        out: what the socket would not take yet.
        opening: the connection is not there yet.
        waits: whether the poll tells when the socket takes more.
        moved_s: when it last sent, or began to connect.
    """

    number: int
    gateway: LightGateway
    backoff: Backoff
    wire: socket.socket | None = None
    out: bytearray = field(default_factory=bytearray)
    opening: bool = False
    waits: bool = False
    moved_s: float = 0.0


def work(orders: Orders, parent: Connection) -> None:
    """Connect all, say so, wait for the time to begin, and give back a `Told` at the end."""
    clients = Clients(orders, SystemClock())
    try:
        clients.connect_all()
        parent.send(len(clients))
        while not parent.poll():
            clients.turn()
        parent.send(clients.produce(float(parent.recv())))
    finally:
        clients.close()


class Clients:
    """The gateways of one process."""

    def __init__(self, orders: Orders, clock: Clock) -> None:
        self._orders, self._clock = orders, clock
        self._memory_at_first = self._memory = _resident_bytes()
        self._dice = random.Random(orders.seed)  # noqa: S311 - a simulation
        self._clients = {
            number: Client(
                number,
                LightGateway(said, receipts=orders.receipts),
                Backoff(BACKOFF_FIRST_S, WAYS.backoff_max_s, dice=random.Random(self._dice.random())),  # noqa: S311 - a simulation
            )
            for number, said in orders.said.items()
        }
        self._poll = select.epoll()
        self._by_wire: dict[int, Client] = {}
        self._away: list[tuple[float, int]] = []
        self._busy: set[int] = set()
        self._watched_s = 0.0

    def __len__(self) -> int:
        return len(self._clients)

    def connect_all(self) -> None:
        """Until each has said its birth."""
        now = self._clock.monotonic_s()
        spread_s = self._orders.gateways / CONNECTS_PER_S
        self._away = [(now + self._dice.uniform(0, spread_s), number) for number in self._clients]
        heapq.heapify(self._away)
        while any(one.gateway.phase is not Phase.SERVING for one in self._clients.values()):
            self.turn()

    def produce(self, begin_s: float) -> Told:
        """Accept each event at its time, until all are acknowledged or it takes too long.

        Args:
            begin_s: when event 0 of the fleet is accepted.
        """
        orders = self._orders
        counts = {number: len(said) for number, said in orders.said.items()}
        plan = sorted(n * orders.gateways + number for number, count in counts.items() for n in range(count))
        until = begin_s + plan[-1] / orders.per_s + orders.longest_s
        at = 0
        while True:
            now = self._clock.monotonic_s()
            while at < len(plan) and begin_s + plan[at] / orders.per_s <= now:
                self._accept(plan[at] % orders.gateways)
                at += 1
            self.turn()
            if now > until or (at == len(plan) and all(one.gateway.is_over for one in self._clients.values())):
                return self._told()

    def turn(self) -> None:
        """Move bytes both ways, for a moment."""
        for wire, events in self._poll.poll(TURN_S):
            client = self._by_wire.get(wire)
            if client is not None:
                self._move(client, events)
        now = self._clock.monotonic_s()
        while self._away and self._away[0][0] <= now:
            self._open(self._clients[heapq.heappop(self._away)[1]], now)
        for number in list(self._busy):
            client = self._clients[number]
            self._send(client, client.gateway.fill(now), now)
            if not client.gateway.has_room:
                self._busy.discard(number)
        if now - self._watched_s >= WATCH_EVERY_S:
            self._watched_s = now
            self._watch(now)

    def close(self) -> None:
        """Leave, without a last will."""
        for client in self._clients.values():
            if client.wire is not None:
                with contextlib.suppress(OSError):
                    client.wire.send(disconnect())
                client.wire.close()
        self._poll.close()

    def _accept(self, number: int) -> None:
        gateway = self._clients[number].gateway
        gateway.accept()
        if gateway.phase is Phase.SERVING:
            self._busy.add(number)

    def _open(self, client: Client, now: float) -> None:
        wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        wire.setblocking(False)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.wire, client.opening, client.waits, client.moved_s = wire, True, True, now
        self._by_wire[wire.fileno()] = client
        self._poll.register(wire.fileno(), select.EPOLLIN | select.EPOLLOUT)
        try:
            wire.bind((self._orders.own_address, 0))
            wire.connect(self._orders.broker)
        except BlockingIOError:
            pass
        except OSError:
            self._lose(client, now)

    def _move(self, client: Client, events: int) -> None:
        now = self._clock.monotonic_s()
        wire = client.wire
        if wire is None:
            return
        try:
            if client.opening:
                if error := wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    raise OSError(error, "connect")  # noqa: TRY301 - as the kernel would have raised it
                client.opening = False
                self._send(client, client.gateway.connect(), now)
            elif events & ~select.EPOLLOUT:
                data = wire.recv(CHUNK)
                if not data:
                    raise ConnectionResetError("the broker closed the connection")
                self._send(client, client.gateway.feed(data, now), now)
                self._note(client)
            else:
                self._send(client, b"", now)
        except BlockingIOError:
            pass
        except (OSError, CodecError):
            self._lose(client, now)

    def _note(self, client: Client) -> None:
        """Something came: there may be room for more, and the connection may have shown that it works."""
        if client.gateway.has_room:
            self._busy.add(client.number)
        if client.gateway.delivered:
            client.backoff.worked()

    def _send(self, client: Client, data: bytes, now: float) -> None:
        wire = client.wire
        if wire is None:
            return
        client.out += data
        if client.out:
            client.moved_s = now
            try:
                del client.out[: wire.send(client.out)]
            except BlockingIOError:
                pass
            except OSError:
                self._lose(client, now)
                return
        if client.waits != bool(client.out):
            client.waits = bool(client.out)
            self._poll.modify(wire.fileno(), select.EPOLLIN | (select.EPOLLOUT if client.waits else 0))

    def _lose(self, client: Client, now: float) -> None:
        wire, client.wire = client.wire, None
        if wire is not None:
            self._poll.unregister(wire.fileno())
            del self._by_wire[wire.fileno()]
            wire.close()
        client.out.clear()
        client.gateway.lost()
        self._busy.discard(client.number)
        heapq.heappush(self._away, (now + client.backoff.failed(), client.number))

    def _watch(self, now: float) -> None:
        """Give up what is silent, keep alive what is quiet."""
        self._memory = max(self._memory, _resident_bytes())
        for client in self._clients.values():
            if client.wire is None:
                continue
            oldest = client.gateway.oldest()
            late = client.gateway.phase is not Phase.SERVING and now - client.moved_s > WAYS.connect_timeout_s
            if late or (oldest is not None and now - oldest > WAYS.ack_timeout_s):
                self._lose(client, now)
            elif client.gateway.phase is Phase.SERVING:
                if now - client.moved_s >= WAYS.keepalive_s:
                    self._send(client, PING, now)
                client.gateway.look(now)
                if client.gateway.has_room:
                    self._busy.add(client.number)

    def _told(self) -> Told:
        gateways = {number: one.gateway for number, one in self._clients.items()}
        return Told(
            sent_s={number: one.sent_s for number, one in gateways.items()},
            served_s={number: one.served_s for number, one in gateways.items()},
            repeated=sum(one.repeated for one in gateways.values()),
            pending=sum(one.pending for one in gateways.values()),
            memory_bytes=self._memory - self._memory_at_first,
        )


def _resident_bytes() -> int:
    """Of this process (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
