"""One simulated gateway of a fleet: bytes in, bytes out, with the product's own codec and flow control. Pure.

What it has of a real one: birth and last will, a clean session for every connection, two lanes and a window that
begins at one (`edge.uplink.flight`), and an event that is kept until its PUBACK, or until the receipt of the cloud's
database, and is sent again on the next connection. What it has not: the outbox is a table in memory, for a thousand
disks are not what is measured.
"""

from array import array
from collections import deque
from collections.abc import Sequence
from enum import Enum

import msgspec

from edge.bench.ingest_fleet import Said, packet
from edge.birth import Birth
from edge.codec import Message, messages
from edge.config.gateway import UplinkConfig
from edge.errors import CodecError
from edge.events import ClockState
from edge.ingest.packets import (
    CONNACK,
    DISCONNECT,
    LAST_NUMBER,
    PUBACK,
    PUBLISH,
    Connect,
    PacketReader,
    Will,
    connect,
    read_connack,
    read_disconnect,
    read_publish,
    subscribe,
)
from edge.ingest.reasons import FAILURE, reason
from edge.outbox.rows import Row
from edge.uplink.flight import Flight, Lane, Sent, Verdict
from edge.uplink.link import RECEIVE_MAXIMUM, WILL_DELAY_S
from edge.uplink.readers import Readers
from edge.uplink.receipts import Receipts
from edge.uplink.uplink import BATCH
from edge.version import VERSION

# As a gateway has them whose configuration does not say otherwise.
WAYS = UplinkConfig(url="mqtt://127.0.0.1")
# Of what a broker sends: answers, and receipts of a few sources.
LARGEST = 65_536
NEVER = -1.0


class Phase(Enum):
    """How far the connection is."""

    AWAY = "away"
    CONNECTING = "connecting"
    ANNOUNCING = "announcing"
    SERVING = "serving"


class LightGateway:
    """A gateway, connected or not. Times are monotonic seconds.

    Attributes:
        phase: of the connection.
        accepted: events so far.
        sent_s: of each event, when it first went out; `NEVER` before that.
        delivered: events that were acknowledged on this connection.
        served_s: when each connection came so far that events may go.
        repeated: events that went out once more than before.
    """

    def __init__(self, said: Sequence[Said], *, receipts: bool) -> None:
        """Nothing is connected and nothing accepted.

        Args:
            said: its events, in the order in which it will accept them; at least one.
            receipts: an event is kept until the cloud's database has it, as with ``uplink.receipts = true``.
        """
        first = said[0]
        self._said, self._gateway, self._asks_receipts = said, first.gateway, receipts
        self._session, self._readers = 0, Readers(certain=receipts)
        self._epoch, self._sources = first.record.epoch, tuple(sorted({str(one.record.source) for one in said}))
        self._pending: dict[int, Row] = {}
        self.phase, self.accepted, self.repeated = Phase.AWAY, 0, 0
        self.sent_s = array("d", [NEVER]) * len(said)
        self.served_s: list[float] = []
        self._forget()

    def _forget(self) -> None:
        """What belongs to one connection."""
        self._reader = PacketReader(LARGEST)
        self._number, self._birth_number, self._window = 0, 0, WAYS.window
        self.delivered = 0
        self._flight: Flight | None = None
        self._receipts: Receipts | None = None
        self._parts: deque[tuple[Sent, Message]] = deque()
        self._unsent = 0

    @property
    def pending(self) -> int:
        """Accepted, and not acknowledged by the broker, or by the cloud where receipts are asked for."""
        return len(self._pending)

    @property
    def is_over(self) -> bool:
        """Whether everything was accepted and acknowledged."""
        return self.accepted == len(self._said) and not self._pending

    @property
    def has_room(self) -> bool:
        """Whether there is something to send and the window may take it."""
        flight = self._flight
        return flight is not None and bool(self._unsent or self._parts) and flight.unanswered < flight.limit

    def accept(self) -> None:
        """The next event was accepted."""
        self.accepted += 1
        self._pending[self.accepted] = Row(self.accepted, self._said[self.accepted - 1].record)
        self._unsent += 1

    def oldest(self) -> float | None:
        """When the event was sent that waits longest for its PUBACK."""
        return None if self._flight is None else self._flight.oldest()

    def connect(self) -> bytes:
        """Begin a connection: its first bytes."""
        self._forget()
        self._session += 1
        self.phase = Phase.CONNECTING
        gateway = self._gateway
        will = Will(f"{gateway.prefix}/birth", self._birth("offline"), WILL_DELAY_S)
        name = f"{gateway.tenant}-{gateway.store}-{gateway.gateway}"
        return connect(Connect(name, WAYS.keepalive_s, 0, RECEIVE_MAXIMUM, clean_start=True, will=will))

    def lost(self) -> None:
        """The connection is gone; what was not acknowledged will be sent again."""
        self.phase = Phase.AWAY
        self._forget()

    def feed(self, data: bytes, now: float) -> bytes:
        """Bytes came; what to answer.

        Raises:
            CodecError: the broker refuses us, or an event.
        """
        answers = b""
        for first, body in self._reader.feed(data):
            match first >> 4:
                case value if value == CONNACK:
                    answers += self._announce(body)
                case value if value == PUBACK:
                    answers += self._answered(int.from_bytes(body[:2]), body[2] if len(body) > 2 else 0, now)  # noqa: PLR2004 - the number's bytes
                case value if value == PUBLISH:
                    self._received(read_publish(first, body).payload, now)
                case value if value == DISCONNECT:
                    raise CodecError(f"the broker ended the connection: {reason(read_disconnect(body))}")
                case _:
                    pass
        return answers

    def fill(self, now: float) -> bytes:
        """What may go out now."""
        flight, out = self._flight, []
        while flight is not None:
            if not self._parts and not self._begin(flight, now):
                break
            if flight.unanswered >= flight.limit:
                break
            entry, message = self._parts.popleft()
            number = self._next_number()
            flight.sent(entry, number, now)
            out.append(_numbered(message, number))
        return b"".join(out)

    def look(self, now: float) -> None:
        """Send again what has waited too long for its receipt."""
        if self._receipts is None or self._flight is None:
            return
        for rowid in self._receipts.overdue(now):
            self._flight.repeat(self._pending[rowid])
            self._unsent += 1

    def _begin(self, flight: Flight, now: float) -> bool:
        """Take the next event up, if one may go."""
        if self._receipts is not None and self._receipts.full:
            return False
        row = flight.next(self._fetch, BATCH, now)
        if row is None:
            return False
        self._unsent -= 1
        at = row.rowid - 1
        if self.sent_s[at] == NEVER:
            self.sent_s[at] = now
        else:
            self.repeated += 1
        parts = messages(self._gateway, row.record)
        entry = flight.begin(row, len(parts))
        self._parts.extend((entry, message) for message in parts)
        return True

    def _fetch(self, after: int, limit: int) -> list[Row]:
        found = []
        for rowid in range(after + 1, self.accepted + 1):
            if (row := self._pending.get(rowid)) is not None:
                found.append(row)
                if len(found) == limit:
                    break
        return found

    def _announce(self, body: bytes) -> bytes:
        code, _, window = read_connack(body)
        if code >= FAILURE:
            raise CodecError(f"the broker refused the connection: {reason(code)}")
        self.phase, self._window = Phase.ANNOUNCING, min(WAYS.window, window)
        self._birth_number = self._next_number()
        topic = f"{self._gateway.prefix}/birth"
        return _numbered(Message(topic=topic, payload=self._birth("online"), retain=True), self._birth_number)

    def _answered(self, number: int, code: int, now: float) -> bytes:
        if self._flight is None:
            return self._serve(now) if number == self._birth_number else b""
        answer = self._flight.answered(number, code, now)
        if answer is None:
            return b""
        verdict, row = answer
        if verdict is Verdict.DELIVERED:
            if self._receipts is None:
                self._pending.pop(row.rowid, None)
            else:
                self._receipts.delivered(row, now)
            self.delivered += 1
        elif verdict is Verdict.RETRY:
            self._unsent += 1
        elif verdict is Verdict.NEVER:
            raise CodecError(f"expected a broker that takes every event, found that it refused one: {reason(code)}")
        return b""

    def _received(self, payload: bytes, now: float) -> None:
        for rowid in self._receipts.received(payload, now) if self._receipts is not None else ():
            self._pending.pop(rowid, None)

    def _serve(self, now: float) -> bytes:
        self.phase = Phase.SERVING
        self._receipts = Receipts(WAYS.receipt_timeout_s) if self._asks_receipts else None
        pace = None if self._receipts is None else self._receipts.pace
        lanes = Lane(0, self.accepted), Lane(self.accepted, None)
        self._flight = Flight(self._window, *lanes, self._readers, pace)
        self._unsent = len(self._pending)
        self.served_s.append(now)
        if self._receipts is None:
            return b""
        return subscribe(self._next_number(), [f"{self._gateway.prefix}/rcpt"])

    def _birth(self, status: str) -> bytes:
        birth = Birth(
            status="online",
            session=f"session-{self._session}",
            version=VERSION,
            config_hash="",
            epoch=self._epoch,
            clock_state=ClockState.TRUSTED,
            sources=self._sources,
        )
        return msgspec.json.encode(msgspec.structs.asdict(birth) | {"status": status})

    def _next_number(self) -> int:
        self._number = self._number % LAST_NUMBER + 1
        return self._number


def _numbered(message: Message, number: int) -> bytes:
    head, rest = packet(message)
    return head + number.to_bytes(2) + rest
