"""A camera in the place of a scanner: the same turns, from pictures."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.checkout.camera_scanner import CameraScanner
from edge.checkout.scanner_port import ScannerStatusChange, ScannerTurn
from edge.clock import Clock


class Pictured(Protocol):
    """A picture of a camera."""

    @property
    def image(self) -> NDArray[np.uint8]:
        """(H, W, 3), BGR."""
        ...


class Change(Protocol):
    """A camera became something else."""

    @property
    def status(self) -> str:
        """``online``, or what it is instead."""
        ...

    @property
    def reason(self) -> str:
        """In one line."""
        ...


class FrameSource(Protocol):
    """Where pictures come from: `edge.vision.camera.Camera`, which this room does not know."""

    def next_frame(self, timeout_s: float) -> Pictured | None:
        """The newest picture; None when there is none in time. Never raises for what a camera does."""
        ...

    def status_changes(self) -> Sequence[Change]:
        """What the camera became since the last call."""
        ...


class CameraPort:
    """Reads codes from a camera that somebody else opens and closes."""

    def __init__(self, source: FrameSource, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self._scanner = CameraScanner()
        self._online: bool | None = None

    @property
    def online(self) -> bool:
        """Whether pictures come."""
        return self._online is True

    def turn(self, timeout_s: float) -> ScannerTurn:
        """Look at one picture, if one comes within `timeout_s` seconds."""
        picture = self._source.next_frame(timeout_s)
        now = self._clock.monotonic_s()
        frames = [] if picture is None else self._scanner.see(picture.image, now)
        return ScannerTurn(frames, tuple(self._changes(now)))

    def beep(self, good: bool) -> None:
        """Nothing: a camera makes no sound; the screen shows the line."""

    def enable(self) -> None:
        """Nothing."""

    def disable(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing: whoever opened the camera closes it."""

    def _changes(self, now: float) -> list[ScannerStatusChange]:
        told = []
        for change in self._source.status_changes():
            online = change.status == "online"
            if online is not self._online:
                self._online = online
                told.append(ScannerStatusChange(now, online, change.reason))
        return told
