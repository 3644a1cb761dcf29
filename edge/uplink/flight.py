"""What is on its way to the broker, and what may go next. Pure.

Two lanes: what waited when the link came up (backlog), and what was accepted since (live). While there is a backlog, a
part of the window is kept for live events, so that the shop of now is not seen through yesterday's outage. Within a
lane the order is that of acceptance.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from edge.outbox.rows import Row
from edge.uplink.pace import Pace
from edge.uplink.parked import Parked
from edge.uplink.readers import Readers, topic_of

# Of the window, kept for live events while a backlog drains.
LIVE_SHARE = 0.25
# How often an empty lane is asked: what a new event may wait before it is seen.
ASK_EVERY_S = 0.01
# How long a row waits after the broker would not take it now.
RETRY_S = 2.0
# The same after "not authorized": a person must mend the broker's ACL; the data are kept meanwhile.
REFUSED_RETRY_S = 30.0
# MQTT 5.0, section 3.4.2.1: what the broker will never take, however often it is sent.
NEVER = frozenset({0x90, 0x95, 0x99})
NOT_AUTHORISED = 0x87
# The same section: the broker took it, and has nobody to give it to.
NO_MATCHING_SUBSCRIBERS = 0x10
FAILURE = 0x80


class Verdict(Enum):
    """What a PUBACK means for its row."""

    WAIT = "wait"  # another message of the row is still on its way
    DELIVERED = "delivered"
    RETRY = "retry"
    NEVER = "never"


@dataclass(slots=True)
class Sent:
    """A row on its way: how many of its messages are not answered, and the worst answer so far.

    Attributes:
        event: the packet of the event itself; what follows it is the retained state beside it.
        unheard: nobody was there to take the event, and somebody is expected.
    """

    row: Row
    open: int
    at: float
    worst: int = 0
    event: int | None = None
    unheard: bool = False


@dataclass
class Lane:
    """Rows in the order of acceptance, fetched a batch at a time."""

    after: int
    until: int | None
    rows: deque[Row] = field(default_factory=deque)
    _asked: float = float("-inf")

    def next(self, fetch: Callable[[int, int], list[Row]], batch: int, now: float) -> Row | None:
        """The next row, if there is one now; an empty lane is asked again after a moment only."""
        if not self.rows and (self.until is None or self.after < self.until) and now - self._asked >= ASK_EVERY_S:
            fetched = fetch(self.after, batch)
            self._asked = float("-inf") if fetched else now
            self.rows.extend(row for row in fetched if self.until is None or row.rowid <= self.until)
            if self.rows:
                self.after = self.rows[-1].rowid
            elif self.until is not None:
                self.after = self.until
        return self.rows.popleft() if self.rows else None

    def will_bring(self, row: Row) -> bool:
        """Whether it comes to this row yet."""
        first = self.rows[0].rowid if self.rows else self.after + 1
        return first <= row.rowid and (self.until is None or row.rowid <= self.until)


@dataclass
class Flight:
    """The rows of one connection.

    Attributes:
        window: messages that may be unanswered at a time, once the broker has shown that it takes ours.
        limit: the same now. It begins at one and doubles with each that is taken: a broker that refuses and hangs up
            is heard out, where a full window would meet a closed door and lose the reason.
        backlog: up to the row that was newest when the connection began.
        live: from there on.
        others: messages on the same connection that are no rows, and take room of the window too.
        repeats: rows that somebody wants once more.
        readers: say what to do with an event that the broker took for nobody.
        pace: of the backlog; None where nothing is heard of what is behind the broker.
    """

    window: int
    backlog: Lane
    live: Lane
    readers: Readers
    pace: Pace | None = None
    _open: dict[int, Sent] = field(default_factory=dict)
    _again: deque[tuple[float, Row]] = field(default_factory=deque)
    refused: set[int] = field(default_factory=set)
    limit: int = 1
    others: int = 0
    repeats: deque[Row] = field(default_factory=deque)
    _parked: Parked = field(default_factory=Parked)

    @property
    def unanswered(self) -> int:
        """Messages that the broker has not answered."""
        return len(self._open) + self.others

    def oldest(self) -> float | None:
        """When the message was sent that waits longest for its answer."""
        return min((sent.at for sent in self._open.values()), default=None)

    def next(self, fetch: Callable[[int, int], list[Row]], batch: int, now: float) -> Row | None:
        """The row to send next, if one may go: live, else what was refused, the backlog, what is wanted once more."""
        if self.unanswered >= self.limit or len(self._again) >= self.window or self._parked.full:
            return self._repeat(now)
        row = self._new(self.live, fetch, batch, now)
        if row is None:
            row = self._repeat(now)
        share = max(1, self.limit - int(self.limit * LIVE_SHARE))
        if row is None and self.unanswered < share and (self.pace is None or self.pace.has_room):
            row = self._new(self.backlog, fetch, batch, now)
            if row is None and self.repeats:
                row = self.repeats.popleft()
        return row

    def _new(self, lane: Lane, fetch: Callable[[int, int], list[Row]], batch: int, now: float) -> Row | None:
        while not self._parked.full and (row := lane.next(fetch, batch, now)) is not None:
            if not self._parked.holds(topic_of(row)):
                return row
            self._parked.follow(row)
        return None

    def _repeat(self, now: float) -> Row | None:
        if self.unanswered >= self.limit:
            return None
        if self._again and self._again[0][0] <= now:
            return self._again.popleft()[1]
        return self._parked.next(now, RETRY_S)

    def repeat(self, row: Row) -> None:
        """A row is to be sent once more, when nothing else is; one that was not sent yet goes in its turn.

        The cloud asks for numbers that are missing, and those of a backlog are, while newer ones have arrived.
        """
        if not (self.backlog.will_bring(row) or self.live.will_bring(row)):
            self.repeats.append(row)

    def begin(self, row: Row, messages: int) -> Sent:
        """The row is to go out as so many messages."""
        return Sent(row, messages, 0.0)

    def sent(self, entry: Sent, packet: int, now: float) -> None:
        """One of its messages went out as this packet."""
        entry.at = now
        if entry.event is None:
            entry.event = packet
            if self.pace is not None and entry.row.rowid <= (self.backlog.until or 0):
                self.pace.began(entry.row.rowid, now)
        self._open[packet] = entry

    def answered(self, packet: int, reason: int, now: float) -> tuple[Verdict, Row] | None:
        """A PUBACK came; None when it answers nothing of ours."""
        sent = self._open.pop(packet, None)
        if sent is None:
            return None
        sent.open -= 1
        if reason < FAILURE:
            self.limit = min(self.window, 2 * self.limit)
        if packet == sent.event:
            self._hear(sent, reason, now)
        # A refusal that a person can mend outweighs one that stands for ever: nothing is dropped for it.
        if sent.worst != NOT_AUTHORISED:
            sent.worst = reason if reason == NOT_AUTHORISED else max(sent.worst, reason)
        if sent.open:
            return Verdict.WAIT, sent.row
        self.refused.discard(sent.row.rowid)
        if sent.worst < FAILURE:
            return self._judge(sent, now), sent.row
        if sent.worst in NEVER:
            if self.pace is not None:
                self.pace.forget(sent.row.rowid)
            return Verdict.NEVER, sent.row
        if sent.worst == NOT_AUTHORISED:
            self.refused.add(sent.row.rowid)
        pause = REFUSED_RETRY_S if sent.worst == NOT_AUTHORISED else RETRY_S
        self._again.append((now + pause, sent.row))
        return Verdict.RETRY, sent.row

    def _hear(self, sent: Sent, reason: int, now: float) -> None:
        """Whether somebody was there to take the event itself."""
        topic = topic_of(sent.row)
        if reason == NO_MATCHING_SUBSCRIBERS:
            sent.unheard = self.readers.unheard(topic, now)
        elif reason < FAILURE:
            self.readers.taken(topic)
        if not sent.unheard and reason < FAILURE:
            self._parked.release(topic)

    def _judge(self, sent: Sent, now: float) -> Verdict:
        if not sent.unheard:
            return Verdict.DELIVERED
        self._parked.add(sent.row, now + RETRY_S)
        return Verdict.RETRY
