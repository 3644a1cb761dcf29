"""One port and one driver, in the hands of one thread: readings come out, whatever becomes of the cable."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from edge.backoff import Backoff
from edge.clock import Clock
from edge.ports.serial_port import PortError, PortSettings, Transport, open_port
from edge.recording import Direction
from edge.scale.bus_watch import SILENT_S, BusStatusChange, BusWatch
from edge.scale.driver import ScaleDriver
from edge.scale.drivers import DRIVERS
from edge.scale.echo import EchoFilter
from edge.scale.reading import WeightReading

__all__ = ["BusStatusChange", "BusTurn", "ScaleBus", "Tap"]

# How long to wait for bytes before the driver is asked for a request again: after an answer until Modbus's 4 ms of
# silence are over, else as seldom as keeps an idle bus near 1 % of a small processor.
SOON_S, LATER_S = 0.005, 0.01
# Between two tries to open a lost port; within 2 s of its return it must be back.
FIRST_RETRY_S, MOST_RETRY_S = 0.1, 1.0

# Gets each chunk with its monotonic second: "rx" as it came, echo included, "tx" as it was sent.
Tap = Callable[[float, Direction, bytes], None]


@dataclass(frozen=True)
class BusTurn:
    """What one turn brought.

    Attributes:
        readings: in the order of their frames.
        changes: the bus came or went, in that order.
    """

    readings: list[WeightReading]
    changes: tuple[BusStatusChange, ...] = ()


class ScaleBus:
    """Asks, reads, and opens the port again when it was lost. No device can make it raise.

    Attributes:
        fault: why the port is not open; empty when it is, and before the first turn.
    """

    def __init__(
        self,
        port: PortSettings,
        driver: ScaleDriver,
        clock: Clock,
        *,
        echo: bool = False,
        tap: Tap | None = None,
        silent_s: float = SILENT_S,
    ) -> None:
        """The port is opened by the first turn.

        Args:
            port: which.
            driver: its protocol; the bus is its only user.
            clock: gives each reading its time.
            echo: the adapter hands back what is sent.
            tap: gets every chunk, for recordings.
            silent_s: so long without a reading is offline; more than the interval at which plates are asked.
        """
        self._settings, self._driver, self._clock, self._tap = port, driver, clock, tap
        self._echo = EchoFilter() if echo else None
        self._watch = BusWatch(port.url, name_of(driver), clock.monotonic_s(), silent_s)
        self._backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S)
        self._port: Transport | None = None
        self._retry_at = float("-inf")
        self._heard = False  # by the last read
        self._changes: list[BusStatusChange] = []
        self._pause = threading.Event()  # never set: turns are short, so a stop is prompt all the same
        self.fault = ""

    @property
    def online(self) -> bool:
        """Whether readings come."""
        return self._watch.online

    def turn(self, timeout_s: float) -> BusTurn:
        """Work until something is to be told, at most `timeout_s` seconds (opening a port over the network: 2 more).

        Never raises for what a device or a cable does.
        """
        until = self._clock.monotonic_s() + timeout_s
        readings: list[WeightReading] = []
        while True:
            now = self._clock.monotonic_s()
            left_s = max(0.0, until - now)
            if self._port is None:
                self._open(now, left_s)
            else:
                readings = self._exchange(self._port, now, min(left_s, SOON_S if self._heard else LATER_S))
            if readings or self._changes or left_s <= 0:
                changes, self._changes = tuple(self._changes), []
                return BusTurn(readings, changes)

    def close(self) -> None:
        """Give the port back; the next turn would open it again."""
        if self._port is not None:
            self._port.close()
            self._port = None

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
        self.fault = ""
        self._driver.reset()
        if self._echo is not None:
            self._echo.reset()
        self._watch.opened(self._clock.monotonic_s(), self._driver.counts)

    def _exchange(self, port: Transport, now: float, wait_s: float) -> list[WeightReading]:
        """Ask if it is time to, and take what has arrived."""
        try:
            request = self._driver.request(now)
            if request:
                port.write(request)
                self._note("tx", request)
            data = port.read(wait_s)
        except PortError as error:
            self._lost(str(error))
            return []
        return self._take(data)

    def _take(self, data: bytes) -> list[WeightReading]:
        at = self._clock.monotonic_s()
        self._heard = bool(data)
        if data:
            self._note("rx", data)
            self._watch.heard(len(data))
        if self._echo is not None:
            data = self._echo.received(data, at)
        readings = self._driver.receive(data, at) if data else []
        counts = self._driver.counts
        change = self._watch.reading(at, counts) if readings else self._watch.silent(at, counts)
        if readings:
            self._backoff.worked()
        if change is not None:
            self._changes.append(change)
        return readings

    def _note(self, direction: Direction, data: bytes) -> None:
        at = self._clock.monotonic_s()
        if direction == "tx" and self._echo is not None:
            self._echo.sent(data, at)
        if self._tap is not None:
            self._tap(at, direction, data)

    def _lost(self, reason: str) -> None:
        # Closed at once: a device that is held open comes back under another name.
        self.close()
        self.fault = reason
        now = self._clock.monotonic_s()
        self._retry_at = now + self._backoff.failed()
        change = self._watch.lost(now, reason)
        if change is not None:
            self._changes.append(change)


def name_of(driver: ScaleDriver) -> str:
    """What the configuration calls a driver; its class where it has no name there."""
    return next((name for name, made in DRIVERS.items() if made is type(driver)), type(driver).__name__)
