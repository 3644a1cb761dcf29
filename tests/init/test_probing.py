"""Devices are opened before they are written: what answers is written as it is, what does not as a comment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from edge.config import read as config
from edge.errors import ConfigError
from edge.init import dialogue, find
from edge.init.dialogue import Given
from edge.init.find import FoundPort
from edge.scale import probe as probing
from tests.init.test_dialogue import answered, quiet
from tests.media import REPO, demo
from tests.scale.ptys import Line
from tests.scale.test_probe import Says, device, mt_sics, toledo_8217
from tests.vision.rtsp_server import rtsp

CLIP = demo("entrance.mp4")
NOWHERE = "rtsp://127.0.0.1:9/sub"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"FIRST_LISTEN_S": 0.3, "LISTEN_S": 0.3, "SILENT_S": 0.15, "ASK_S": 0.6}.items():
        monkeypatch.setattr(probing, name, seconds)


@contextmanager
def ports(folder: Path, *devices: Says) -> Iterator[list[str]]:
    """A port for each device."""
    with ExitStack() as open_now:
        lines = [open_now.enter_context(Line(folder / f"ttyUSB{n}")) for n in range(len(devices))]
        for line, one in zip(lines, devices, strict=True):
            open_now.enter_context(device(line, one))
        yield [str(line.link) for line in lines]


def written(folder: Path, given: Given, *, search: bool = False) -> tuple[str, list[str]]:
    """The text that is written, and what was told."""
    told: list[str] = []
    out = folder / "store.toml"
    dialogue.write(given, out, ask=answered, say=told.append, search=search, force=True, probe=True)
    return out.read_text("utf-8"), told


def test_a_camera_that_gives_pictures_is_written_with_their_size_and_another_as_a_comment(tmp_path: Path) -> None:
    with rtsp() as server:
        text, told = written(tmp_path, Given(cameras=[server.url, NOWHERE, str(CLIP)]))
        urls = [server.url, str(CLIP)]
    read = config.parse(text, folder=tmp_path)
    assert [camera.url for camera in read.camera] == urls
    assert read.camera[0].frame_size == (160, 120)
    assert f'# url = "{NOWHERE}"' in text
    assert "# [[camera.line]]" in text
    assert "# Left out, for it did not answer: expected pictures within 10 s" in text
    assert [line.partition(":")[0] for line in told] == ["camera-2"]


def test_a_scale_is_written_as_it_answers_and_a_silent_port_as_a_comment(tmp_path: Path) -> None:
    with ports(tmp_path, Says(mt_sics), Says(), Says(toledo_8217)) as (first, silent, other):
        text, told = written(tmp_path, Given(shelves=[first, f"{silent},mt_sics", f"{other},mt_sics"]))
    read = config.parse(text, folder=tmp_path)
    assert [(shelf.id, shelf.port, shelf.driver) for shelf in read.shelf] == [
        ("shelf-1", first, "mt_sics"),
        ("shelf-3", other, "toledo_8217"),
    ]
    assert f'# port = "{silent}"' in text
    assert any("shelf-3: speaks toledo_8217, not mt_sics" in line for line in told)
    assert any(line.startswith("shelf-2: left out: nothing came") for line in told)


def test_a_bus_is_written_with_all_plates_that_answered(tmp_path: Path) -> None:
    bus = Says(says=b"ST,GS,   3.300kg\r\n")
    with ports(tmp_path, bus) as (port,):
        text, _ = written(tmp_path, Given(shelves=[port]))
    (shelf,) = config.parse(text, folder=tmp_path).shelf
    assert (shelf.driver, shelf.format is not None, len(shelf.plate)) == ("and_continuous", True, 1)


@pytest.mark.parametrize("answers", [True, False])
def test_a_lane_needs_its_scanner_s_port_and_of_its_scale_an_answer(tmp_path: Path, *, answers: bool) -> None:
    scale = Says(toledo_8217) if answers else Says()
    with ports(tmp_path, Says(), scale) as (scanner, scale_port):
        text, _ = written(tmp_path, Given(lanes=[f"{scanner},{scale_port}", f"{tmp_path}/none"]))
    (lane,) = config.parse(text, folder=tmp_path).lane
    assert lane.scanner.port == scanner
    assert (lane.scale is not None) is answers
    assert (f'\n# scale = {{ port = "{scale_port}"' in text) is not answers
    assert '# id = "sco-2"' in text


def test_scales_on_ports_that_were_found_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ports(tmp_path, Says(mt_sics), Says()) as both:
        monkeypatch.setattr(find, "serial_ports", lambda: tuple(FoundPort(port, "an adapter") for port in both))
        monkeypatch.setattr(find, "usb_cameras", lambda: ())
        monkeypatch.setattr(find, "network_cameras", lambda: ())
        text, _ = written(tmp_path, Given(), search=True)
    assert [(shelf.port, shelf.driver) for shelf in config.parse(text, folder=tmp_path).shelf] == [(both[0], "mt_sics")]


def test_an_answer_that_cannot_be_used_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "probed", lambda *_: pytest.fail("something was opened"))
    for given, expected in (
        (Given(cameras=["gopher://x"]), "url"),
        (Given(tenant="a/b", shelves=["/dev/x"]), "tenant"),
    ):
        with pytest.raises(ConfigError, match=expected):
            dialogue.write(given, tmp_path / "s.toml", ask=answered, say=quiet, search=False, force=False, probe=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_verb_writes_what_answers(tmp_path: Path) -> None:
    out = tmp_path / "store.toml"
    with rtsp() as server, ports(tmp_path, Says(mt_sics)) as (port,):
        command = [sys.executable, "-m", "edge", "init", "--yes", "--no-find", "--probe", "--out", str(out)]
        command += ["--camera", server.url, "--shelf", port]
        done = subprocess.run(
            command, cwd=REPO, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ
        )
        assert done.returncode == 0, done.stderr
        probed = subprocess.run([sys.executable, "-m", "edge", "check", str(out), "--probe"], cwd=REPO, check=False)
    assert probed.returncode == 0
    assert "Left out" not in out.read_text("utf-8")
