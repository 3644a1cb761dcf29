"""A bad cable: the shares that were asked for, one seed one stream, and nothing invented behind a driver."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from edge.scale.bus import ScaleBus
from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.reading import WeightReading
from edge.sim.shelf.bus_faults import LONGEST_CUT, MOST_LATE, BadCable, BadlyWired, BusFaults
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins.hx711_bridge import COUNTS_PER_G, ZERO_COUNTS, Hx711BridgeTwin
from edge.sim.shelf.twins.modbus_rtu import ModbusRtuTwin
from edge.sim.shelf.twins.twin import Shown, Twin

ALL = BusFaults(cut=0.01, doubled=0.01, garbled=0.01, delayed=0.01)
TURN_S = 0.1


def carried(faults: BusFaults, data: bytes, seed: int = 1, piece: int = 50) -> list[bytes]:
    cable = BadCable(faults, seed)
    pieces = [data[begin : begin + piece] for begin in range(0, len(data), piece)]
    return [cable.carry(one, TURN_S * n) for n, one in enumerate([*pieces, *[b""] * 10])]


@given(st.binary(max_size=500), st.integers(0, 5))
def test_a_good_cable_carries_what_it_is_given(data: bytes, seed: int) -> None:
    assert b"".join(carried(BusFaults(), data, seed)) == data


@given(st.binary(max_size=500), st.integers(0, 50))
def test_a_delay_loses_and_reorders_nothing(data: bytes, seed: int) -> None:
    assert b"".join(carried(BusFaults(delayed=0.2, delay_s=0.5), data, seed)) == data


def test_what_is_late_comes_later() -> None:
    out = carried(BusFaults(delayed=0.02, delay_s=0.5), bytes(2000))
    lengths = [len(one) for one in out]
    assert min(lengths[:40]) == 0
    assert max(lengths) > 50


def test_one_seed_is_one_stream() -> None:
    data = bytes(range(256)) * 8
    assert carried(ALL, data, 3) == carried(ALL, data, 3) != carried(ALL, data, 4)


def test_the_shares_are_the_ones_asked_for() -> None:
    data = bytes(100_000)
    garbled = b"".join(carried(BusFaults(garbled=0.01), data))
    assert len(garbled) == len(data)
    assert len(data) - garbled.count(0) == pytest.approx(1000, rel=0.15)
    cut = b"".join(carried(BusFaults(cut=0.001), data))
    assert len(data) - len(cut) == pytest.approx(100 * (1 + LONGEST_CUT) / 2, rel=0.4)
    doubled = b"".join(carried(BusFaults(doubled=0.001), data))
    assert len(doubled) - len(data) == pytest.approx(250, rel=0.4)


def test_a_cable_that_never_delivers_does_not_grow() -> None:
    cable = BadCable(BusFaults(delayed=1.0, delay_s=1e9), 1)
    for n in range(100):
        cable.carry(bytes(1000), float(n))
    assert len(cable.carry(b"", 1e12)) <= MOST_LATE


def test_an_echo_comes_before_the_answer() -> None:
    question = bytes.fromhex("010300000002c40b")
    twin = ModbusRtuTwin({1: lambda: Shown(100.0)})
    assert BadlyWired(twin, BusFaults(echo=True), 1).answer(question) == question + twin.answer(question)


def talked(protocol: str, twin: Twin, address: int, turns: int) -> Iterator[WeightReading]:
    driver = DRIVERS[protocol](DriverSettings(addresses=(address,)))
    for n in range(turns):
        at = TURN_S * n
        yield from driver.receive(twin.answer(driver.request(at)), at)
        yield from driver.receive(twin.stream(), at)


@pytest.mark.parametrize("seed", range(3))
def test_behind_a_bad_cable_a_checked_protocol_tells_the_truth_or_nothing(seed: int) -> None:
    def shown() -> Shown:
        return Shown(1234.0)

    modbus = list(talked("modbus_rtu", BadlyWired(ModbusRtuTwin({1: shown}), ALL, seed), 1, 2000))
    assert {one.weight_g for one in modbus} == {1234.0}
    bridge = list(talked("hx711_bridge", BadlyWired(Hx711BridgeTwin({1: shown}), ALL, seed), 1, 2000))
    assert {one.counts for one in bridge} == {ZERO_COUNTS + round(1234 * COUNTS_PER_G)}
    assert 200 < len(modbus) < 2000
    assert 200 < len(bridge) < 2000


def test_on_a_pseudo_terminal_with_echo_and_faults_the_weights_are_true(tmp_path: Path) -> None:
    faults = BusFaults(cut=0.002, doubled=0.002, garbled=0.002, echo=True)
    twin = BadlyWired(ModbusRtuTwin({1: lambda: Shown(1234.0)}), faults, 1)
    with (
        PtyBus(tmp_path / "tty", twin) as port,
        ScaleBus(
            PortSettings(str(port.path)), DRIVERS["modbus_rtu"](DriverSettings(addresses=(1,))), SystemClock()
        ) as bus,
    ):
        read: list[WeightReading] = []
        until = time.monotonic() + 10
        while len(read) < 10 and time.monotonic() < until:
            read += bus.turn(0.05).readings
    assert len(read) >= 10
    assert {one.weight_g for one in read} == {1234.0}
