"""An agent's way to the disk, which waits while the outbox refuses."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import structlog

from edge.agent.heartbeat import HeartbeatWriter
from edge.codec import Source
from edge.errors import OutboxError
from edge.events import Event, Stamp

EMIT_RETRY_S, EMIT_RETRY_MAX_S = 0.1, 1.0

T = TypeVar("T")
_log = structlog.get_logger()


class Appender(Protocol):
    """The part of the outbox that agents need."""

    def append(self, source: Source, event: Event, stamp: Stamp) -> int:
        """Accept an event durably; raises OutboxError when it cannot."""
        ...

    def remember(self, source: Source, state: bytes, happened: Iterable[tuple[Event, Stamp]] = ()) -> None:
        """Keep a state and accept events, in one; raises OutboxError when it cannot."""
        ...

    def recall(self, source: Source) -> bytes | None:
        """The state kept last."""
        ...


class Durably:
    """An agent's way to the disk: `emit` and `memory` in one, for the name it works under.

    While the outbox refuses, each waits and tries again, however long the disk takes to have room, and says to the
    supervisor that it is alive.
    """

    def __init__(self, source: Source, outbox: Appender, heartbeat: HeartbeatWriter, stop: threading.Event) -> None:
        self._source = source
        self._outbox = outbox
        self._heartbeat = heartbeat
        self._stop = stop

    def emit(self, event: Event, stamp: Stamp) -> None:
        """Accept `event`, which happened at `stamp`.

        Raises:
            OutboxError: the agent is to stop and the outbox still refuses; the event was not accepted.
        """
        self._until_done(lambda: self._outbox.append(self._source, event, stamp), type(event).__name__)

    def recall(self) -> bytes | None:
        """The state that was kept last.

        Raises:
            OutboxError: the agent is to stop and the outbox still refuses.
        """
        return self._until_done(lambda: self._outbox.recall(self._source), "state")

    def remember(self, state: bytes, happened: Sequence[tuple[Event, Stamp]] = ()) -> None:
        """Keep a state and accept the events that led to it.

        Raises:
            OutboxError: the agent is to stop and the outbox still refuses; nothing was kept or accepted.
        """
        self._until_done(lambda: self._outbox.remember(self._source, state, happened), "state")

    def _until_done(self, work: Callable[[], T], what: str) -> T:
        wait_s = EMIT_RETRY_S
        while True:
            try:
                return work()
            except OutboxError as error:
                _log.error("event_not_accepted", type=what, error=str(error))
                if self._stop.is_set():
                    raise
                self._heartbeat.beat()
                self._stop.wait(wait_s)
                wait_s = min(wait_s * 2, EMIT_RETRY_MAX_S)
