"""Damaged recordings and impossible time stamps: what is sound in them is used, and the rest is said."""

import logging
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.check.camera import watch
from edge.clock import SystemClock
from edge.config.camera import CameraConfig
from edge.errors import SourceError
from edge.events import CameraStatus
from edge.vision import decode
from edge.vision.camera import Camera, Child
from edge.vision.decode import probe, read_file, without_credentials
from edge.vision.detections import Frame
from edge.vision.file_times import FileTimes
from tests import media
from tests.vision.clips import video


def test_damage_in_the_middle_costs_no_more_than_the_pictures_it_hits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = video(tmp_path / "v.mp4", frames=100)
    data = bytearray(whole.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = np.random.default_rng(1).bytes(400)
    hurt = tmp_path / "hurt.mp4"
    hurt.write_bytes(data)
    found = list(read_file(hurt))
    assert 80 <= len(found) <= 100
    assert found[-1].at == pytest.approx(9.9, abs=0.5)
    assert all(a.at < b.at for a, b in pairwise(found))
    if len(found) < 100:
        assert "hurt.mp4" in caplog.text


def test_a_file_that_is_cut_off_says_so_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = media.demo("entrance.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 4])
    with caplog.at_level(logging.WARNING):
        found = list(read_file(cut))
    assert 10 < len(found) < 480
    assert f"cut.mp4: expected 480 pictures, found {len(found)} and" in caplog.text


def test_a_sound_file_is_worth_no_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    list(read_file(video(tmp_path / "v.mp4")))
    assert caplog.text == ""


def test_a_picture_that_no_camera_takes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = video(tmp_path / "v.mp4", frames=2)
    monkeypatch.setattr(decode, "MOST_PIXELS", 100)
    with pytest.raises(SourceError, match="at most, found 160x120"):
        probe(str(path))


def test_stamps_that_go_back_are_repaired(tmp_path: Path) -> None:
    first, second = (video(tmp_path / name, codec="libx264", frames=25, fps=25) for name in ("a.ts", "b.ts"))
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    found = list(read_file(both))
    # The last picture of a transport stream is only known to be whole by what follows it: one may be missing.
    assert len(found) >= 49
    assert min(b.at - a.at for a, b in pairwise(found)) > 0.03
    assert found[-1].at == pytest.approx(1.96, abs=0.05)


def test_repairs_of_single_stamps_do_not_add_up() -> None:
    times = FileTimes(25)
    stamps = [None if n % 5 == 3 else n / 10 for n in range(500)]
    stamps[200], stamps[300] = 19.9, -7.0
    found = [times.of(stamp) for stamp in stamps]
    assert found[-1] == pytest.approx(49.9)
    assert all(a < b for a, b in pairwise(found))


def test_a_second_recording_behind_the_first_goes_on_at_its_own_pace() -> None:
    times = FileTimes(10)
    found = [times.of(n / 10) for n in (*range(50), *range(50))]
    assert [b - a for a, b in pairwise(found)] == pytest.approx([0.1] * 99)


@given(st.lists(st.floats(0.001, 59), min_size=1, max_size=60))
def test_sound_stamps_are_left_alone(gaps: list[float]) -> None:
    times, stamp = FileTimes(25), 1000.0
    assert times.of(stamp) == 0.0
    for gap in gaps:
        stamp += gap
        assert times.of(stamp) == pytest.approx(stamp - 1000.0)


def test_a_recording_with_a_pause_longer_than_the_stale_time_is_not_stale(tmp_path: Path) -> None:
    url = str(video(tmp_path / "v.mp4", frames=3, stamps=[0, 100, 2200]))
    found: list[Frame] = []
    with Camera(CameraConfig(id="c", url=url, stale_after_s=0.5), SystemClock()) as one:
        while one.status is not CameraStatus.ENDED and len(found) < 10:
            if (frame := one.next_frame(0.2)) is not None:
                found.append(frame)
        told = [change.status for change in one.status_changes()]
    assert [frame.index for frame in found] == [0, 1, 2]
    assert told == [CameraStatus.ONLINE, CameraStatus.ENDED]


@pytest.mark.parametrize(
    ("device", "found"),
    [("/dev/video99", "no such file or directory"), ("/dev/null", "inappropriate ioctl for device")],
)
def test_a_device_that_is_no_camera_is_one_line(device: str, found: str) -> None:
    says = f"{device}: expected a video, found {found}"
    with pytest.raises(SourceError) as caught:
        probe(device)
    assert str(caught.value) == says
    config = CameraConfig(id="c", url=device, open_timeout_s=0.8)
    with Camera(config, SystemClock()) as one:
        while not (changes := one.status_changes()):
            one.next_frame(0.2)
    assert [(change.status, change.reason) for change in changes] == [(CameraStatus.OFFLINE, says)]
    with pytest.raises(SourceError, match=f"found none \\({says}\\)$"):
        watch(config)


def test_a_camera_that_is_away_for_long_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_files: list[int] = []

    class Counted(Child):
        def kill(self) -> None:
            super().kill()
            open_files.append(len(list(Path("/proc/self/fd").iterdir())))

    monkeypatch.setattr("edge.vision.camera.Child", Counted)
    monkeypatch.setattr("edge.vision.camera.RETRY_MOST_S", 0.0)
    with Camera(CameraConfig(id="c", url=str(tmp_path / "none.mp4")), SystemClock()) as one:
        while len(open_files) < 8:
            one.next_frame(0.2)
        assert len(set(open_files)) == 1, open_files
        assert len(one.status_changes()) == 1


def test_a_query_may_hold_a_password_and_is_not_shown() -> None:
    assert without_credentials("http://u:p@cam/video.cgi?user=a&pwd=s") == "http://cam/video.cgi?…"
    assert without_credentials("clips/what?.mp4") == "clips/what?.mp4"
