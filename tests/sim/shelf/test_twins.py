"""Simulated scales on real pseudo terminals, read by our drivers: two sides that were written apart."""

import time
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from edge.scale.bus import ScaleBus
from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.reading import Status, WeightReading
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from edge.sim.shelf.twins.modbus_rtu import ModbusRtuTwin, crc16
from edge.sim.shelf.twins.twin import Shown

CALM = PlatePhysics(noise_g=0.3, glitch_share=0.0)


def read(bus: ScaleBus, seconds: float) -> list[WeightReading]:
    until, found = time.monotonic() + seconds, []
    while time.monotonic() < until:
        found += bus.turn(0.05).readings
    return found


@pytest.mark.slow
@pytest.mark.parametrize("protocol", sorted(TWINS))
def test_each_driver_reads_its_twin(protocol: str, tmp_path: Path) -> None:
    plate = LivePlate(1650.0, physics=CALM)
    address = 1 if protocol == "modbus_rtu" else 0
    settings = DriverSettings(addresses=(address,))
    with (
        PtyBus(tmp_path / "tty", TWINS[protocol]({address: plate.shown})) as port,
        ScaleBus(PortSettings(str(port.path)), DRIVERS[protocol](settings), SystemClock()) as bus,
    ):
        readings = read(bus, 1.0)
        assert len(readings) >= 5
        assert {reading.address for reading in readings} == {address}
        assert [one.weight_g for one in readings if one.weight_g] == pytest.approx([1650.0] * len(readings), abs=3)
        plate.change(-330.0)
        assert any(one.status is Status.UNSTABLE for one in read(bus, 0.5))
        settled = read(bus, 2.0)[-1]
        assert settled.weight_g == pytest.approx(1320, abs=3)
        plate.overload = True
        assert read(bus, 0.8)[-1].status is Status.OVERLOAD


def test_a_pulled_cable_and_a_dead_address_are_seen(tmp_path: Path) -> None:
    plates = {address: LivePlate(1000.0 * address, physics=CALM) for address in (1, 2)}
    twin = TWINS["modbus_rtu"]({address: plate.shown for address, plate in plates.items()})
    settings = DriverSettings(addresses=(1, 2, 3))
    with (
        PtyBus(tmp_path / "tty", twin) as port,
        ScaleBus(PortSettings(str(port.path)), DRIVERS["modbus_rtu"](settings), SystemClock()) as bus,
    ):
        seen = read(bus, 2.0)
        assert {reading.address for reading in seen} == {1, 2}
        port.unplug()
        assert read(bus, 0.5) == []
        port.plug()
        assert {reading.address for reading in read(bus, 2.0)} == {1, 2}


def test_the_modbus_twin_answers_the_published_question() -> None:
    # From a manual: `01 03 00 00 00 02 C4 0B`, address, function, first register, how many, CRC.
    question = bytes.fromhex("010300000002c40b")
    assert crc16(question[:-2]) == question[-2:]
    twin = ModbusRtuTwin({1: lambda: Shown(100.0)})
    whole = twin.answer(question)
    assert whole[:3] == b"\x01\x03\x04"
    assert crc16(whole[:-2]) == whole[-2:]
    pieces = [twin.answer(bytes([byte])) for byte in question]
    assert b"".join(pieces) == whole


def test_rubbish_moves_no_twin() -> None:
    for make in TWINS.values():
        twin = make({1: lambda: Shown(100.0)})
        rubbish = bytes(range(256)) * 4
        for begin in range(0, len(rubbish), 7):
            assert len(twin.answer(rubbish[begin : begin + 7])) < 100
