"""A scanner's port on real pseudo terminals: frames, answers, unplugging and return."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkout.scanner_port import ScannerPort, ScannerStatusChange
from edge.checkout.scanners import SCANNERS
from edge.checkout.scanners.driver import ScannerSettings
from edge.checkout.scanners.ssi_packets import DECODER, Opcode, encode
from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from tests.scale.ptys import Line

CODE = b"]E05449000000996"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "scanner") as one:
        yield one


def port_of(line: Line, driver: str = "plain") -> ScannerPort:
    return ScannerPort(PortSettings(str(line.link)), SCANNERS[driver](ScannerSettings()), SystemClock())


def changed(port: ScannerPort) -> ScannerStatusChange:
    """The next change, which must come within two seconds."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if changes := port.turn(0.02).changes:
            return changes[0]
    raise AssertionError("expected a change within 2 s, found none")


def codes(port: ScannerPort, seconds: float = 0.3) -> list[bytes]:
    until = time.monotonic() + seconds
    found: list[bytes] = []
    while time.monotonic() < until:
        found += [frame.data for frame in port.turn(0.02).frames]
    return found


def test_a_code_is_read_with_a_suffix_and_by_silence(line: Line) -> None:
    with port_of(line) as port:
        assert changed(port).online
        line.send(CODE + b"\r\n")
        assert codes(port) == [CODE]
        line.send(CODE)
        assert codes(port) == [CODE]


def test_ssi_is_acknowledged_and_beeps(line: Line) -> None:
    with port_of(line, "ssi") as port:
        assert changed(port).online
        assert line.heard() == encode(Opcode.SCAN_ENABLE)
        line.send(encode(Opcode.DECODE_DATA, b"\x0b5449000000996", source=DECODER))
        assert codes(port) == [b"5449000000996"]
        assert line.heard() == encode(Opcode.ACK)
        port.beep(good=True)
        assert line.heard() == encode(Opcode.BEEP, b"\x00")


def test_unplugged_is_told_once_and_it_is_back_within_two_seconds(line: Line) -> None:
    with port_of(line, "datalogic") as port:
        assert changed(port).online
        line.unplug()
        gone = changed(port)
        assert not gone.online
        assert gone.reason
        port.beep(good=True)
        assert port.turn(0.4).changes == ()
        line.plug()
        assert changed(port).online
        assert line.heard() == b"E"
        line.send(CODE + b"\r")
        assert codes(port) == [CODE]


def test_half_a_code_before_the_cable_went_is_no_code(line: Line) -> None:
    with port_of(line) as port:
        changed(port)
        line.send(CODE[:6])
        port.turn(0.01)
        line.unplug()
        assert not changed(port).online
        line.plug()
        assert changed(port).online
        line.send(CODE[6:] + b"\r")
        assert codes(port) == [CODE[6:]]
