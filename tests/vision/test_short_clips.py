"""A clip shorter than one interval has an interval of its own length."""

from pathlib import Path

from edge.events import FootfallCounted
from tests.vision.clips import video
from tests.vision.test_camera import DOOR, camera
from tests.vision.test_camera_agent import events_of


def test_a_clip_shorter_than_one_interval_says_how_long_it_was(tmp_path: Path) -> None:
    clip = video(tmp_path / "short.mp4", frames=20, size=(640, 360), fps=10)
    events = events_of(camera(str(clip), play="fast", interval_s=60, stale_after_s=10, line=(DOOR,)))
    (counted,) = [event for event in events if isinstance(event, FootfallCounted)]
    assert 1.8 <= counted.observed_s <= 2.0 <= counted.interval_s < 60
    assert (counted.in_, counted.out) == (0, 0)
    assert counted.in_sd is not None
    assert counted.in_sd > 0, "nobody counted does not mean that nobody could have been missed"
