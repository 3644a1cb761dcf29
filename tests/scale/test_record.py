"""Recording a serial line, on real pseudo terminals."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.errors import ConfigError
from edge.ports.serial_port import PortError, PortSettings
from edge.recording import Chunk, Header, read
from edge.scale.driver import DriverSettings
from edge.scale.record import Recorded, record
from tests.scale.ptys import Line

FRAME = b"ST,GS,   3.300kg\r\n"
LONG_S = 20.0


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "ttyUSB0") as one:
        yield one


def chunks_in(path: Path) -> tuple[Header, list[Chunk]]:
    with path.open("rb") as file:
        header, chunks = read(file)
        return header, list(chunks)


@contextmanager
def recording(line: Line, out: Path, driver: str | None) -> Iterator[Callable[[], Recorded]]:
    """A recording in the background; the callable stops it and gives what it did."""
    stop, done = threading.Event(), list[Recorded]()

    def work() -> None:
        settings = DriverSettings(interval_s=0.05)
        port = PortSettings(str(line.link))
        done.append(record(port, driver, out, "aisle-3", LONG_S, stop, driver_settings=settings))

    def end() -> Recorded:
        stop.set()
        thread.join()
        return done[0]

    thread = threading.Thread(target=work)
    thread.start()
    until = time.monotonic() + 2
    while not out.exists() and time.monotonic() < until:
        stop.wait(0.02)
    stop.wait(0.1)
    yield end
    end()


def test_bytes_are_written_as_they_came_with_rising_times(line: Line, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with recording(line, out, None) as end:
        for _ in range(3):
            line.send(FRAME + b"\xff\x00")
            time.sleep(0.05)
        assert len(chunks_in(out)[1]) >= 3  # each line is in the file as it comes
        done = end()
    header, chunks = chunks_in(out)
    assert header == Header(1, "serial", "aisle-3", None)
    assert b"".join(chunk.data for chunk in chunks) == 3 * (FRAME + b"\xff\x00")
    assert {chunk.direction for chunk in chunks} == {"rx"}
    assert chunks[-1].at - chunks[0].at > 0.08
    assert (done.received, done.sent, done.full) == (3 * (len(FRAME) + 2), 0, False)
    assert done.size == out.stat().st_size


def test_a_scale_that_must_be_asked_is_asked_and_both_sides_are_written(line: Line, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with recording(line, out, "toledo_8217") as end:
        for _ in range(10):
            if line.heard():
                line.send(b"\x0203.300\r")
            time.sleep(0.03)
        done = end()
    header, chunks = chunks_in(out)
    assert header.driver == "toledo_8217"
    assert {chunk.data for chunk in chunks if chunk.direction == "tx"} == {b"W"}
    assert b"".join(chunk.data for chunk in chunks if chunk.direction == "rx").startswith(b"\x0203.300\r")
    assert done.readings >= 2
    assert done.sent >= 2


def test_a_pulled_cable_does_not_end_it(line: Line, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with recording(line, out, None) as end:
        line.send(b"before")
        time.sleep(0.1)
        line.unplug()
        time.sleep(0.3)
        line.plug()
        until = time.monotonic() + 2
        while b"after" not in b"".join(chunk.data for chunk in chunks_in(out)[1]) and time.monotonic() < until:
            line.send(b"after")
            time.sleep(0.05)
        end()
    written = b"".join(chunk.data for chunk in chunks_in(out)[1])
    assert written.startswith(b"before")
    assert b"after" in written


def test_the_file_never_grows_beyond_its_size(line: Line, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    line.send(b"x")
    stop = threading.Event()

    def feed() -> None:
        while not stop.wait(0.01):
            line.send(b"x" * 50)

    feeding = threading.Thread(target=feed)
    feeding.start()
    began = time.monotonic()
    done = record(PortSettings(str(line.link)), None, out, "a", LONG_S, threading.Event(), most_bytes=400)
    stop.set()
    feeding.join()
    assert time.monotonic() - began < 2
    assert done.full
    assert out.stat().st_size <= 400
    assert sum(len(chunk.data) for chunk in chunks_in(out)[1]) == done.received > 0


def test_it_ends_after_its_seconds(line: Line, tmp_path: Path) -> None:
    began = time.monotonic()
    record(PortSettings(str(line.link)), None, tmp_path / "a.jsonl", "a", 0.2, threading.Event())
    assert 0.2 <= time.monotonic() - began < 1


def test_what_cannot_be_is_told_before_anything_is_written(line: Line, tmp_path: Path) -> None:
    port, stop = PortSettings(str(line.link)), threading.Event()
    out = tmp_path / "a.jsonl"
    with pytest.raises(ConfigError, match=r"driver: expected one of .*nci.*, found 'ncl'"):
        record(port, "ncl", out, "a", 1, stop)
    with pytest.raises(PortError, match="found no such device"):
        record(PortSettings(str(tmp_path / "ttyUSB7")), None, out, "a", 1, stop)
    assert not out.exists()
    out.write_text("mine")
    with pytest.raises(ConfigError, match=r"expected a new file, found .*a.jsonl; give another name, or remove it"):
        record(port, None, out, "a", 1, stop)
    assert out.read_text() == "mine"
    with pytest.raises(ConfigError, match=r"expected to write .*, found: No such file or directory"):
        record(port, None, tmp_path / "none" / "a.jsonl", "a", 1, stop)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the machine has no /dev/full")
def test_a_full_disk_is_told(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, real, stop = SystemClock(), Path.open, threading.Event()
    monkeypatch.setattr(Path, "open", lambda *_: real(Path("/dev/full"), "wb", buffering=0))
    with pytest.raises(ConfigError, match="found: No space left on device"):
        record(PortSettings(str(line.link)), None, tmp_path / "a.jsonl", "a", 1, stop, clock=clock)
