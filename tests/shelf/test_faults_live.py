"""What goes wrong on a bus of plates: told within three seconds, and no stock is invented by it or by its end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.config.read import parse
from edge.events import ShelfFault, StockCounted, StockMoved
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.shelf.test_agent import CONFIG, Box, wait_for, working

WITHIN_S = 3.0


@dataclass
class Rig:
    plate: LivePlate
    bus: PtyBus


def unplug(rig: Rig) -> None:
    rig.bus.unplug()


def plug(rig: Rig) -> None:
    rig.bus.plug()


def garble(rig: Rig) -> None:
    rig.bus.garbled = True


def speak_plainly(rig: Rig) -> None:
    rig.bus.garbled = False


def overload(rig: Rig) -> None:
    rig.plate.overload = True


def unload(rig: Rig) -> None:
    rig.plate.overload = False


def short_circuit(rig: Rig) -> None:
    rig.plate.broken = True


def mend(rig: Rig) -> None:
    rig.plate.broken = False


@contextmanager
def shelf(tmp_path: Path, box: Box) -> Iterator[Rig]:
    text = CONFIG.format(port=tmp_path / "tty", driver="modbus_rtu").replace('id = "p1"', 'id = "p1"\naddress = 1')
    config = parse(text, folder=tmp_path).shelf[0]
    plate = LivePlate(5 * 330.0, physics=PlatePhysics(noise_g=0.6))
    with PtyBus(tmp_path / "tty", TWINS["modbus_rtu"]({1: plate.shown})) as bus, working(config, box, tmp_path):
        yield Rig(plate, bus)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("breaks", "mends", "fault"),
    [
        (unplug, plug, "bus_offline"),
        (garble, speak_plainly, "silent"),
        (overload, unload, "overload"),
        (short_circuit, mend, "not_ready"),
    ],
)
def test_a_fault_is_told_in_time_and_its_end_invents_nothing(
    tmp_path: Path, breaks: Callable[[Rig], None], mends: Callable[[Rig], None], fault: str
) -> None:
    box = Box()
    with shelf(tmp_path, box) as rig:
        wait_for(box, StockCounted)
        time.sleep(1)
        breaks(rig)
        began = time.monotonic()
        while not any(isinstance(event, ShelfFault) and event.fault == fault for event in box.of(ShelfFault)):
            assert time.monotonic() - began < WITHIN_S
            time.sleep(0.02)
        time.sleep(1.5)
        mends(rig)
        time.sleep(4)
        rig.plate.change(-330.0)
        wait_for(box, StockMoved)
    told = [(event.fault, event.recovered) for event in box.of(ShelfFault) if isinstance(event, ShelfFault)]
    assert (fault, True) in told
    moves = [(event.quantity, event.cause) for event in box.of(StockMoved) if isinstance(event, StockMoved)]
    assert moves == [(-1, "pick")]
