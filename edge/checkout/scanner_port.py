"""A scanner on a port, in the hands of one thread: frames come out, whatever becomes of the cable."""

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from edge.backoff import Backoff
from edge.checkout.scanners.driver import ScannerDriver
from edge.checkout.scanners.reading import ScanFrame
from edge.clock import Clock
from edge.ports.serial_port import PortError, PortSettings, Transport, open_port

# A wait for bytes; silence that ends a frame is noticed within it.
WAIT_S = 0.01
# Between two tries to open a lost port; within 2 s of its return it must be back.
FIRST_RETRY_S, MOST_RETRY_S = 0.1, 1.0


@dataclass(frozen=True)
class ScannerStatusChange:
    """A scanner's port came or went.

    Attributes:
        at: when, in monotonic seconds.
        online: the port is open. A scanner says nothing until it sees a code: more cannot be known.
        reason: in one line.
    """

    at: float
    online: bool
    reason: str


@dataclass(frozen=True)
class ScannerTurn:
    """What one turn brought.

    Attributes:
        frames: in their order.
        changes: the port came or went, in that order.
    """

    frames: list[ScanFrame]
    changes: tuple[ScannerStatusChange, ...] = ()


class ScannerPort:
    """Reads, answers, and opens the port again when it was lost. No device can make it raise."""

    def __init__(self, port: PortSettings, driver: ScannerDriver, clock: Clock) -> None:
        """The port is opened by the first turn.

        Args:
            port: which.
            driver: its protocol; the port is its only user.
            clock: gives each frame its time.
        """
        self._settings, self._driver, self._clock = port, driver, clock
        self._backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S)
        self._port: Transport | None = None
        self._retry_at = float("-inf")
        self._told: bool | None = None
        self._changes: list[ScannerStatusChange] = []
        self._pause = threading.Event()  # never set: turns are short, so a stop is prompt all the same

    @property
    def online(self) -> bool:
        """Whether the port is open."""
        return self._port is not None

    def turn(self, timeout_s: float) -> ScannerTurn:
        """Work until something is to be told, at most `timeout_s` seconds.

        Never raises for what a device or a cable does.
        """
        until = self._clock.monotonic_s() + timeout_s
        frames: list[ScanFrame] = []
        while True:
            now = self._clock.monotonic_s()
            left_s = max(0.0, until - now)
            if self._port is None:
                self._open(now, left_s)
            else:
                frames = self._exchange(self._port, min(left_s, WAIT_S))
            if frames or self._changes or left_s <= 0:
                changes, self._changes = tuple(self._changes), []
                return ScannerTurn(frames, changes)

    def beep(self, good: bool) -> None:
        """Tell the shopper that a code was taken, or refused, where the scanner can."""
        self._send(self._driver.beep(good))

    def enable(self) -> None:
        """Let it scan, where the protocol has a word for it."""
        self._send(self._driver.enable())

    def disable(self) -> None:
        """Let it scan no more, where the protocol has a word for it."""
        self._send(self._driver.disable())

    def close(self) -> None:
        """Give the port back; the next turn would open it again."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, now: float, left_s: float) -> None:
        """Open the port when it is time to, else wait for that."""
        if now < self._retry_at:
            self._pause.wait(min(left_s, self._retry_at - now))
            return
        try:
            self._port = open_port(self._settings)
        except PortError as error:
            self._lost(str(error))
            return
        self._send(self._driver.start())
        if self._port is not None:
            self._tell(online=True, reason=f"{self._settings.url} is open")

    def _exchange(self, port: Transport, wait_s: float) -> list[ScanFrame]:
        frames: list[ScanFrame] = []
        try:
            data = port.read(wait_s)
            at = self._clock.monotonic_s()
            frames = self._driver.receive(data, at) if data else self._driver.tick(at)
            if data:
                self._backoff.worked()
            answer = self._driver.reply()
            if answer:
                port.write(answer)
        except PortError as error:
            self._lost(str(error))
        return frames

    def _send(self, data: bytes) -> None:
        if not data or self._port is None:
            return
        try:
            self._port.write(data)
        except PortError as error:
            self._lost(str(error))

    def _lost(self, reason: str) -> None:
        # Closed at once: a device that is held open comes back under another name.
        self.close()
        self._retry_at = self._clock.monotonic_s() + self._backoff.failed()
        self._tell(online=False, reason=reason)

    def _tell(self, *, online: bool, reason: str) -> None:
        if online is not self._told:
            self._told = online
            self._changes.append(ScannerStatusChange(self._clock.monotonic_s(), online, reason))
