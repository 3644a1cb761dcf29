"""Drawn pictures come back from the files they were written to."""

import contextlib
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from edge.errors import ConfigError, SourceError
from edge.vision.annotate import open_video, save_picture, watching
from edge.vision.detections import Image


def shades(n: int, height: int = 121, width: int = 161) -> list[Image]:
    """Pictures of odd size, each brighter than the one before."""
    return [np.full((height, width, 3), 20 + 200 * one // n, np.uint8) for one in range(n)]


def read_back(path: Path) -> list[tuple[float, float, tuple[int, ...]]]:
    """Time, mean brightness and size of each picture."""
    with av.open(str(path)) as container:
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]
    return [(at, float(image.mean()), image.shape) for at, image in frames]


@pytest.mark.parametrize(("name", "shape"), [("out.mp4", (120, 160, 3)), ("out.gif", (121, 161, 3))])
def test_pictures_come_back_in_order_and_at_their_times(tmp_path: Path, name: str, shape: tuple[int, ...]) -> None:
    times = [0.0, 0.1, 0.2, 0.5, 0.6, 1.0]  # irregular on purpose
    with open_video(tmp_path / name, 10) as write:
        for image, at in zip(shades(6), times, strict=True):
            write(image, at)
    back = read_back(tmp_path / name)
    assert [at for at, _, _ in back] == pytest.approx(times, abs=0.011)
    assert [mean for _, mean, _ in back] == pytest.approx([float(one.mean()) for one in shades(6)], abs=6)
    assert {size for _, _, size in back} == {shape}


def test_times_that_stand_still_are_moved_on(tmp_path: Path) -> None:
    with open_video(tmp_path / "out.mp4", 10) as write:
        for image in shades(3):
            write(image, 1.0)
    times = [at for at, _, _ in read_back(tmp_path / "out.mp4")]
    assert len(set(times)) == 3
    assert times == sorted(times)


@pytest.mark.parametrize("name", ["out.gif", "out.mp4"])
def test_no_picture_at_all_is_no_crash(tmp_path: Path, name: str) -> None:
    with open_video(tmp_path / name, 10):
        pass


@pytest.mark.parametrize("name", ["none/out.mp4", "out.nonsense"])
def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="expected to write a video here") as caught, open_video(tmp_path / name, 10):
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["store.toml", "clip.mp4"])
def test_what_stands_there_is_kept_where_nothing_is_drawn(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("precious", encoding="utf-8")
    with contextlib.suppress(SourceError), open_video(file, 10):
        pass
    assert file.read_text(encoding="utf-8") == "precious"


def test_a_name_that_is_no_video_s_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError), open_video(tmp_path / "out.nonsense", 10):
        pass
    assert not list(tmp_path.iterdir())


def test_the_clip_itself_is_not_drawn_over(tmp_path: Path) -> None:
    clip, link = tmp_path / "clip.mp4", tmp_path / "link.mp4"
    clip.write_bytes(b"precious")
    link.symlink_to(clip)
    with (
        pytest.raises(ConfigError, match=r"^--annotate: expected another file than the clip"),
        watching(link, clip, [], 10),
    ):
        pass
    assert clip.read_bytes() == b"precious"


def test_a_single_picture(tmp_path: Path) -> None:
    image = np.arange(60 * 80 * 3, dtype=np.uint32).reshape(60, 80, 3).astype(np.uint8)
    save_picture(tmp_path / "one.png", image)
    assert np.array_equal(np.asarray(cv2.imread(str(tmp_path / "one.png"))), image)


@pytest.mark.parametrize("name", ["one.nonsense", "none/one.png"])
def test_a_picture_that_cannot_be_written_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="expected"):
        save_picture(tmp_path / name, np.zeros((4, 4, 3), np.uint8))
