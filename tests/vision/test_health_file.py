"""A camera's usual view over a restart."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from edge.errors import FrameError
from edge.events import CameraStatus
from edge.vision.camera_health import CameraHealth
from edge.vision.detections import Image
from edge.vision.health_file import EVERY_S, LONGEST, HealthFile
from edge.vision.health_reference import Reference
from edge.vision.look import look
from tests.vision import scenes


def watched(health: CameraHealth, picture: Image, seconds: float) -> list[CameraStatus]:
    """What is told of a picture with the sensor's noise."""
    dice = np.random.default_rng(1)
    told = []
    for n in range(round(2 * seconds)):
        verdict = health.update(look(scenes.noisy(picture, dice)), n / 2)
        told += [verdict.status] if verdict is not None else []
    return told


def learnt() -> Reference:
    health = CameraHealth()
    watched(health, scenes.shop(), 10)
    assert health.learnt is not None
    return health.learnt


def test_a_camera_that_was_turned_while_the_box_was_off_is_found_out(tmp_path: Path) -> None:
    HealthFile(tmp_path / "health" / "door").keep(learnt(), 0.0)
    kept = HealthFile(tmp_path / "health" / "door").load(datetime.now(UTC))
    assert watched(CameraHealth(reference=kept), scenes.turned(scenes.shop()), 10) == [CameraStatus.MOVED]
    assert watched(CameraHealth(), scenes.turned(scenes.shop()), 10) == [], "without it the new view is the usual one"


def test_a_camera_that_shows_the_same_after_a_restart_is_online(tmp_path: Path) -> None:
    file = HealthFile(tmp_path / "door")
    file.keep(learnt(), 0.0)
    assert watched(CameraHealth(reference=file.load(datetime.now(UTC))), scenes.shop(), 10) == []


def test_an_old_reference_is_none(tmp_path: Path) -> None:
    file = HealthFile(tmp_path / "door")
    file.keep(learnt(), 0.0)
    now = datetime.now(UTC)
    assert file.load(now + LONGEST + timedelta(minutes=1)) is None
    os.utime(tmp_path / "door", (now.timestamp() + 3600,) * 2)
    assert file.load(now) is None, "a clock that was set back says nothing of its age"


def test_it_is_written_every_ten_minutes_at_most(tmp_path: Path) -> None:
    file = HealthFile(tmp_path / "door")
    assert file.due(5.0)
    file.keep(learnt(), 5.0)
    assert not file.due(5.0 + EVERY_S - 1)
    assert file.due(5.0 + EVERY_S)


def test_a_disk_that_does_not_take_it_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "health").write_text("", "utf-8")
    file = HealthFile(tmp_path / "health" / "door")
    file.keep(learnt(), 0.0)
    assert file.load(datetime.now(UTC)) is None


def test_a_damaged_file_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "door").write_bytes(learnt().pack()[:-1])
    with capture_logs() as log:
        assert HealthFile(tmp_path / "door").load(datetime.now(UTC)) is None
    (line,) = log
    assert (line["log_level"], line["event"]) == ("warning", "camera_view_damaged")
    assert line["file"] == str(tmp_path / "door")
    assert "learns its view anew" in line["reason"]


def test_what_is_packed_is_unpacked() -> None:
    before = learnt()
    after = Reference.unpack(before.pack())
    assert np.array_equal(before.across, after.across)
    assert np.array_equal(before.down, after.down)
    assert after.sharpness == pytest.approx(before.sharpness)


@given(st.binary(max_size=64))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError, match="expected"):
        Reference.unpack(data)


def test_numbers_that_cannot_be_are_refused() -> None:
    data = bytearray(learnt().pack())
    data[-4:] = np.asarray([np.nan], dtype="<f4").tobytes()
    with pytest.raises(FrameError, match="cannot be"):
        Reference.unpack(bytes(data))


def test_nothing_is_kept_of_a_camera_that_shows_something_else() -> None:
    health = CameraHealth(reference=learnt())
    watched(health, scenes.turned(scenes.shop()), 10)
    assert health.learnt is None
