"""The truth file's format."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.truth import ClipTruth, parse, read
from tests.media import demo, footfall

CLIP: dict[str, Any] = {
    "file": "door.mp4",
    "width": 640,
    "height": 360,
    "fps": 10,
    "frames": 100,
    "line": [[0, 100], [640, 100]],
    "anchor": "center: centre of the person box",
    "in_direction": {"words": "down", "normal": [0, 1]},
    "crossings": [{"frame": 25, "direction": "in", "note": "a woman"}, {"frame": 30, "direction": "out"}],
}


def clip(**changes: object) -> ClipTruth:
    return parse(json.dumps({"clips": [CLIP | changes], "made": "a key of nobody's interest"}).encode()).clips[0]


def test_a_crossing_has_its_media_time() -> None:
    assert [(one.at, one.direction) for one in clip().passages] == [(2.5, Direction.IN), (3.0, Direction.OUT)]


@pytest.mark.parametrize(
    ("words", "point"),
    [("center: centre of the box", "center"), ("foot: bottom-centre", "foot"), ("foot or centre", "foot")],
)
def test_the_anchor_is_the_first_word(words: str, point: str) -> None:
    assert clip(anchor=words).anchor_point == point


@pytest.mark.parametrize(
    ("words", "frames"),
    [
        ("Frame = first frame the anchor is past the line, +-4 frames. Detector size 640.", 4),
        ("looked at step 2-8 frames at crossings, 6-20 between; ± 12 frames", 12),
        ("+-1 frame", 1),
        ("by eye, step 6, and tracker (38)", 0),
        ("2-8 frames", 0),
        ("", 0),
    ],
)
def test_the_own_tolerance_is_read_from_the_words(words: str, frames: int) -> None:
    assert clip(how_verified=words).own_tolerance == frames


def test_a_tolerance_given_as_a_number_goes_before_the_words() -> None:
    assert clip(how_verified="+-4 frames", frame_tolerance=6).own_tolerance == 6
    assert clip(how_verified="+-4 frames", frame_tolerance=0).own_tolerance == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"crossings": [{"frame": 3, "direction": "up"}]}, "crossings[0].direction"),
        ({"line": [[0, 1]]}, "line"),
        ({"in_direction": None}, "in_direction.normal"),
        ({"fps": 0}, "fps above 0"),
        ({"line": [[0, 100], [0, 100]]}, "door.mp4: line: expected two different points, found [0, 100] twice"),
        ({"in_direction": {"normal": [1, 0]}}, "door.mp4: in_direction.normal: expected a direction across the line"),
        ({"frames": "many"}, "frames"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        clip(**changes)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_json_and_no_file_are_config_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"truth\.json: expected a truth file"):
        parse(b"\xff\x00")
    with pytest.raises(ConfigError, match="No such file"):
        read(tmp_path / "none.json")


def test_the_bundled_clip_has_its_truth() -> None:
    (entrance,) = read(demo("entrance.json")).clips
    found = [one.direction for one in entrance.crossings]
    assert (found.count(Direction.IN), found.count(Direction.OUT)) == (9, 5)
    assert entrance.own_tolerance == 6
    assert demo(entrance.file).is_file()


def test_the_recorded_clips_are_read_with_their_tolerances() -> None:
    clips = {one.file: one for one in read(footfall("truth.json")).clips}
    assert clips["vtest.avi"].own_tolerance == 2
    assert clips["one-by-one-person-detection.mp4"].own_tolerance == 4
    assert clips["one-by-one-person-detection.mp4"].anchor_point == "center"
    assert clips["worker-zone-detection.gif"].own_tolerance == 0
    assert clips["autocheckout-test01-cam5.mp4"].line is None
