"""The scanner and the scales of a lane, turned by one thread."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from edge.checkout import lane_setup
from edge.checkout.camera_port import CameraPort, FrameSource
from edge.checkout.lane_scale import BagScale, LaneSeconds, ProduceScale
from edge.checkout.magellan_cable import MagellanCable
from edge.checkout.scanner_port import ScannerPort, ScannerTurn
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.session.inputs import AnyInput, Device, DeviceChanged
from edge.clock import Clock
from edge.config.lane import LaneConfig, LaneScaleConfig
from edge.scale.bus import BusTurn, ScaleBus

TURN_S = 0.01
NO_TURN = BusTurn([])

# Opens the camera of a lane: its id, a URL, a clock.
OpenCamera = Callable[[str, str, Clock], contextlib.AbstractContextManager[FrameSource]]


@dataclass(frozen=True)
class DevicesTurn:
    """What one turn brought.

    Attributes:
        frames: what the scanner read.
        inputs: what the scales said, and what came or went.
        produce: what lies on the produce scale, where that is asked for.
    """

    frames: list[ScanFrame]
    inputs: list[AnyInput]
    produce: AnyInput | None


class Cables(Protocol):
    """The scanner and the bagging scale, however they are connected."""

    def turn(self, timeout_s: float) -> tuple[ScannerTurn, BusTurn]:
        """What both say within that time."""
        ...

    def beep(self, good: bool) -> None:
        """Let the scanner sound."""
        ...


class LaneDevices:
    """Scanner and scales. None can make it raise."""

    def __init__(self, config: LaneConfig, cables: Cables, produce: ScaleBus | None, clock: Clock) -> None:
        """Nothing was heard yet.

        Args:
            config: of the lane.
            cables: the scanner and the bagging scale.
            produce: the produce scale's bus.
            clock: of the box.
        """
        self._cables, self._clock = cables, clock
        self._bag = None if config.scale is None else BagScale(lane_setup.plate_of(config.scale))
        self._bus = produce
        self._produce = ProduceScale(config.produce_scale.division_g if config.produce_scale else 1.0)

    def turn(self, lane_s: LaneSeconds) -> DevicesTurn:
        """What all say within a few hundredths of a second."""
        scanner, scale = self._cables.turn(TURN_S)
        inputs: list[AnyInput] = [
            DeviceChanged(device=Device.SCANNER, up=one.online, reason=one.reason[:200]) for one in scanner.changes
        ]
        if self._bag is not None:
            inputs += self._bag.turn(scale.readings, scale.changes, self._clock.monotonic_s(), lane_s)
        produce = None if self._bus is None else self._produce.turn(self._bus.turn(TURN_S).readings)
        return DevicesTurn(scanner.frames, inputs, produce)

    def beep(self, *, good: bool) -> None:
        """Let the scanner sound."""
        self._cables.beep(good)


class _Apart:
    """Each on a cable of its own."""

    def __init__(self, scanner: ScannerPort | CameraPort, scale: ScaleBus | None) -> None:
        self._scanner, self._scale = scanner, scale

    def turn(self, timeout_s: float) -> tuple[ScannerTurn, BusTurn]:
        return self._scanner.turn(timeout_s), NO_TURN if self._scale is None else self._scale.turn(timeout_s)

    def beep(self, good: bool) -> None:
        self._scanner.beep(good)


class _Shared:
    """Both on one cable, which has no word for a sound."""

    def __init__(self, cable: MagellanCable) -> None:
        self._cable = cable

    def turn(self, timeout_s: float) -> tuple[ScannerTurn, BusTurn]:
        turn = self._cable.turn(timeout_s)
        return ScannerTurn(turn.frames), turn.scale

    def beep(self, good: bool) -> None:
        pass


@contextlib.contextmanager
def lane_devices(config: LaneConfig, clock: Clock, open_camera: OpenCamera) -> Iterator[LaneDevices]:
    """The devices of a lane, which are given back at the end.

    Args:
        config: of the lane.
        clock: of the box.
        open_camera: for a lane that reads codes with a camera.
    """
    with contextlib.ExitStack() as stack:
        cables = _cables(config, clock, open_camera, stack)
        produce = None if config.produce_scale is None else stack.enter_context(_bus(config.produce_scale, clock))
        yield LaneDevices(config, cables, produce, clock)


def _cables(config: LaneConfig, clock: Clock, open_camera: OpenCamera, stack: contextlib.ExitStack) -> Cables:
    scanner, scale = config.scanner, config.scale
    if config.shares_cable and scale is not None:
        drivers = lane_setup.scale_driver(scale), lane_setup.scanner_driver(scanner)
        return _Shared(stack.enter_context(MagellanCable(lane_setup.scale_port(scale, scanner), *drivers, clock)))
    bus = None if scale is None else stack.enter_context(_bus(scale, clock))
    if scanner.camera is not None:
        return _Apart(CameraPort(stack.enter_context(open_camera(config.id, scanner.camera, clock)), clock), bus)
    port = ScannerPort(lane_setup.scanner_port(scanner), lane_setup.scanner_driver(scanner), clock)
    return _Apart(stack.enter_context(port), bus)


def _bus(config: LaneScaleConfig, clock: Clock) -> ScaleBus:
    return ScaleBus(lane_setup.scale_port(config), lane_setup.scale_driver(config), clock)
