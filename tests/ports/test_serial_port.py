"""Bytes in and out of a serial port, on real pseudo terminals and sockets."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
import serial.rfc2217

from edge.errors import ConfigError
from edge.ports.serial_port import PortError, PortSettings, open_port
from tests.scale.ptys import Line

HOLD = (
    "import serial,sys,time; p = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); time.sleep(30)"
)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "ttyUSB0") as one:
        yield one


@pytest.mark.parametrize("form", ["8N1", "7E1", "7O1", "8N2"])
def test_bytes_go_both_ways(line: Line, form: str) -> None:
    port = open_port(PortSettings(str(line.link), 9600, form))
    line.send(b"ST,GS")
    assert port.read(1) == b"ST,GS"
    port.write(b"W")
    assert line.heard() == b"W"
    began = time.monotonic()
    assert port.read(0.1) == b""
    assert 0.05 < time.monotonic() - began < 0.5
    port.close()


def test_what_had_arrived_before_is_thrown_away(line: Line) -> None:
    line.send(b"old")
    port = open_port(PortSettings(str(line.link)))
    line.send(b"new")
    assert port.read(1).endswith(b"new")
    port.close()


def test_an_unplugged_port_is_told_by_reading_and_by_writing(line: Line) -> None:
    port = open_port(PortSettings(str(line.link)))
    line.unplug()
    with pytest.raises(PortError, match="expected an open port, found it gone"):
        port.read(1)
    with pytest.raises(PortError, match="expected an open port, found it gone"):
        port.write(b"W" * 4096)
    port.close()


def test_a_port_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PortError, match=r"ttyUSB7: expected a serial port, found no such device; is it plugged in\?"):
        open_port(PortSettings(str(tmp_path / "ttyUSB7")))


def test_a_file_that_is_no_port_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(PortError, match=r"notes.txt: expected a serial port, found"):
        open_port(PortSettings(str(tmp_path / "notes.txt")))


def test_a_port_that_another_program_holds_is_told(line: Line) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(line.link)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(PortError, match="expected a free port, found it held by another program"):
            open_port(PortSettings(str(line.link)))
        holder.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(
    ("mode", "group", "advice"),
    [(0o660, 20, r"belongs to the group \w+ \(crw-rw----\); `sudo usermod -aG \w+ \w+`"), (0o600, 0, "udev rule")],
)
def test_a_port_without_the_right_to_it_says_how_to_get_it(line: Line, mode: int, group: int, advice: str) -> None:
    device = os.ttyname(line.slave)
    os.chown(device, 0, group)
    Path(device).chmod(mode)
    code = (
        "import os, sys\n"
        "from edge.ports.serial_port import *\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: open_port(PortSettings(sys.argv[1]))\n"
        "except PortError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code, device], capture_output=True, text=True, check=True).stdout
    assert "expected the right to read and write, found none; it belongs to the group" in told
    assert re.search(advice, told)


def test_a_port_that_takes_nothing_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.ports.serial_port.WRITE_TIMEOUT_S", 0.1)
    port = open_port(PortSettings(str(line.link)))
    with pytest.raises(PortError, match="found that it takes nothing"):
        port.write(bytes(100_000))
    port.close()


def test_a_port_that_was_closed_is_told_as_gone(line: Line) -> None:
    port = open_port(PortSettings(str(line.link)))
    port.close()
    port.close()
    with pytest.raises(PortError, match="found it gone"):
        port.read(0.1)
    with pytest.raises(PortError, match="found it gone"):
        port.write(b"W")


def test_closing_leaves_dtr_as_it_is(line: Line) -> None:
    port = open_port(PortSettings(str(line.link)))
    assert not termios.tcgetattr(line.slave)[2] & termios.HUPCL
    port.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("socket://127.0.0.1:1", r"expected a device server, found nobody \(Connection refused\); is it on"),
        ("rfc2217://127.0.0.1:1", r"expected a device server, found nobody \(Connection refused\); is it on"),
        ("socket://127.0.0.1", "expected a device, socket://HOST:PORT"),
        ("carrier-pigeon://x", "expected a device, socket://HOST:PORT"),
        ("/dev", "found something else"),
        ("/dev/null", "expected a working port, found: Inappropriate ioctl for device"),
    ],
)
def test_what_is_no_port_is_told_in_one_line(url: str, told: str) -> None:
    with pytest.raises(PortError, match=told) as caught:
        open_port(PortSettings(url))
    assert str(caught.value).startswith(f"{url}: expected")
    assert "\n" not in str(caught.value)


def test_a_socket_is_a_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        echo = threading.Thread(target=_echo, args=(server,))
        echo.start()
        port = open_port(PortSettings(f"socket://127.0.0.1:{server.getsockname()[1]}"))
        port.write(b"W")
        assert port.read(2) == b"W"
        echo.join()
        with pytest.raises(PortError, match="found it gone"):
            port.read(1)
        port.close()


def _echo(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(connection.recv(100))


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5's own
def test_a_device_server_of_rfc_2217_is_set_as_the_port_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        device = serial.serial_for_url("loop://", timeout=0)
        answering = threading.Thread(target=_serve_rfc2217, args=(server, device))
        answering.start()
        port = open_port(PortSettings(f"rfc2217://127.0.0.1:{server.getsockname()[1]}", 2400, "7E1"))
        port.write(b"W\xff")
        got = b""
        while len(got) < 2:
            got += port.read(1)
        assert got == b"W\xff"
        assert port.read(0.05) == b""
        port.close()
        answering.join()
    assert (device.baudrate, device.bytesize, device.parity) == (2400, 7, "E")


class _Connection:
    """What pyserial's PortManager writes its answers to."""

    def __init__(self, connection: socket.socket) -> None:
        self.write = connection.sendall


def _serve_rfc2217(server: socket.socket, device: serial.Serial) -> None:
    connection, _ = server.accept()
    with connection:
        manager = serial.rfc2217.PortManager(device, _Connection(connection))  # type: ignore[arg-type]  # its stubs err
        connection.settimeout(0.02)
        while True:
            with contextlib.suppress(TimeoutError):
                if not (data := connection.recv(1024)):
                    return
                device.write(b"".join(manager.filter(data)))
            connection.sendall(b"".join(manager.escape(device.read(1024))))


def test_a_loop_hands_back_what_it_gets() -> None:
    port = open_port(PortSettings("loop://"))
    port.write(b"hello")
    assert port.read(1) == b"hello"
    port.close()


def test_a_peer_that_never_stops_does_not_hold_up_the_opening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        flood = threading.Thread(target=_flood, args=(server,))
        flood.start()
        began = time.monotonic()
        port = open_port(PortSettings(f"socket://127.0.0.1:{server.getsockname()[1]}"))
        assert 0 < len(port.read(1)) <= 4096
        port.close()
        assert time.monotonic() - began < 1
        flood.join()


def _flood(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError):  # the other side hangs up
        while True:
            connection.sendall(bytes(4096))


@pytest.mark.parametrize(
    ("url", "baud", "form", "told"),
    [
        ("/dev/ttyUSB0", 9600, "9X1", "format: expected data bits, parity and stop bits such as '8N1', found '9X1'"),
        ("/dev/ttyUSB0", 9600, "8N1 ", "format: expected data bits, parity and stop bits such as '8N1', found '8N1 '"),
        ("/dev/ttyUSB0", 0, "8N1", "baud: expected bits per second above 0, found 0"),
        ("", 9600, "8N1", "port: expected a serial device .* found nothing"),
    ],
)
def test_settings_that_cannot_be_are_refused(url: str, baud: int, form: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        PortSettings(url, baud, form)


def test_a_format_is_read() -> None:
    settings = PortSettings("/dev/ttyUSB0", 2400, "7E2")
    assert (settings.data_bits, settings.parity, settings.stop_bits) == (7, "E", 2)
