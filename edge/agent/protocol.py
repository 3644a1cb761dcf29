"""What an agent is, and all that it is given.

An agent is one device's loop: it reads its device, runs its room's pure cores and emits events. It lives in
a process of its own, knows neither the outbox nor the broker, and ends when `stop` is set.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edge.clock import Clock
from edge.events import Event, Stamp
from edge.fleet.commands import AnyBody


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


class Memory(Protocol):
    """What an agent finds again after a restart."""

    def recall(self) -> bytes | None:
        """The state that was kept last; None when none ever was."""
        ...

    def remember(self, state: bytes, happened: Sequence[tuple[Event, Stamp]] = ()) -> None:
        """Keep a state and accept the events that led to it: both are on disk when this returns, or neither is.

        Raises:
            OutboxError: it could not be made durable; nothing was kept or accepted.
        """
        ...


class NoMemory:
    """For agents that keep nothing over a restart, such as the uplink."""

    def recall(self) -> bytes | None:
        """Nothing was kept."""
        return None

    def remember(self, state: bytes, happened: Sequence[tuple[Event, Stamp]] = ()) -> None:
        """Refused: what is kept here would be lost in silence."""
        raise RuntimeError(f"expected a host with a memory for {len(state)} bytes and {len(happened)} events")


class Answer(Protocol):
    """Says what became of an order."""

    def __call__(self, *, ok: bool, **said: object) -> None:
        """Whether it was done, and what there is to say of it (JSON's types)."""
        ...


@dataclass(frozen=True)
class Order:
    """Something that an operator asks an agent to do, once.

    Attributes:
        body: what.
        answer: call it when it is done, or cannot be done.
    """

    body: AnyBody
    answer: Answer


class Orders(Protocol):
    """What is asked of an agent from afar."""

    def take(self) -> Sequence[Order]:
        """The orders that came since the last call; look as often as the loop turns."""
        ...


class NoOrders:
    """For agents of a gateway that takes none."""

    def take(self) -> Sequence[Order]:
        """None came."""
        return ()


@dataclass(frozen=True)
class Host:
    """What an agent is given by the process it runs in."""

    emit: Emit
    beat: Beat
    clock: Clock
    stop: threading.Event
    memory: Memory = field(default_factory=NoMemory)
    orders: Orders = field(default_factory=NoOrders)


class Agent(Protocol):
    """One device's loop."""

    def run(self, host: Host) -> None:
        """Work until `host.stop` is set, or until the source is at its end.

        Returning is a clean end: the supervisor does not start the agent again. An exception is a crash: it does.
        """
        ...
