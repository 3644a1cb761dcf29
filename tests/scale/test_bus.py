"""One port with its plates, on real pseudo terminals."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from edge.scale.bus import BusStatusChange, ScaleBus, Tap
from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.reading import WeightReading
from tests.scale.ptys import Line

FRAME = b"ST,GS,   3.300kg\r\n"
SILENT_S = 0.4


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "ttyUSB0") as one:
        yield one


def bus_of(line: Line, driver: str = "and_continuous", *, echo: bool = False, tap: Tap | None = None) -> ScaleBus:
    made = DRIVERS[driver](DriverSettings(timeout_s=0.1))
    return ScaleBus(PortSettings(str(line.link)), made, SystemClock(), echo=echo, tap=tap, silent_s=SILENT_S)


def turned(
    bus: ScaleBus, seconds: float, each: Callable[[], None] = lambda: None
) -> tuple[list[WeightReading], list[BusStatusChange]]:
    readings: list[WeightReading] = []
    changes: list[BusStatusChange] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        each()
        turn = bus.turn(0.05)
        readings += turn.readings
        changes += turn.changes
    return readings, changes


def changed(bus: ScaleBus, each: Callable[[], None] = lambda: None) -> BusStatusChange:
    """The next change, which must come within the two seconds that a bus may take to be back."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        each()
        if changes := bus.turn(0.02).changes:
            return changes[0]
    raise AssertionError("expected a change within 2 s, found none")


def test_a_stream_is_read_and_the_bus_is_online(line: Line) -> None:
    with bus_of(line) as bus:
        readings, changes = turned(bus, 0.3, lambda: line.send(FRAME))
    assert {reading.weight_g for reading in readings} == {3300.0}
    assert [change.online for change in changes] == [True]
    assert bus.online


def test_a_scale_that_must_be_asked_is_asked(line: Line) -> None:
    def answer() -> None:
        if b"W" in line.heard():
            line.send(b"\x0203.300\r")

    with bus_of(line, "toledo_8217") as bus:
        readings, _ = turned(bus, 0.6, answer)
    assert len(readings) >= 2
    assert {reading.weight_g for reading in readings} == {3300.0}


def test_an_echo_is_not_read_as_an_answer(line: Line) -> None:
    def answer() -> None:
        asked = line.heard()
        if asked:
            line.send(asked + b"\x0203.300\r")

    with bus_of(line, "toledo_8217", echo=True) as bus:
        readings, _ = turned(bus, 0.5, answer)
        assert readings
        assert bus._driver.counts.skipped_bytes == 0


def test_an_unplugged_bus_is_told_at_once_and_once_and_is_back_within_two_seconds(line: Line) -> None:
    with bus_of(line) as bus:
        turned(bus, 0.2, lambda: line.send(FRAME))
        line.unplug()
        began = time.monotonic()
        gone = changed(bus)
        assert not gone.online
        assert "found" in gone.reason
        assert time.monotonic() - began < 0.2
        assert turned(bus, 0.5) == ([], [])
        line.plug()
        back = changed(bus, lambda: line.send(FRAME))
        assert back.online
        assert back.reason == f"readings come from {line.link}"


@pytest.mark.slow
def test_a_pty_that_goes_at_any_moment_never_makes_it_raise(line: Line) -> None:
    with bus_of(line, "toledo_8217") as bus:
        for wait_s in (0.0, 0.02, 0.11, 0.13):
            turned(bus, wait_s)
            line.unplug()
            turned(bus, 0.15)
            line.plug()
        _, changes = turned(bus, 0.7)
    assert all(not change.online for change in changes)


def test_bytes_of_another_protocol_are_told_as_such(line: Line) -> None:
    with bus_of(line) as bus:
        _, changes = turned(bus, 0.6, lambda: line.send(b"\x0203.300\r\n"))
    assert [change.online for change in changes] == [False]
    assert re.search(
        r"expected readings, found \d+ bytes but no frame of protocol and_continuous: is the driver, baud or format",
        changes[0].reason,
    )


def test_frames_of_another_address_are_told_as_such(line: Line) -> None:
    with bus_of(line) as bus:
        _, changes = turned(bus, 0.6, lambda: line.send(b"07ST,GS,     3.3,kg\r\n"))
    assert [change.online for change in changes] == [False]
    assert re.search(
        r"found \d+ frames of protocol and_continuous, none .*: are the addresses right", changes[0].reason
    )


def test_silence_is_told_once_and_the_first_reading_ends_it(line: Line) -> None:
    with bus_of(line) as bus:
        _, changes = turned(bus, 0.9)
        assert [(change.online, "found no bytes for 0.4 s" in change.reason) for change in changes] == [(False, True)]
        assert not bus.online
        assert changed(bus, lambda: line.send(FRAME)).online


def test_a_port_that_another_program_holds_is_waited_for(line: Line) -> None:
    holder = serial.Serial(str(line.link), exclusive=True)
    with bus_of(line) as bus:
        refused = changed(bus)
        assert not refused.online
        assert "held by another program" in refused.reason
        assert bus.fault == refused.reason
        holder.close()
        assert changed(bus, lambda: line.send(FRAME)).online
        assert bus.fault == ""


def test_a_scale_behind_a_socket_is_back_after_its_server_was_gone() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()
    settings = PortSettings(f"socket://127.0.0.1:{address[1]}")
    driver = DRIVERS["and_continuous"](DriverSettings())
    with server, ScaleBus(settings, driver, SystemClock(), silent_s=SILENT_S) as bus:
        bus.turn(0)
        with server.accept()[0] as scale:
            assert turned(bus, 0.2, lambda: scale.sendall(FRAME))[0]
        server.close()
        assert not changed(bus).online
        with socket.create_server(address) as again:
            began = time.monotonic()
            again.settimeout(0)
            while not bus.online and time.monotonic() - began < 3:
                bus.turn(0.02)
                with contextlib.suppress(BlockingIOError):
                    connection = again.accept()[0]
                    connection.sendall(2 * FRAME)
            connection.close()
            assert time.monotonic() - began < 2


def test_the_tap_gets_every_chunk_as_it_was_on_the_wire(line: Line) -> None:
    chunks: list[tuple[float, str, bytes]] = []

    def answer() -> None:
        asked = line.heard()
        if asked:
            line.send(asked + b"\x0203.300\r")

    with bus_of(line, "toledo_8217", echo=True, tap=lambda *chunk: chunks.append(chunk)) as bus:
        readings, _ = turned(bus, 0.5, answer)
    sent = b"".join(data for _, direction, data in chunks if direction == "tx")
    came = b"".join(data for _, direction, data in chunks if direction == "rx")
    assert sent == b"W" * len(sent)
    assert came.count(b"W\x0203.300\r") == len(readings)
    assert [at for at, _, _ in chunks] == sorted(at for at, _, _ in chunks)


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["nci", "and_continuous"])
def test_an_idle_bus_costs_next_to_nothing(line: Line, driver: str) -> None:
    with bus_of(line, driver) as bus:
        turned(bus, 0.1)
        before = time.process_time()
        turned(bus, 0.8)
        # 1.4 % when measured by itself.
        assert time.process_time() - before < 0.04 * 0.8


@pytest.mark.slow
def test_a_port_that_is_not_there_does_not_stop_it_and_costs_nothing(tmp_path: Path) -> None:
    settings = PortSettings(str(tmp_path / "none"))
    with ScaleBus(settings, DRIVERS["nci"](DriverSettings()), SystemClock()) as bus:
        _, changes = turned(bus, 0.1)
        before = time.process_time()
        _, more = turned(bus, 0.8)
        assert time.process_time() - before < 0.04 * 0.8
    assert "found no such device" in changes[0].reason
    assert more == []


def test_endless_rubbish_is_bounded(line: Line) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            line.send(bytes(range(256)))

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    with bus_of(line) as bus:
        longest = 0.0
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            began = time.monotonic()
            assert bus.turn(0.05).readings == []
            longest = max(longest, time.monotonic() - began)
        assert longest < 0.5
        stop.set()
        turned(bus, 0.2)
        thread.join(2)
