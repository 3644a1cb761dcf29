"""The bench of many cameras plays what it says, and judges by the clip alone."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from edge.bench import cameras
from edge.bench.cameras_clips import LEAD_S, prepare
from edge.errors import ConfigError
from edge.vision.decode import probe, read_file
from tests import media
from tests.vision import clips


@pytest.mark.parametrize("text", ["640", "640x", "x360", "641x360", "640x0", "640x360x2", ""])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="WIDTHxHEIGHT"):
        cameras.parse_size(text)


def test_a_size_is_width_and_height() -> None:
    assert cameras.parse_size("640x360") == (640, 360)


@pytest.mark.parametrize(
    ("number", "share", "busy"), [(16, 0.34, 6), (16, 0, 0), (4, 1, 4), (3, 1 / 3, 1), (1, 0.01, 1)]
)
def test_a_share_of_the_cameras_is_busy(number: int, share: float, busy: int) -> None:
    assert cameras.Plan(cameras=number, busy=share).busy_cameras == busy


def test_clips_are_brought_to_one_size_and_rate_behind_an_empty_lead(tmp_path: Path) -> None:
    truth = clips.marked(clips.video(tmp_path / "clip.mp4", frames=20), frames=20)
    [(busy, empty)] = prepare(truth, tmp_path, (80, 60), 20.0)
    for scene in (busy, empty):
        info = probe(str(scene.path))
        assert (info.width, info.height, info.fps) == (80, 60, 20.0)
        assert info.frames == pytest.approx(scene.seconds * 20, abs=2)
    assert (busy.line.start, busy.line.end) == ((0, 30), (80, 30))
    pictures = [frame.image.astype(int) for frame in read_file(busy.path)]
    lead = round(LEAD_S * 20)
    noise = max(np.abs(one - pictures[1]).mean() for one in pictures[1:lead])
    assert np.abs(pictures[-1] - pictures[1]).mean() > 2 * noise, "the clip itself follows"


def test_without_a_clip_that_has_crossings_there_is_nothing_to_play(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    path.write_text('{"clips": []}', encoding="utf-8")
    with pytest.raises(ConfigError, match="crossings"):
        prepare(path, tmp_path, (320, 180), 10.0)


def row(**other: object) -> dict[str, object]:
    """A busy camera that is well."""
    usual = {"busy": True, "taken_fps": 10.0, "shed": 0, "late_p95_s": 0.1, "event_late_p95_s": None, "memory_mb": 90}
    counts = {"in": 3, "out": 2, "alone_in": 3, "alone_out": 2}
    cpu = {f"{part}_cpu_s_per_h": 10 for part in ("decode", "gate", "inference", "rest")}
    return usual | counts | cpu | other


def test_the_worst_camera_is_what_counts() -> None:
    told = cameras.summary([row(), row(taken_fps=7.5, shed=4, late_p95_s=0.9), row(busy=False, memory_mb=80)])
    assert (told["least_taken_fps"], told["shed"], told["worst_late_p95_s"]) == (7.5, 4, 0.9)
    assert (told["memory_mb"], told["equal"], told["worst_event_late_p95_s"]) == (260, True, None)
    assert told["cpu_s_per_camera_hour_busy"]["all"] == 40


def test_one_person_less_is_not_equal() -> None:
    assert not cameras.summary([row(), row(out=1)])["equal"]


@pytest.mark.slow
def test_two_cameras_count_what_their_clip_gives_alone(tmp_path: Path) -> None:
    clips.beginning(media.demo("entrance.mp4"), tmp_path / "entrance.mp4", 160)
    shutil.copy(media.demo("entrance.json"), tmp_path)
    plan = cameras.Plan(cameras=2, busy=0.5, size=(320, 180))
    result = cameras.run(plan, tmp_path / "entrance.json")
    assert result["equal"], result
    busy, empty = result["cameras"]
    assert busy["in"] + busy["out"] > 0
    assert (empty["in"], empty["out"]) == (0, 0)
    assert empty["analysed_fps"] < busy["analysed_fps"]
    assert empty["inference_cpu_s_per_h"] < busy["inference_cpu_s_per_h"]
