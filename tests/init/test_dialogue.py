"""A first configuration: whatever is answered, the file that is written is one that `check` takes."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.check import check
from edge.config import read as config
from edge.config.shelf import DriverName
from edge.errors import ConfigError
from edge.init import dialogue, find
from edge.init.answers import Answers, CameraAnswer, LaneAnswer, ShelfAnswer
from edge.init.dialogue import Given
from edge.init.onvif import FoundCamera
from edge.init.text import quoted, toml
from tests.media import REPO

IDS = st.from_regex(r"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,20}\Z")
PORTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)
CAMERAS = st.sampled_from(["rtsp://10.0.0.5/sub", "/dev/video0", "http://cam.example/mjpeg"])


def answered(_question: str, usual: str) -> str:
    return usual


def quiet(_text: str) -> None:
    """Nothing."""


@given(
    tenant=IDS,
    broker=st.sampled_from([None, "mqtts://broker.example:8883", "mqtt://10.0.0.1"]),
    cameras=st.lists(st.tuples(CAMERAS, st.sampled_from([None, (640, 360), (1920, 1080)])), max_size=3),
    ports=st.lists(PORTS, min_size=6, max_size=6, unique=True),
    driver=st.sampled_from(get_args(DriverName)),
    shelves=st.integers(0, 2),
    lanes=st.integers(0, 2),
)
def test_every_answer_gives_a_configuration(
    tenant: str,
    broker: str | None,
    cameras: list[tuple[str, tuple[int, int] | None]],
    ports: list[str],
    driver: str,
    shelves: int,
    lanes: int,
) -> None:
    answers = Answers(
        tenant,
        "s-1",
        "g-1",
        broker=broker,
        cameras=tuple(CameraAnswer(f"c{n}", url, size) for n, (url, size) in enumerate(cameras)),
        shelves=tuple(ShelfAnswer(f"s{n}", ports[n], driver) for n in range(shelves)),
        lanes=tuple(LaneAnswer(f"l{n}", ports[2 + n], ports[4 + n]) for n in range(lanes)),
    )
    read = config.parse(toml(answers), folder=Path("/"))
    assert [camera.url for camera in read.camera] == [url for url, _ in cameras]
    assert [shelf.port for shelf in read.shelf] == ports[:shelves]
    assert [lane.scanner.port for lane in read.lane] == ports[2 : 2 + lanes]
    assert (read.uplink is None) is (broker is None)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}


def test_what_is_written_passes_check(tmp_path: Path) -> None:
    said = Given(cameras=["rtsp://10.0.0.5/sub"], shelves=["/dev/ttyUSB0,mt_sics"], lanes=["/dev/ttyUSB1,/dev/ttyUSB2"])
    out = dialogue.write(said, tmp_path / "a" / "store.toml", ask=answered, say=quiet, search=False, force=False)
    assert check.check(out).ok
    assert out.stat().st_mode & 0o777 == 0o640
    assert (out.parent / "price_book.csv").exists()
    with pytest.raises(ConfigError, match="expected no file at"):
        dialogue.write(said, out, ask=answered, say=quiet, search=False, force=False)
    dialogue.write(said, out, ask=answered, say=quiet, search=False, force=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to a group it is not in")
def test_the_folder_s_group_may_read_it(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 12_345)
    out = dialogue.write(Given(), tmp_path / "store.toml", ask=answered, say=quiet, search=False, force=False)
    assert (out.stat().st_gid, out.stat().st_mode & 0o777) == (12_345, 0o640)


def test_on_a_box_the_data_go_where_the_service_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "ON_A_BOX", tmp_path)
    out = dialogue.write(Given(), tmp_path / "store.toml", ask=answered, say=quiet, search=False, force=False)
    assert config.load(out).store.data_dir == "/var/lib/store-edge"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Given(shelves=["/dev/ttyUSB0"]), "--shelf: expected PORT,DRIVER"),
        (Given(lanes=[","]), "--lane: expected SCANNER"),
        (Given(shelves=["/dev/ttyUSB0,abacus"]), "driver"),
        (Given(tenant="a/b"), "tenant"),
        (Given(broker="http://x"), "uplink.url"),
        (Given(timezone="Mars"), "timezone"),
        (Given(lanes=["/dev/ttyUSB0"], currency='E"R'), "currency"),
    ],
)
def test_an_answer_that_cannot_be_used_writes_nothing(tmp_path: Path, said: Given, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        dialogue.write(said, tmp_path / "store.toml", ask=answered, say=quiet, search=False, force=False)
    assert list(tmp_path.iterdir()) == []


def test_what_is_found_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "video0").mkdir()
    (tmp_path / "video0" / "index").write_text("0\n", encoding="ascii")
    (tmp_path / "video1").mkdir()
    (tmp_path / "video1" / "index").write_text("1\n", encoding="ascii")
    assert find.usb_cameras(tmp_path) == ("/dev/video0",)
    monkeypatch.setattr(find, "usb_cameras", lambda: ("/dev/video0",))
    monkeypatch.setattr(find, "network_cameras", lambda: (FoundCamera("10.0.0.9", "Door"),))
    told: list[str] = []
    answers = dialogue.complete(Given(), answered, told.append, search=True)
    assert [camera.url for camera in answers.cameras] == ["/dev/video0", "rtsp://10.0.0.9/"]
    assert any("10.0.0.9 Door" in line for line in told)


def test_the_verb_asks_nothing_when_told_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edge", "init", "--yes", "--no-find", "--out", str(tmp_path / "store.toml")]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    again = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
