"""What is said of a camera's stream before anybody counts on it."""

import pytest

from edge.check.camera import main_stream_doubt
from edge.config.camera import CameraConfig

LIVE, FILE = "rtsp://10.0.0.5/main", "clip.mp4"


@pytest.mark.parametrize(("url", "size"), [(LIVE, (640, 360)), (LIVE, (1280, 720)), (FILE, (1920, 1080))])
def test_a_sub_stream_or_a_recording_is_in_order(url: str, size: tuple[int, int]) -> None:
    assert main_stream_doubt(CameraConfig(id="cam", url=url), size) is None


def test_a_main_stream_is_told_what_to_take_instead() -> None:
    said = main_stream_doubt(CameraConfig(id="cam", url=LIVE), (2560, 1440))
    assert said is not None
    assert "2560 pixels wide" in said
    assert "sub-stream" in said
