"""The gateway's own events, from the supervisor to the outbox: by a thread of its own.

A slow disk or a full one must not keep the supervisor from watching; and an announcement is not lost because the
outbox could not take it at the first try.
"""

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from edge.agent.roster import SUPERVISOR
from edge.clock import Clock
from edge.codec import Source
from edge.errors import OutboxError
from edge.events import Event, Kind, Stamp
from edge.outbox.outbox import Outbox

SOURCE = Source(Kind.GATEWAY, SUPERVISOR)
# More than this is not kept in memory while the disk is full; a status is an absolute, the next one tells it again.
WAITING = 256
RETRY_S = 2.0

_log = structlog.get_logger()


class Announcer:
    """Takes events at once and puts them into the outbox as soon as it can; never raises, never blocks the caller."""

    def __init__(self, path: Path, quota_bytes: int, clock: Clock) -> None:
        """Nothing is opened before `start`.

        Args:
            path: the outbox.
            quota_bytes: its quota.
            clock: for the moment of each event.
        """
        self._open: Callable[[], Outbox] = lambda: Outbox(path, quota_bytes=quota_bytes)
        self._clock = clock
        self._waiting: queue.Queue[tuple[Event, Stamp]] = queue.Queue(WAITING)
        self._opened = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="announcer", daemon=True)

    def start(self, wait_s: float) -> None:
        """Open the outbox, so that it is made (or mended) before an agent opens it.

        Args:
            wait_s: wait so long for that, at most.
        """
        self._thread.start()
        self._opened.wait(wait_s)

    def announce(self, event: Event) -> None:
        """Say that `event` happened now."""
        try:
            self._waiting.put_nowait((event, self._clock.now()))
        except queue.Full:
            _log.error("announcement_dropped", type=type(event).__name__, waiting=WAITING)

    def close(self, wait_s: float) -> None:
        """Put what still waits into the outbox, and end.

        Args:
            wait_s: wait so long for that, at most.
        """
        self._stop.set()
        self._thread.join(wait_s)

    def _work(self) -> None:
        outbox = self._opened_outbox()
        self._opened.set()
        if outbox is None:
            return
        try:
            while not self._stop.is_set() or not self._waiting.empty():
                self._pass_on(outbox)
        finally:
            outbox.close()

    def _opened_outbox(self) -> Outbox | None:
        while True:
            try:
                return self._open()
            except OutboxError as error:
                _log.error("outbox_not_opened", error=str(error))
                self._opened.set()
                if self._stop.wait(RETRY_S):
                    return None

    def _pass_on(self, outbox: Outbox) -> None:
        try:
            event, stamp = self._waiting.get(timeout=0.1)
        except queue.Empty:
            return
        while True:
            try:
                outbox.append(SOURCE, event, stamp)
            except OutboxError as error:
                _log.error("announcement_not_accepted", error=str(error))
                if self._stop.is_set():
                    return
                self._stop.wait(RETRY_S)
            else:
                return
