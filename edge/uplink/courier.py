"""Answers to the cloud on their way: a few at a time, in the places of the window that the events leave."""

from collections import deque

from edge.fleet.downlink import Downlink, Outgoing
from edge.uplink.link import Connection

# Under way at a time: the window is for events.
MOST = 4


class Courier:
    """Carries what a downlink gives, over one connection.

    Attributes:
        unanswered: messages that the broker has not acknowledged.
    """

    def __init__(self, downlink: Downlink | None, link: Connection) -> None:
        self._downlink, self._link = downlink, link
        self._waiting: deque[Outgoing] = deque()
        self._open: dict[int, Outgoing] = {}
        if downlink is not None:
            downlink.connected()

    @property
    def unanswered(self) -> int:
        """Messages that the broker has not acknowledged."""
        return len(self._open)

    def send(self, room: int, wall_s: float) -> None:
        """Send what there is.

        Args:
            room: how many more messages the broker takes.
            wall_s: now, seconds since 1970.
        """
        if self._downlink is None:
            return
        if not self._waiting:
            self._waiting.extend(self._downlink.outgoing(wall_s))
        while self._waiting and len(self._open) < min(MOST, room + len(self._open)):
            one = self._waiting.popleft()
            packet = self._link.send(one.topic, one.payload, retain=one.retain, correlation=one.correlation)
            self._open[packet] = one
            room -= 1

    def answered(self, packet: int) -> bool:
        """A PUBACK came; whether it answers one of these."""
        one = self._open.pop(packet, None)
        if one is not None:
            one.arrived()
        return one is not None
