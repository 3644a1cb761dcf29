"""The Modbus driver and a server that others wrote (pymodbus), with a serial cable between them."""

import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from edge.scale.bus import ScaleBus
from edge.scale.driver import DriverSettings, RegisterMap
from edge.scale.drivers.modbus_rtu import ModbusRtu
from edge.scale.reading import Status, WeightReading
from tests.scale.ptys import Line

pytest.importorskip("pymodbus", reason="the peer is pymodbus, of the development extra, and it is not installed")
from tests.scale.modbus_server import BOARD, CHANNELS, GRAMS, REFUSING

ROOT = Path(__file__).parents[2]
DEAD = 9
READY_S = 20.0  # a busy machine starts Python slowly
OURS_OF_GROSS = RegisterMap(weight=5, status=2, moving_bit=2, zero_bit=12)


@dataclass
class Cable:
    """Two pseudo terminals that hand each other every byte; notes what our end sent."""

    ours: Line
    theirs: Line

    def __post_init__(self) -> None:
        self.sent = b""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="cable", daemon=True)

    def __enter__(self) -> Self:
        self.ours.plug()
        self.theirs.plug()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.ours.unplug()
        self.theirs.unplug()

    def _carry(self) -> None:
        while not self._stop.is_set():
            ready, _, _ = select.select([self.ours.master, self.theirs.master], [], [], 0.05)
            if self.ours.master in ready:
                data = self.ours.heard()
                self.sent += data
                self.theirs.send(data)
            if self.theirs.master in ready:
                self.ours.send(self.theirs.heard())


class Server:
    """The peer's process."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.start()

    def start(self) -> None:
        self._line.drain()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.scale.modbus_server", str(self._line.link)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], READY_S)
        assert ready, f"expected the server to be ready within {READY_S:g} s"
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def cable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cable]:
    folder = tmp_path_factory.mktemp("modbus")
    with Cable(Line(folder / "ours"), Line(folder / "theirs")) as one:
        yield one


@pytest.fixture(scope="module")
def server(cable: Cable) -> Iterator[Server]:
    one = Server(cable.theirs)
    yield one
    one.stop()


def driver_of(*addresses: int, registers: str | RegisterMap = "laumas") -> ModbusRtu:
    return ModbusRtu(DriverSettings(addresses=addresses, interval_s=0.02, timeout_s=0.15, registers=registers))


def bus_of(cable: Cable, driver: ModbusRtu) -> ScaleBus:
    return ScaleBus(PortSettings(str(cable.ours.link), 115_200), driver, SystemClock(), silent_s=0.6)


def readings_until(
    bus: ScaleBus, enough: Callable[[list[WeightReading]], bool], within_s: float = 5.0
) -> list[WeightReading]:
    readings: list[WeightReading] = []
    until = time.monotonic() + within_s
    while not enough(readings):
        assert time.monotonic() < until, f"expected more within {within_s:g} s, found {len(readings)} readings"
        readings += bus.turn(0.05).readings
    return readings


def said(readings: list[WeightReading]) -> set[tuple[int, float | None, Status]]:
    return {(one.address, one.weight_g, one.status) for one in readings}


def board(channel: int) -> int:
    return 16 * (BOARD - 1) + channel


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("registers", "expected"),
    [
        ("laumas", {(1, GRAMS[1], Status.STABLE), (2, GRAMS[2], Status.STABLE)}),
        ("pt113", {(3, GRAMS[3], Status.ZERO), (4, GRAMS[4], Status.ZERO)}),
        ("channels", {(board(channel), grams, Status.UNSTABLE) for channel, grams in CHANNELS.items()}),
        (OURS_OF_GROSS, {(3, GRAMS[3], Status.ZERO), (4, GRAMS[4], Status.ZERO)}),
    ],
)
def test_the_maps_read_what_the_peer_serves(
    cable: Cable, registers: str | RegisterMap, expected: set[tuple[int, float, Status]]
) -> None:
    driver = driver_of(*sorted(address for address, _, _ in expected), registers=registers)
    with bus_of(cable, driver) as bus:
        readings = readings_until(bus, lambda found: len(found) >= 20 * len(expected))
    assert said(readings) == expected
    counts = driver.counts
    assert (counts.bad_frames, counts.skipped_bytes, counts.foreign_frames, counts.timeouts) == (0, 0, 0, 0)


@pytest.mark.usefixtures("server")
def test_a_refused_register_is_not_ready(cable: Cable) -> None:
    driver = driver_of(1, REFUSING)
    with bus_of(cable, driver) as bus:
        readings = readings_until(bus, lambda found: len(found) >= 20)
    assert said(readings) == {(1, GRAMS[1], Status.STABLE), (REFUSING, None, Status.NOT_READY)}
    assert set(driver.exceptions) == {2}


@pytest.mark.usefixtures("server")
def test_a_dead_address_does_not_hold_the_others_up(cable: Cable) -> None:
    driver = driver_of(1, DEAD, 2)
    with bus_of(cable, driver) as bus:
        readings_until(bus, lambda _: driver.counts.timeouts >= 4)
        timeouts, began = driver.counts.timeouts, time.monotonic()
        readings = readings_until(bus, lambda _: time.monotonic() > began + 2, 3.0)
    assert said(readings) == {(1, GRAMS[1], Status.STABLE), (2, GRAMS[2], Status.STABLE)}
    assert driver.counts.timeouts - timeouts <= 3
    assert len(readings) > 60  # of 200 at the most; the machine may be busy


def test_a_server_that_went_is_found_when_it_is_back(cable: Cable, server: Server) -> None:
    driver = driver_of(1, 2)
    with bus_of(cable, driver) as bus:
        readings_until(bus, lambda found: len(found) >= 10)
        server.stop()
        vain = driver.counts.timeouts
        assert said(readings_until(bus, lambda _: driver.counts.timeouts >= vain + 4)) <= {
            (1, GRAMS[1], Status.STABLE),
            (2, GRAMS[2], Status.STABLE),
        }
        server.start()
        readings = readings_until(bus, lambda found: {one.address for one in found} == {1, 2}, 2.5)
    assert said(readings) == {(1, GRAMS[1], Status.STABLE), (2, GRAMS[2], Status.STABLE)}


def test_only_reads_went_over_the_cable(cable: Cable) -> None:
    """Every question has 8 bytes, and its function is 03."""
    assert cable.sent
    assert {cable.sent[at + 1] for at in range(0, len(cable.sent), 8)} <= {3}
