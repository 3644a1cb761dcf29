"""Write down what a serial line says, byte for byte, until it is enough; a pulled cable does not end it."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from edge.clock import Clock, SystemClock
from edge.errors import ConfigError
from edge.ports.serial_port import PortError, PortSettings
from edge.recording import Chunk, Direction, chunk_line, header_line
from edge.scale.bus import ScaleBus
from edge.scale.driver import DriverCounts, DriverSettings, ScaleDriver
from edge.scale.drivers import DRIVERS
from edge.scale.reading import WeightReading

TURN_S = 0.1


@dataclass
class Recorded:
    """What was written.

    Attributes:
        received, sent: bytes.
        readings: that the driver made of them; 0 without a driver.
        size: of the file, in bytes.
        full: it ended because the file became as large as it may.
    """

    received: int = 0
    sent: int = 0
    readings: int = 0
    size: int = 0
    full: bool = False


class Listener:
    """A driver that neither asks nor understands."""

    def __init__(self) -> None:
        self.counts = DriverCounts()

    def request(self, at: float) -> bytes:  # noqa: ARG002 - the protocol's signature
        """Nothing."""
        return b""

    def receive(self, data: bytes, at: float) -> list[WeightReading]:  # noqa: ARG002
        """Nothing."""
        return []

    def reset(self) -> None:
        """Nothing is to be forgotten."""


def record(
    settings: PortSettings,
    driver_name: str | None,
    out: Path,
    source: str,
    seconds: float,
    stop: threading.Event,
    *,
    driver_settings: DriverSettings | None = None,
    most_bytes: int | None = None,
    clock: Clock | None = None,
) -> Recorded:
    """Write all bytes of a port into a new file, each line flushed as it comes.

    Args:
        settings: the port.
        driver_name: asks as this driver would, where the protocol wants to be asked; None only listens.
        out: the file; it must not exist.
        source: the id of the shelf or lane, for the header.
        seconds: how long, at most.
        stop: ends it before.
        driver_settings: the addresses to ask, and how often.
        most_bytes: the file never grows beyond it.
        clock: the machine's own when None.

    Raises:
        ConfigError: the driver is not known, or the file exists or cannot be written.
        PortError: the port cannot be opened at the beginning; what happens to it later ends nothing.
    """
    driver = _driver(driver_name, driver_settings or DriverSettings())
    clock = clock or SystemClock()
    try:
        with out.open("xb") as file:
            writer = _Writer(file, clock.monotonic_s(), most_bytes)
            writer.line(header_line(source, driver_name))
            with ScaleBus(settings, driver, clock, tap=writer.tap) as bus:
                _work(bus, writer, clock, seconds, stop)
            return writer.done
    except PortError:
        out.unlink()  # a header and nothing more
        raise
    except FileExistsError as error:
        raise ConfigError(f"expected a new file, found {out}; give another name, or remove it") from error
    except OSError as error:
        raise ConfigError(f"expected to write {out}, found: {error.strerror or error}") from error


def _driver(name: str | None, settings: DriverSettings) -> ScaleDriver:
    if name is None:
        return Listener()
    if name not in DRIVERS:
        raise ConfigError(f"expected one of {', '.join(DRIVERS)}, found {name!r}", "driver")
    return DRIVERS[name](settings)


def _work(bus: ScaleBus, writer: "_Writer", clock: Clock, seconds: float, stop: threading.Event) -> None:
    until = clock.monotonic_s() + seconds
    bus.turn(0)
    if bus.fault:
        raise PortError(bus.fault)
    while not stop.is_set() and not writer.done.full and (left_s := until - clock.monotonic_s()) > 0:
        writer.done.readings += len(bus.turn(min(TURN_S, left_s)).readings)


class _Writer:
    """The file, line by line."""

    def __init__(self, file: BinaryIO, began: float, most_bytes: int | None) -> None:
        self._file, self._began, self._most = file, began, most_bytes
        self.done = Recorded()

    def tap(self, at: float, direction: Direction, data: bytes) -> None:
        """Write a chunk, if there is room for it."""
        if self.line(chunk_line(Chunk(at - self._began, direction, data))):
            self.done.received += len(data) if direction == "rx" else 0
            self.done.sent += len(data) if direction == "tx" else 0

    def line(self, line: bytes) -> bool:
        """Write a line; whether there was room."""
        if self.done.full or (self._most is not None and self.done.size + len(line) > self._most):
            self.done.full = True
            return False
        self._file.write(line)
        self._file.flush()
        self.done.size += len(line)
        return True
