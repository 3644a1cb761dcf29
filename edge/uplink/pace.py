"""How many rows of a backlog may be on their way to the cloud's database at a time. Pure.

Behind the broker there is one queue for all gateways and all events: a backlog that is poured into it stands before
every new event of every shop. A receipt tells how long its row took. While that is not much longer than the shortest so
far, the backlog may have more under way; when rows begin to queue, half as much: additive increase, multiplicative
decrease, by delay, as in LEDBAT (RFC 6817). Without receipts nothing is heard of that queue, and nothing is paced.
"""

# What a row may take longer than the shortest so far before it is held to have queued. The ingest tells a gateway of
# what is committed once a second, so that a second more or less means nothing.
QUEUED_S = 2.0
FIRST, LEAST = 4, 1
# A single gateway then drains 2,000 rows for each second that a receipt takes.
MOST = 2000


class Pace:
    """The rows of one connection's backlog that wait for their receipt."""

    def __init__(self) -> None:
        self._out: dict[int, float] = {}
        self._limit = float(FIRST)
        self._shortest_s = float("inf")
        # Until rows have queued once the limit doubles each time that all of it has its receipts.
        self._lowered_s = float("-inf")

    @property
    def limit(self) -> int:
        """How many may wait."""
        return int(self._limit)

    @property
    def has_room(self) -> bool:
        """Whether a row of the backlog may go."""
        return len(self._out) < self.limit

    def began(self, rowid: int, at: float) -> None:
        """A row of the backlog was sent, at monotonic seconds `at`."""
        self._out[rowid] = at

    def receipted(self, rowid: int, at: float) -> None:
        """The database has a row; rows that are not of the backlog are passed over."""
        sent_s = self._out.pop(rowid, None)
        if sent_s is None:
            return
        took_s = at - sent_s
        self._shortest_s = min(self._shortest_s, took_s)
        if took_s - self._shortest_s > QUEUED_S:
            self._lower(sent_s, at)
            return
        step = 1.0 if self._lowered_s == float("-inf") else 1.0 / self._limit
        self._limit = min(float(MOST), self._limit + step)

    def late(self, rowid: int, at: float) -> None:
        """A row's receipt did not come in time."""
        sent_s = self._out.pop(rowid, None)
        if sent_s is not None:
            self._lower(sent_s, at)

    def forget(self, rowid: int) -> None:
        """A row will have no receipt."""
        self._out.pop(rowid, None)

    def _lower(self, sent_s: float, at: float) -> None:
        """Once for all that was sent before it took effect."""
        if sent_s >= self._lowered_s:
            self._limit = max(float(LEAST), self._limit / 2)
            self._lowered_s = at
