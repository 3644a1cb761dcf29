"""The bench measures what it says it does."""

from edge.bench import vision
from tests import media


def test_the_parts_and_the_whole_are_measured_over_the_same_frames() -> None:
    figures = vision.run(media.demo("entrance.mp4"), rounds=1, seconds=1.0)
    assert figures["frames"] == 10
    assert figures["pipeline_fps"] < figures["decode_fps"]
    assert 0.5 < figures["overhead_ratio"] < 1.5
    assert 0 < figures["tracker_ms_30"] < 1000
