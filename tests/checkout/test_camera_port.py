"""A recorded video as a scanner: codes that two pictures agree on, once or more, and the camera's state."""

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from edge.checkout.camera_port import CameraPort
from edge.checkout.debounce import Debounce, DebounceSettings, Seen, identity
from edge.checkout.scanner_port import ScannerStatusChange
from edge.clock import SystemClock
from edge.config.camera import CameraConfig
from edge.vision.camera import Camera

CODES = ("6901234567892", "5449000000996")


def picture(code: str | None) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    page = np.full((240, 480, 3), 235, np.uint8)
    if code is not None:
        bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13)
        drawn = np.asarray(zxingcpp.write_barcode_to_image(bars, scale=3))
        page[60 : 60 + drawn.shape[0], 90 : 90 + drawn.shape[1]] = drawn[..., None]
    return page


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two codes for half a second each, with nothing between them."""
    path = tmp_path / "codes.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (480, 240))
    for code in (None, CODES[0], None, CODES[1], None):
        for _ in range(6):
            writer.write(picture(code))
    writer.release()
    return path


def test_a_video_of_two_codes_is_two_scans(clip: Path) -> None:
    config = CameraConfig(id="sco-1", url=str(clip), fps=10, play="fast")
    debounce = Debounce(DebounceSettings(window_s=30.0))
    scans: list[str] = []
    with Camera(config, SystemClock()) as camera:
        port = CameraPort(camera, SystemClock())
        until = time.monotonic() + 20
        while time.monotonic() < until and len(scans) < len(CODES):
            seen = [(identity(frame), frame.at) for frame in port.turn(0.2).frames]
            scans += [code for code, at in seen if debounce.see(code, at) is Seen.SCAN]
        assert port.online
    assert scans == list(CODES)


def test_a_camera_that_is_not_there_is_told() -> None:
    config = CameraConfig(id="sco-1", url="/nowhere/video.avi")
    with Camera(config, SystemClock()) as camera:
        port = CameraPort(camera, SystemClock())
        until = time.monotonic() + 10
        changes: list[ScannerStatusChange] = []
        while time.monotonic() < until and not changes:
            changes += port.turn(0.2).changes
    assert not changes[0].online
    assert changes[0].reason
