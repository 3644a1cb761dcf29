"""Finding scales, on real pseudo terminals: what is proven is claimed, and nothing else is, nor is anything set."""

import os
import re
import socket
import subprocess
import sys
import threading
import tomllib
from binascii import crc_hqx
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from edge.config.shelf import ShelfConfig
from edge.ports.serial_port import PortSettings, Transport, open_port
from edge.scale import probe as probing
from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.line_defaults import LINE_DEFAULTS, LineDefaults
from edge.scale.drivers.modbus_frames import crc16, with_crc
from edge.scale.drivers.yaohua import check_of
from edge.scale.probe import Found, probe
from edge.scale.probes import ALLOWED, LISTEN_LINES, MODBUS_READS, PROBES, STREAMING
from tests.scale.ptys import Line

Answer = Callable[[bytes], bytes]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "ttyUSB0") as one:
        yield one


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"FIRST_LISTEN_S": 0.3, "LISTEN_S": 0.3, "SILENT_S": 0.15, "ASK_S": 0.6}.items():
        monkeypatch.setattr(probing, name, seconds)


@dataclass
class Says:
    """What a device answers, and what it says by itself."""

    answer: Answer = lambda _: b""
    says: bytes = b""
    every_s: float = 0.02


@contextmanager
def device(line: Line, one: Says) -> Iterator[bytearray]:
    """A device at the line's other end; gives the bytes that it was sent."""
    stop, heard = threading.Event(), bytearray()

    def work() -> None:
        pending = b""
        while not stop.wait(one.every_s):
            pending += (got := line.heard())
            heard.extend(got)
            if pending and (said := one.answer(pending)):
                pending = b""
                line.send(said)
            with suppress(BlockingIOError):  # nobody reads at the moment
                if one.says:
                    line.send(one.says)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join()


def probed(folder: Path, devices: list[Says], slaves: Iterable[int] = (1, 2)) -> list[Found]:
    """What is found of so many devices, each on a port of its own."""
    with ExitStack() as open_now:
        lines = [open_now.enter_context(Line(folder / f"ttyUSB{n}")) for n in range(len(devices))]
        for line, one in zip(lines, devices, strict=True):
            open_now.enter_context(device(line, one))
        return probe([str(line.link) for line in lines], slaves=slaves)


def mt_sics(asked: bytes) -> bytes:
    return b"S S     100.00 g\r\n" if asked.endswith(b"SI\r\n") else b""


def toledo_8217(asked: bytes) -> bytes:
    return b"\x0203.300\r" if asked.endswith(b"W") else b""


def nci(asked: bytes) -> bytes:
    return b"\n03.300KG\r\nS00\r\x03" if asked.endswith(b"W\r") else b""


def modbus(asked: bytes) -> bytes:
    frame = asked[-8:]
    if len(frame) < 8 or frame[1] != 3 or crc16(frame) or frame[0] not in (2, 5):
        return b""
    return with_crc(bytes((frame[0], 3, 2 * frame[5])) + bytes(2 * frame[5]))


def bridge_line(body: bytes) -> bytes:
    return b"$" + body + b"*%04X\r\n" % crc_hqx(body, 0xFFFF)


STREAMS = {
    "and_continuous": b"ST,GS,   3.300kg\r\n",
    "yaohua": b"\x02+0033003" + check_of(b"+0033003") + b"\x03",
    "toledo_continuous": b"\x02,0 003300000000\r",
    "mt_sics": b"S S     100.00 g\r\n",
}


def test_scales_that_answer_are_found_also_behind_adapters_that_echo(tmp_path: Path) -> None:
    def echoing(answer: Answer) -> Answer:
        return lambda asked: asked + answer(asked)

    scales: dict[str, Answer] = {one.__name__: one for one in (mt_sics, toledo_8217, nci)}
    devices = {(name, False): Says(one) for name, one in scales.items()}
    devices |= {(name, True): Says(echoing(one)) for name, one in scales.items()}
    found = probed(tmp_path, list(devices.values()), slaves=())
    assert [(one.driver, one.echo) for one in found] == list(devices)
    assert {one.addresses for one in found} == {(0,)}
    assert re.search(r"[3-9] frames in \d+ bytes, 0 bad; last: 100 g stable", found[0].evidence)


def test_streams_are_found_by_listening_alone(tmp_path: Path) -> None:
    found = probed(tmp_path, [Says(says=says) for says in STREAMS.values()])
    assert [one.driver for one in found] == list(STREAMS)
    assert {(one.addresses, one.baud, one.format) for one in found} == {((0,), 9600, "8N1")}


def test_a_device_that_speaks_by_itself_is_sent_nothing(line: Line) -> None:
    with device(line, Says(says=STREAMS["yaohua"])) as heard:
        (found,) = probe([str(line.link)])
    assert found.driver == "yaohua"
    assert heard == b""


def test_the_addresses_in_a_stream_are_told(line: Line) -> None:
    with device(line, Says(says=b"01ST,GS,     3.3,kg\r\n07ST,GS,     4.1,kg\r\n")):
        (found,) = probe([str(line.link)])
    assert (found.driver, found.addresses) == ("and_continuous", (1, 7))


def test_a_bridge_is_proven_by_one_line_with_a_right_check(line: Line) -> None:
    with device(line, Says(says=bridge_line(b"L,1,100,2,84211,0"), every_s=0.2)):
        (found,) = probe([str(line.link)])
    assert (found.driver, found.addresses) == ("hx711_bridge", (2,))
    assert "1 frames in" in found.evidence
    assert "right CRC" in found.evidence


@pytest.mark.slow
def test_all_slaves_of_a_bus_that_answer_are_told(line: Line) -> None:
    with device(line, Says(modbus)):
        (found,) = probe([str(line.link)], slaves=range(1, 7))
    assert (found.driver, found.addresses) == ("modbus_rtu", (2, 5))
    assert "right CRC" in found.evidence


@pytest.mark.slow
def test_what_is_found_is_a_configuration(line: Line) -> None:
    with device(line, Says(lambda asked: asked + modbus(asked))):
        (found,) = probe([str(line.link)], slaves=range(1, 7))
    told = tomllib.loads(found.toml("aisle-3"))
    config = msgspec.convert(told["shelf"][0], ShelfConfig)
    assert (config.id, config.port, config.driver, config.echo) == ("aisle-3", str(line.link), "modbus_rtu", True)
    assert [plate.address for plate in config.plate] == [2, 5]


@pytest.mark.slow
def test_a_silent_port_is_no_scale_and_was_only_asked_what_is_harmless(line: Line) -> None:
    with device(line, Says()) as heard:
        (found,) = probe([str(line.link)])
    assert found.driver is None
    assert found.toml() == ""
    assert "nothing came by itself, and nothing in answer to mt_sics, toledo_8217" in found.evidence
    left = bytes(heard)
    for data in sorted(ALLOWED, key=len, reverse=True):
        left = left.replace(data, b"")
    assert left == b""
    assert heard


OTHERS = {
    "a GPS receiver": b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
    "a barcode scanner": b"6901234567892\r\n",
    "a modem": b"ERROR\r\n",
    "letters among digits": b"ST,GS,   3.3x0kg\r\n",
    "a wrong check": bridge_line(b"L,1,100,2,84211,0").replace(b"84211", b"84212"),
    "all bytes": bytes(range(256)),
}


@pytest.mark.slow
def test_what_is_no_scale_is_not_claimed(tmp_path: Path) -> None:
    def saying(says: bytes) -> Says:
        return Says(lambda _: says, says)

    devices = [saying(says) for says in OTHERS.values()]
    echo = Says(lambda asked: asked)
    found = probed(tmp_path, [*devices, echo])
    assert [one.driver for one in found] == [None] * (len(OTHERS) + 1)
    for one in found:
        assert re.search(r"\d+ bytes came, none of a protocol that we know; is it a scale\?", one.evidence)


@pytest.mark.slow
def test_two_frames_are_no_proof(line: Line) -> None:
    threading.Timer(0.1, lambda: line.send(2 * STREAMS["and_continuous"])).start()
    (found,) = probe([str(line.link)], slaves=())
    assert found.driver is None
    assert found.evidence.startswith("36 bytes came")


def test_a_device_that_never_stops_does_not_hold_us_up(line: Line) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            line.send(os.urandom(512))

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    (found,) = probe([str(line.link)], slaves=(1, 2))
    stop.set()
    while thread.is_alive():
        line.drain()
    assert found.driver is None
    assert "bytes came" in found.evidence


def test_ports_that_fail_are_told_beside_those_that_work(line: Line, tmp_path: Path) -> None:
    code = "import serial,sys; p = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); input()"
    with Line(tmp_path / "ttyUSB1") as held, device(line, Says(toledo_8217)):
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(held.link)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
        )
        with holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            found = probe([str(held.link), str(tmp_path / "none"), str(line.link)], slaves=())
            holder.kill()
    assert [one.driver for one in found] == [None, None, "toledo_8217"]
    assert "held by another program" in found[0].evidence
    assert "no such device" in found[1].evidence


def test_a_port_that_is_pulled_meanwhile_is_told(line: Line) -> None:
    threading.Timer(0.1, line.unplug).start()
    (found,) = probe([str(line.link)])
    assert found.driver is None
    assert "found it gone" in found.evidence


def test_a_scale_behind_a_socket_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def serve() -> None:
            server.settimeout(0.05)
            while not stop.is_set():
                with suppress(OSError), server.accept()[0] as connection:
                    connection.settimeout(1)
                    while asked := connection.recv(100):
                        connection.sendall(toledo_8217(asked))

        thread = threading.Thread(target=serve)
        thread.start()
        (found,) = probe([f"socket://127.0.0.1:{server.getsockname()[1]}"], slaves=())
        stop.set()
        thread.join()
    assert found.driver == "toledo_8217"


# A checkout's scales are named in its configuration: S begins a command of many, and SASI answers a W as 8217 does.
NAMED_ONLY = {"magellan", "sasi"}


def test_all_drivers_ask_only_what_the_table_allows() -> None:
    by_name = {one.driver: one for one in PROBES}
    for name, make in DRIVERS.items():
        if name in {"modbus_rtu"} | NAMED_ONLY:
            continue
        asked = make(DriverSettings()).request(0.0)
        assert asked == (by_name[name].sends[0] if name in by_name else b""), name
        assert name in by_name or name in STREAMING


def test_nothing_that_sets_a_scale_is_in_the_table() -> None:
    dangerous = {ord(letter) for letter in "xXzZtT@cC"}
    for data in ALLOWED:
        assert not dangerous & {byte & 0x7F for byte in data}, data
    for one in PROBES:
        assert one.harmless
    for slave, read in MODBUS_READS.items():
        assert read.frame[:2] == bytes((slave, 3))
        assert crc16(read.frame) == 0


def test_the_usual_line_of_each_protocol_is_tried() -> None:
    tried: dict[str, set[LineDefaults]] = {name: set(LISTEN_LINES) for name in STREAMING}
    for one in PROBES:
        tried.setdefault(one.driver, set()).update(one.lines)
    for name in LINE_DEFAULTS.keys() - NAMED_ONLY:
        assert LINE_DEFAULTS[name] in tried[name], name


@pytest.mark.slow
def test_a_real_port_is_heard_and_asked_with_every_line_of_the_tables(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[int, str]] = []

    def opening(settings: PortSettings) -> Transport:
        tried.append((settings.baud, settings.format))
        return open_port(settings)

    monkeypatch.setattr(probing, "open_port", opening)
    monkeypatch.setattr(probing, "has_baud", lambda _: True)
    for name in ("FIRST_LISTEN_S", "LISTEN_S", "SILENT_S", "ASK_S", "MODBUS_ANSWER_S"):
        monkeypatch.setattr(probing, name, 0.05)
    with device(line, Says(says=b"hello\r\n", every_s=0.01)):
        (found,) = probe([str(line.link)], slaves=(1,))
    assert found.driver is None
    asked = dict.fromkeys(tuple(one) for row in PROBES for one in row.lines)
    assert tried == [tuple(one) for one in LISTEN_LINES] + list(asked)


def test_nothing_found_has_no_configuration() -> None:
    assert Found("/dev/ttyUSB0", None, 0, "", (), "silent").toml() == ""


def test_ports_are_named_by_where_they_are_plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Port:
        def __init__(self, device: str) -> None:
            self.device = device

    real = tmp_path / "ttyUSB0"
    real.touch()
    links = tmp_path / "by-path"
    links.mkdir()
    for name in ("pci-usb-0:1", "pci-usbv2-0:1"):
        (links / name).symlink_to(real)
    monkeypatch.setattr(probing, "BY_PATH", links)
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [Port(str(real)), Port("/dev/ttyS0")])
    assert probing.ports_here() == ["/dev/ttyS0", str(links / "pci-usb-0:1")]
