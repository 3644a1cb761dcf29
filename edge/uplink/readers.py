"""Whether somebody reads what the broker takes, topic by topic. Pure.

A broker that takes an event for nobody says so ("no matching subscribers", PUBACK 0x10), and keeps it for nobody. Two
kinds of broker do: one whose readers are away for a moment, as after a restart that has forgotten their subscriptions;
and one whose rules read without a subscription, which says so always. What was before tells the two apart: where
somebody read until now a reader is missed and waited for; where nobody ever did, none is.
"""

from dataclasses import dataclass

from edge.outbox.rows import Row

# A reader is waited for so long. The workers of `store-edge ingest` are back seconds after their broker, and an upgrade
# of broker and workers takes minutes; who is away for longer was taken away: a dashboard that somebody closed, or a
# reader that gave way to a rule in the broker. Without an end the outbox would fill for it.
READER_GONE_S = 600.0
# Of the time between two answers, what counts as waiting at most: while the link is down nobody can be missed.
LONGEST_STEP_S = 5.0
# Topics that are remembered: a shop has some ten sources of a few types each.
MOST_TOPICS = 1000

Topic = tuple[str, str]
"""The source and the type of an event: what its topic says beside whose it is."""


def topic_of(row: Row) -> Topic:
    """Where a row's event goes."""
    return str(row.record.source), row.record.type


@dataclass(slots=True)
class Absence:
    """A reader that is missed: since it was last asked for, and how long it has been waited for altogether."""

    asked_s: float
    waited_s: float = 0.0


class Readers:
    """What one uplink knows of its readers; it outlives a connection, and ends with the process.

    Args:
        certain: somebody reads everything, whatever the broker says: a cloud that gives receipts does.

    Attributes:
        given_up: how often a reader that was missed has been given up.
    """

    def __init__(self, *, certain: bool) -> None:
        self._certain = certain
        self._read: dict[Topic, None] = {}  # the one that was read last is the last
        self._away: dict[Topic, Absence] = {}
        self.given_up = 0

    @property
    def missed(self) -> int:
        """Topics whose reader is waited for."""
        return len(self._away)

    def taken(self, topic: Topic) -> None:
        """Somebody took an event of this topic."""
        self._away.pop(topic, None)
        self._read.pop(topic, None)
        self._read[topic] = None
        if len(self._read) > MOST_TOPICS:
            del self._read[next(iter(self._read))]

    def unheard(self, topic: Topic, at: float) -> bool:
        """Nobody took an event of this topic; whether it is to wait for its reader.

        Args:
            topic: of the event.
            at: monotonic seconds.
        """
        if not self._certain and topic not in self._read:
            self._away.pop(topic, None)
            return False
        absence = self._away.setdefault(topic, Absence(at))
        absence.waited_s += min(at - absence.asked_s, LONGEST_STEP_S)
        absence.asked_s = at
        if self._certain or absence.waited_s < READER_GONE_S:
            return True
        del self._away[topic], self._read[topic]
        self.given_up += 1
        return False
