"""A recording fed back through driver and cores."""

import itertools
import json
from pathlib import Path
from random import Random

import pytest

from edge.cli import run
from edge.errors import ConfigError
from edge.recording import Chunk, chunk_line, header_line
from edge.replay import replay
from tests.shelf.test_agent import CONFIG


def recording(path: Path, *, source: str = "aisle-3", driver: str = "and_continuous", cut: int = 1000) -> Path:
    """A plate with five units from which two are taken after ten seconds."""
    random = Random(1)
    chunks: list[Chunk] = []
    for n in range(200):
        units = 5 if n < 100 else 3
        stream = b"ST,GS," + f"{random.gauss(units * 330, 0.7) / 1000:8.4f}".encode() + b"kg\r\n"
        chunks += [Chunk(n / 10, "rx", part) for part in (stream[:cut], stream[cut:]) if part]
    path.write_bytes(header_line(source, driver) + b"".join(map(chunk_line, chunks)))
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "store.toml"
    file.write_text(CONFIG.format(port="/dev/ttyUSB0", driver="and_continuous"))
    return file


def test_the_events_of_a_recording_are_printed_as_cloudevents(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", str(recording(tmp_path / "r.jsonl")), "--config", str(config), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    moved = next(event for event in events if event["type"] == "stock.moved.v1")
    assert moved["data"]["quantity"] == -2
    assert moved["source"] == "/acme/sh-001/gw-1/shelf/aisle-3"
    assert moved["time"].startswith("1970-01-01T00:00:10")
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))


def test_how_the_bytes_were_cut_makes_no_difference(tmp_path: Path, config: Path) -> None:
    whole = list(replay(recording(tmp_path / "whole.jsonl"), config))
    for cut in (1, 7, 15):
        assert list(replay(recording(tmp_path / f"{cut}.jsonl", cut=cut), config)) == whole


def test_a_recording_that_breaks_off_in_a_line_is_played_to_there(tmp_path: Path, config: Path) -> None:
    file = recording(tmp_path / "r.jsonl")
    file.write_bytes(file.read_bytes()[:-9])
    assert any(event["type"] == "stock.moved.v1" for event in replay(file, config))


def test_a_pause_in_a_recording_is_silence(tmp_path: Path, config: Path) -> None:
    file = recording(tmp_path / "r.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(itertools.chain(lines[:61], lines[121:])))
    faults = [event["data"] for event in replay(file, config) if event["type"] == "shelf.fault.v1"]
    assert [(fault["fault"], fault["recovered"]) for fault in faults][:2] == [("silent", False), ("silent", True)]


@pytest.mark.parametrize(
    ("source", "driver", "said"),
    [
        (
            "aisle-9",
            "and_continuous",
            r"expected a recording of a shelf of the configuration \(aisle-3\), found 'aisle-9'",
        ),
        ("aisle-3", "nci", "shelf aisle-3: expected a recording of and_continuous, found one of nci"),
    ],
)
def test_a_recording_of_something_else_is_refused(
    tmp_path: Path, config: Path, source: str, driver: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        list(replay(recording(tmp_path / "r.jsonl", source=source, driver=driver), config))
