"""What each driver says to its scanner, after the manuals."""

import pytest

from edge.checkout.scanners import SCANNERS
from edge.checkout.scanners.driver import ScannerSettings
from tests.checkout.scanners.traces import COLA

# start, enable, disable, good beep, refusal.
SAID = {
    "plain": (b"", b"", b"", b"", b""),
    "datalogic": (b"E", b"E", b"D", b"B", b"\x01"),
    "honeywell": (b"", b"\x16T\r", b"\x16U\r", b"", b""),
    "magellan": (b"", b"", b"", b"", b""),
    "ssi": (
        bytes.fromhex("04e90400ff0f"),
        bytes.fromhex("04e90400ff0f"),
        bytes.fromhex("04ea0400ff0e"),
        bytes.fromhex("05e6040000ff11"),
        bytes.fromhex("05e604000fff02"),
    ),
}


@pytest.mark.parametrize("name", SCANNERS)
def test_host_bytes(name: str) -> None:
    driver = SCANNERS[name](ScannerSettings())
    said = (driver.start(), driver.enable(), driver.disable(), driver.beep(good=True), driver.beep(good=False))
    assert said == SAID[name]


@pytest.mark.parametrize("name", ["plain", "datalogic", "honeywell"])
def test_they_read_plain_frames_and_owe_nothing(name: str) -> None:
    driver = SCANNERS[name](ScannerSettings())
    assert [frame.data for frame in driver.receive(b"]E0" + COLA + b"\r", 1.0)] == [b"]E0" + COLA]
    assert driver.reply() == b""
