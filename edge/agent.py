"""What an agent is, and all that it is given.

An agent is one device's loop: it reads its device, runs its room's pure cores and emits events. It lives in
a process of its own, knows neither the outbox nor the broker, and ends when `stop` is set.
"""

import threading
from dataclasses import dataclass
from typing import Protocol

from edge.clock import Clock
from edge.events import Event, Stamp


class Emit(Protocol):
    """The one way out of a room. Returns once the event is on disk (committed and fsynced)."""

    def __call__(self, event: Event, stamp: Stamp) -> None:
        """Accept `event`, which happened at `stamp`.

        Raises:
            OutboxError: the event could not be made durable; nothing was accepted.
        """
        ...


class Beat(Protocol):
    """The sign of life. Call it at least once a second from the loop that does the work."""

    def __call__(self, **figures: float | str) -> None:
        """Say that the loop is alive, with what it wants to show (counts, rates, states)."""
        ...


@dataclass(frozen=True)
class Host:
    """What an agent is given by the process it runs in."""

    emit: Emit
    beat: Beat
    clock: Clock
    stop: threading.Event


class Agent(Protocol):
    """One device's loop."""

    def run(self, host: Host) -> None:
        """Work until `host.stop` is set, or until the source is at its end.

        Returning is a clean end: the supervisor does not start the agent again. An exception is a crash: it does.
        """
        ...
