"""One cable, on a real pseudo terminal: codes and weights come out of it, unplugging is told once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkout.magellan_cable import CableTurn, MagellanCable
from edge.checkout.scanners import SCANNERS
from edge.checkout.scanners.driver import ScannerSettings
from edge.clock import SystemClock
from edge.ports.serial_port import PortSettings
from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from tests.scale.ptys import Line


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path / "magellan") as one:
        yield one


def turns(cable: MagellanCable, seconds: float = 0.4) -> list[CableTurn]:
    until = time.monotonic() + seconds
    found = []
    while time.monotonic() < until:
        found.append(cable.turn(0.02))
    return found


def test_codes_and_weights_share_it(line: Line) -> None:
    drivers = DRIVERS["magellan"](DriverSettings()), SCANNERS["magellan"](ScannerSettings())
    with MagellanCable(PortSettings(str(line.link)), *drivers, SystemClock()) as cable:
        turns(cable, 0.3)
        assert line.heard().startswith(b"S14\r")
        line.send(b"S08F5449000000996\rS14401234\rS08FF96385074\r")
        found = turns(cable)
        assert [frame.data for turn in found for frame in turn.frames] == [b"5449000000996", b"96385074"]
        assert [reading.weight_g for turn in found for reading in turn.scale.readings] == [1234.0]
        line.unplug()
        changes = [change.online for turn in turns(cable) for change in turn.scale.changes]
        assert changes == [False]
        line.plug()
        turns(cable, 1.2)
        line.send(b"S14401300\rS08F5449000000996\r")
        found = turns(cable)
        assert [frame.data for turn in found for frame in turn.frames] == [b"5449000000996"]
        assert [change.online for turn in found for change in turn.scale.changes] == [True]
