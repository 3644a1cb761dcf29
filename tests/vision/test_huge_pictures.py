"""Pictures that take more memory to decode than any camera's do: the decoder's cap, at its real size."""

from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config.camera import CameraConfig
from edge.events import CameraStatus
from edge.vision.camera import Camera, StatusChange
from tests.vision.clips import float_picture

SIDE = 8192  # as many pixels as are taken at all


def outcome(one: Camera) -> tuple[int, StatusChange]:
    """How many frames come until the camera has ended or gives this attempt up, and what it says then."""
    frames = 0
    while True:
        frames += one.next_frame(0.2) is not None
        for change in one.status_changes():
            if change.status in {CameraStatus.OFFLINE, CameraStatus.ENDED}:
                return frames, change


@pytest.mark.parametrize(
    ("channels", "says"),
    [
        # The picture alone is too large.
        ("ABGR", "expected pictures, found a video of 0 frames"),
        # It fits, and its copy in BGR does not.
        pytest.param(
            "BGR",
            "expected pictures that 1024 MiB suffice to decode, found larger ones",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_picture_that_needs_too_much_memory_costs_the_decoder_not_the_agent(
    tmp_path: Path, channels: str, says: str
) -> None:
    path = float_picture(tmp_path / "huge.exr", SIDE, channels)
    with Camera(CameraConfig(id="door", url=str(path)), SystemClock()) as one:
        frames, change = outcome(one)
        assert (frames, change.status, change.reason) == (0, CameraStatus.OFFLINE, says)
        float_picture(path, 160, channels)
        while change.status is CameraStatus.OFFLINE:
            frames, change = outcome(one)
        assert (frames, change.status, one.size) == (1, CameraStatus.ENDED, (160, 160))
