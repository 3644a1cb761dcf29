"""Counting one clip, and the arguments it takes."""

from pathlib import Path

import pytest

from edge.errors import ConfigError, SourceError, StoreEdgeError
from edge.events import Direction
from edge.vision.count import Count, _unseen_tail, check_line, count, parse_line
from edge.vision.decode import StreamInfo, probe
from edge.vision.detections import Crossing
from edge.vision.pipeline import Step
from tests.media import demo

CROSSING = Crossing("line", Direction.OUT, 4.2004, 42, 0.87654, 3, (10.0, 20.0))


def test_the_json_has_exactly_these_keys() -> None:
    counted = Count(crossings=(CROSSING,), frames=480, analysed=240, elapsed_s=12.0, model="person")
    assert counted.as_json() == {
        "in": 0,
        "out": 1,
        "crossings": [{"frame": 42, "time_s": 4.2, "direction": "out", "confidence": 0.877}],
        "frames": 480,
        "decoded_fps": 40.0,
        "analysed_fps": 20.0,
        "model": "person",
    }


def test_a_line_is_read_from_the_arguments() -> None:
    line = parse_line("198, 191,471,180.5", "0,-1.", "center")
    assert (line.start, line.end, line.inside, line.anchor) == ((198, 191), (471, 180.5), (0, -1), "center")


@pytest.mark.parametrize(
    ("points", "inside", "anchor", "says"),
    [
        ("1,2,3", "0,1", "foot", "--line: expected X1,Y1,X2,Y2"),
        ("1,2,3,x", "0,1", "foot", "--line: expected X1,Y1,X2,Y2"),
        ("1,2,1,2", "0,1", "foot", "--line: expected two different points"),
        ("1,2,3,4", "1", "foot", "--in: expected NX,NY"),
        ("1,2,3,4", "0,0", "foot", "--in: expected a direction"),
        ("0,0,10,0", "1,0", "foot", "--in"),
        ("1,2,3,4", "nan,1", "foot", "--in: expected NX,NY"),
        ("1,2,3,4", "0,1", "head", "--anchor: expected foot or center, found head"),
    ],
)
def test_wrong_arguments_are_one_line(points: str, inside: str, anchor: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_line(points, inside, anchor)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_a_line_outside_the_picture_is_refused() -> None:
    info = StreamInfo(width=640, height=360, fps=10.0, frames=480, codec="h264")
    check_line(parse_line("0,0,640,360", "-1,1"), info)
    with pytest.raises(ConfigError, match="640x360, found 0,361"):
        check_line(parse_line("0,361,640,10", "0,1"), info)


@pytest.mark.parametrize(
    ("said", "behind", "fps", "tail"),
    [
        (182, 181, 10.0, 1),
        (182, 179, 10.0, 0),
        (480, 201, 10.0, 0),
        (None, 181, 10.0, 0),
        (180, 181, 10.0, 0),
        (182, 181, None, 0),
    ],
)
def test_pictures_after_the_last_analysed_one_are_decoded_too(
    said: int | None, behind: int, fps: float | None, tail: int
) -> None:
    info = StreamInfo(width=640, height=360, fps=29.5, frames=said, codec="h264")
    assert _unseen_tail(info, behind, fps) == tail


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video")
    for path in (text, tmp_path / "none.mp4"):
        with pytest.raises(SourceError) as caught:
            count(path, parse_line("0,0,10,10", "1,-1"))
        assert "\n" not in str(caught.value)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(StoreEdgeError, match="nobody"):
        count(demo("entrance.mp4"), parse_line("198,191,471,180", "0,1"), model="nobody")


@pytest.mark.slow
def test_the_bundled_clip_is_counted_and_watched() -> None:
    steps: list[Step] = []
    done: list[tuple[int, int | None]] = []
    counted = count(
        demo("entrance.mp4"),
        parse_line("198,191,471,180", "0.0403,0.9992"),
        fps=None,
        watch=steps.append,
        progress=lambda behind, total: done.append((behind, total)),
    )
    assert (counted.frames, counted.analysed) == (480, 480)
    assert [step.frame.index for step in steps] == list(range(480))
    assert done[-1][0] == 480
    assert abs(counted.total(Direction.IN) - 9) <= 3
    assert abs(counted.total(Direction.OUT) - 5) <= 3
    assert all(0 <= crossing.frame < 480 and 0 <= crossing.confidence <= 1 for crossing in counted.crossings)
    assert probe(str(demo("entrance.mp4"))).width == 640


@pytest.mark.slow
def test_the_gate_passes_over_pictures_and_nobody() -> None:
    line = parse_line("198,191,471,180", "0.04,1")
    plain, gated = (count(demo("entrance.mp4"), line, gate=gate) for gate in (False, True))
    assert [crossing.direction for crossing in gated.crossings] == [crossing.direction for crossing in plain.crossings]
    assert gated.frames == plain.frames
    assert gated.analysed <= plain.analysed
