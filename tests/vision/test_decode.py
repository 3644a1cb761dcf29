"""Odd and broken videos: each is decoded sensibly, or refused in one line."""

from itertools import pairwise
from pathlib import Path

import pytest

from edge.errors import SourceError
from edge.vision.decode import probe, read_file, without_credentials
from edge.vision.detections import Frame
from tests import media
from tests.vision.clips import video


def sound(frames: list[Frame]) -> bool:
    return all(a.at < b.at and a.index < b.index for a, b in pairwise(frames)) and frames[0].at == pytest.approx(0)


@pytest.mark.parametrize(
    ("size", "fps", "frames"),
    [((160, 120), 10, 20), ((160, 120), 1, 5), ((160, 120), 60, 60), ((120, 320), 10, 5), ((3840, 2160), 25, 3)],
    ids=["usual", "1 fps", "60 fps", "vertical", "4K"],
)
def test_every_frame_is_there_at_its_time(tmp_path: Path, size: tuple[int, int], fps: int, frames: int) -> None:
    found = list(read_file(video(tmp_path / "v.mp4", frames=frames, size=size, fps=fps)))
    assert len(found) == frames
    assert sound(found)
    assert found[0].image.shape == (size[1], size[0], 3)
    assert found[-1].at == pytest.approx((frames - 1) / fps, abs=0.1)


def test_a_video_of_one_frame_is_a_video(tmp_path: Path) -> None:
    (frame,) = read_file(video(tmp_path / "v.mp4", frames=1))
    assert frame.index == 0
    assert frame.at == pytest.approx(0)


def test_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    stamps = [0, 40, 400, 420, 1000, 1900]
    found = list(read_file(video(tmp_path / "v.mp4", frames=6, stamps=stamps)))
    assert [frame.at for frame in found] == pytest.approx([stamp / 1000 for stamp in stamps], abs=0.02)


def test_a_truncated_video_ends_after_its_last_good_frame(tmp_path: Path) -> None:
    whole = video(tmp_path / "v.ts", frames=100, codec="libx264")
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    found = list(read_file(cut))
    assert 10 < len(found) < 100
    assert sound(found)


def test_a_size_that_changes_in_the_middle_is_scaled_to_the_first(tmp_path: Path) -> None:
    first = video(tmp_path / "a.ts", codec="libx264", frames=25, fps=25)
    second = video(tmp_path / "b.ts", codec="libx264", frames=25, fps=25, size=(320, 240))
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    found = list(read_file(both))
    assert len(found) >= 45
    assert sound(found)
    assert {frame.image.shape for frame in found} == {(120, 160, 3)}


@pytest.mark.parametrize("content", [b"", b"this is no video\n" * 100, b"\x00" * 5000], ids=["empty", "text", "zeros"])
def test_what_is_no_video_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"v\.mp4: expected a video") as caught:
        list(read_file(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        probe(str(tmp_path / "none.mp4"))


def test_a_video_of_no_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="expected"):
        list(read_file(video(tmp_path / "v.avi", frames=0)))


def test_a_rate_keeps_every_frame_of_a_recording_that_has_it() -> None:
    assert len(list(read_file(media.demo("entrance.mp4"), fps=10))) == 480


@pytest.mark.parametrize(("name", "frames"), [("vtest.avi", 795), ("worker-zone-detection.gif", 71)])
def test_recorded_clips_have_the_frames_that_their_truth_counts(name: str, frames: int) -> None:
    assert sum(1 for _ in read_file(media.footfall(name))) == frames


def test_credentials_are_never_shown() -> None:
    assert without_credentials("rtsp://viewer:secret@10.0.0.5:554/sub@1") == "rtsp://10.0.0.5:554/sub@1"
