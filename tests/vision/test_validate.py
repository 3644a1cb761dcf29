"""Holding counts against the truth."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.count import Count
from edge.vision.detections import Crossing
from edge.vision.matching import Tally
from edge.vision.truth import ClipTruth, Truth, parse, read
from edge.vision.validate import ClipResult, Skipped, Validation, compare, line_of, validate, why_skipped
from tests.media import demo
from tests.vision.clips import video

CLIP: dict[str, Any] = {
    "file": "door.mp4",
    "width": 640,
    "height": 360,
    "fps": 10,
    "frames": 100,
    "line": [[0, 100], [640, 100]],
    "anchor": "center: centre of the person box",
    "in_direction": {"words": "down", "normal": [0, 1]},
    "crossings": [
        {"frame": 20, "direction": "in", "note": "a woman"},
        {"frame": 50, "direction": "in"},
        {"frame": 80, "direction": "out"},
    ],
}


def truth(**changes: object) -> ClipTruth:
    return parse(json.dumps({"clips": [CLIP | changes]}).encode()).clips[0]


def counted(*crossings: tuple[int, str]) -> Count:
    made = tuple(
        Crossing("line", Direction(way), frame / 10, frame, 0.9, n, (320.0, 100.0))
        for n, (frame, way) in enumerate(crossings)
    )
    return Count(crossings=made, frames=100, analysed=100, elapsed_s=2.0, model="m")


def result(*crossings: tuple[int, str], **changes: object) -> ClipResult:
    return compare(truth(**changes), Path("door.mp4"), counted(*crossings), 0.5, {})


def test_errors_that_cancel_out_in_a_total_are_seen() -> None:
    """One missed and one invented the same way: the total is right, the events are not."""
    one = result((20, "in"), (70, "in"), (80, "out"))
    row = one.as_json()
    assert (row["truth_in"], row["in"], row["bias_in"]) == (2, 2, 0)
    assert row["f1"] == pytest.approx(2 * 2 / 6, abs=1e-4)
    assert [passage.at for passage in one.missed] == [5.0]
    assert [crossing.frame for crossing in one.false] == [70]


def test_a_clip_counted_right_is_perfect() -> None:
    one = result((22, "in"), (45, "in"), (80, "out"))
    assert one.both == Tally(3, 3, 3)
    assert one.as_json() | {"f1": 1.0, "missed_s": [], "false_s": []} == one.as_json()


def test_directions_are_told_apart_and_added_up() -> None:
    both = Validation("m", (result((20, "in")), result((20, "in"), (80, "out"), (81, "out"))), ())
    assert both.tally(Direction.IN) == Tally(4, 2, 2)
    assert both.tally(Direction.OUT) == Tally(2, 2, 1)
    figures = both.as_json()
    assert (figures["bias_in"], figures["bias_out"]) == (-2, 0)
    assert (figures["absolute_error_in"], figures["absolute_error_out"]) == (2, 2)
    assert figures["f1"] == pytest.approx(2 * 3 / 10, abs=1e-4)
    assert {"file", "truth_in", "truth_out", "in", "out", "f1"} <= set(figures["clips"][0])


def test_clips_without_a_line_or_a_file_are_skipped_with_the_reason(tmp_path: Path) -> None:
    clips = (truth(file="nowhere.mp4"), truth(file="zones.mp4", line=None, in_direction=None))
    there = truth(file=video(tmp_path / "there.mp4", frames=3, size=(640, 360)).name)
    found = validate(Truth(clips=(*clips, there)), tmp_path)
    assert [clip.truth.file for clip in found.clips] == ["there.mp4"]
    assert found.skipped == (
        Skipped("nowhere.mp4", f"no such file in {tmp_path}"),
        Skipped("zones.mp4", "it has no counting line"),
    )


def test_a_truth_of_which_nothing_can_be_counted_is_no_perfect_score(tmp_path: Path) -> None:
    said = r"^expected a clip that can be counted in .*, found none \(nowhere.mp4: no such file in"
    with pytest.raises(ConfigError, match=said):
        validate(Truth(clips=(truth(file="nowhere.mp4"),)), tmp_path)
    with pytest.raises(ConfigError, match="the truth file names none"):
        validate(Truth(clips=()), tmp_path)


def test_a_clip_of_another_size_than_the_marked_one_is_refused(tmp_path: Path) -> None:
    clip = video(tmp_path / "door.mp4", frames=3, size=(320, 180))
    with pytest.raises(ConfigError, match="expected a video of 640x360 as its truth says, found 320x180"):
        validate(Truth(clips=(truth(file=clip.name),)), tmp_path)


def test_a_clip_that_is_there_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "door.mp4").touch()
    assert why_skipped(truth(), tmp_path) is None


def test_the_line_is_the_truths() -> None:
    line = line_of(truth())
    assert (line.start, line.end, line.inside, line.anchor) == ((0, 100), (640, 100), (0, 1), "center")
    with pytest.raises(ValueError, match="no counting line"):
        line_of(truth(line=None, in_direction=None))


def test_the_bundled_clip_is_the_one_its_truth_is_of() -> None:
    data = json.loads(demo("entrance.json").read_bytes())["clips"][0]
    assert hashlib.sha256(demo("entrance.mp4").read_bytes()).hexdigest() == data["sha256"]


@pytest.mark.slow
def test_the_bundled_clip_with_the_bundled_model() -> None:
    """The default of everything on our own clip: what a newcomer sees first."""
    clip = demo("entrance.json")
    found = validate(read(clip), clip.parent)
    assert not found.skipped
    assert found.both.f1 >= 0.7
    assert set(found.clips[0].tracks) == set(range(480))
