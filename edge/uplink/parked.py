"""Rows that wait for a reader of their topic. Pure.

One row of a topic is tried at a time, for the whole window would go to nobody again and again; and the rows of other
topics go on meanwhile. What is parked is in the outbox all the while, and is sent anew on the next connection.
"""

from edge.outbox.rows import Row
from edge.uplink.readers import Topic, topic_of

# So many rows are held in memory; then nothing new is sent until a reader is back or given up.
MOST = 1000
RELEASED = float("-inf")


class Parked:
    """The rows of one connection that wait for a reader."""

    def __init__(self) -> None:
        self._rows: dict[Topic, dict[int, Row]] = {}
        self._due_s: dict[Topic, float] = {}

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())

    @property
    def full(self) -> bool:
        """Whether nothing new is to be sent."""
        return len(self) >= MOST

    def holds(self, topic: Topic) -> bool:
        """Whether rows of this topic wait: a further one waits behind them."""
        return topic in self._rows

    def add(self, row: Row, due_s: float) -> None:
        """A row that nobody took waits with those of its topic, one of which is tried then."""
        topic = topic_of(row)
        self._rows.setdefault(topic, {})[row.rowid] = row
        self._due_s[topic] = due_s

    def follow(self, row: Row) -> None:
        """A row that was not sent waits behind those of its topic."""
        self._rows[topic_of(row)][row.rowid] = row

    def release(self, topic: Topic) -> None:
        """Somebody reads this topic, or nobody is expected to any more: its rows may go."""
        if topic in self._rows:
            self._due_s[topic] = RELEASED

    def next(self, now: float, pause_s: float) -> Row | None:
        """The oldest row of a topic that is to be tried now.

        Args:
            now: monotonic seconds.
            pause_s: until the next one of a topic that is not released.
        """
        for topic, rows in self._rows.items():
            if self._due_s[topic] > now:
                continue
            if self._due_s[topic] != RELEASED:
                self._due_s[topic] = now + pause_s
            row = rows.pop(min(rows))
            if not rows:
                del self._rows[topic], self._due_s[topic]
            return row
        return None
