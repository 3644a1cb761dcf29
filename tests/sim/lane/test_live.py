"""A live lane's scanner and scale, by the real drivers on real ptys."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from edge.checkout.scanners.driver import ScannerSettings
from edge.checkout.scanners.plain import Plain
from edge.checkout.symbology import Symbology
from edge.scale.driver import DriverSettings
from edge.scale.drivers.toledo_8217 import Toledo8217
from edge.sim.lane.live import SCALE, SCANNER, LiveLane

T = TypeVar("T")
PATIENCE_S = 5.0
SCREEN = {"phase": "scanning", "prompt": "scan", "call": None, "total": 350}
LINE = {"line": 1, "name": "Tea", "quantity": 1, "amount": 350, "bagged": True}


def until(found: Callable[[], T | None]) -> T:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if got := found():
            return got
    raise TimeoutError(f"nothing within {PATIENCE_S} s")


def test_codes_and_weights_come_over_the_wire(tmp_path: Path) -> None:
    pressed: list[Any] = []
    with LiveLane(tmp_path, lambda: SCREEN | {"lines": [LINE]}, pressed.append) as lane:
        scanner, scale = (os.open(tmp_path / name, os.O_RDWR | os.O_NOCTTY) for name in (SCANNER, SCALE))
        os.set_blocking(scanner, True)
        codes, weights = Plain(ScannerSettings()), Toledo8217(DriverSettings())
        lane.scan("]E05901234123457")
        (frame,) = until(lambda: codes.receive(os.read(scanner, 64), time.monotonic()) or None)
        assert (frame.data, frame.symbology) == (b"]E05901234123457", Symbology.EAN_13)

        lane.change(500.0)

        def at_rest() -> float | None:
            os.write(scale, b"W")
            time.sleep(0.05)
            readings = weights.receive(os.read(scale, 64), time.monotonic())
            return next((one.weight_g for one in readings if one.weight_g is not None), None)

        assert abs(until(at_rest) - 500.0) < 20
        seen = lane.look()
        assert (seen.newest, seen.total, seen.call) == (1, 350, "")
        lane.press("void", line=1)
        lane.attend("accept", reason="looked")
        os.close(scanner)
        os.close(scale)
    assert [one.get("key") or one.get("action") for one in pressed] == ["void", "accept"]
