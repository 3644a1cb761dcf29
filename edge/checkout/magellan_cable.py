"""A scanner and a scale on one cable: one port, two drivers, each of which passes over what is the other's."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from edge.checkout.scanners.driver import ScannerDriver
from edge.checkout.scanners.reading import ScanFrame
from edge.clock import Clock
from edge.ports.serial_port import PortSettings
from edge.recording import Direction
from edge.scale.bus import BusTurn, ScaleBus
from edge.scale.driver import ScaleDriver


@dataclass(frozen=True)
class CableTurn:
    """What one turn brought.

    Attributes:
        frames: codes.
        scale: readings, and whether the cable came or went.
    """

    frames: list[ScanFrame]
    scale: BusTurn


class MagellanCable:
    """Reads both. The scale's driver asks; the scanner speaks by itself."""

    def __init__(self, port: PortSettings, scale: ScaleDriver, scanner: ScannerDriver, clock: Clock) -> None:
        """The port is opened by the first turn.

        Args:
            port: which.
            scale: its driver.
            scanner: its driver.
            clock: gives everything its time.
        """
        self._scanner, self._clock = scanner, clock
        self._frames: list[ScanFrame] = []
        self._bus = ScaleBus(port, scale, clock, tap=self._hear)

    def turn(self, timeout_s: float) -> CableTurn:
        """Work until something is to be told, at most `timeout_s` seconds; never raises for what a device does."""
        scale = self._bus.turn(timeout_s)
        if any(change.online for change in scale.changes):
            self._scanner.start()
        frames, self._frames = [*self._frames, *self._scanner.tick(self._clock.monotonic_s())], []
        return CableTurn(frames, scale)

    def _hear(self, at: float, direction: Direction, data: bytes) -> None:
        if direction == "rx":
            self._frames += self._scanner.receive(data, at)

    def __enter__(self) -> Self:
        self._bus.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.__exit__(kind, error, trace)
