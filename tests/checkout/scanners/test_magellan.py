"""The Magellan's codes on the cable that it shares with its scale."""

import pytest

from edge.checkout.scanners.driver import ScannerSettings
from edge.checkout.scanners.magellan import Magellan
from edge.checkout.symbology import Symbology


@pytest.mark.parametrize(
    ("frame", "data", "symbology"),
    [
        (b"S08F5449000000996\r", b"5449000000996", Symbology.EAN_13),
        (b"S08FF96385074\r", b"96385074", Symbology.EAN_8),
        (b"S08A036000291452\r", b"036000291452", Symbology.UPC_A),
        (b"S08]E05449000000996\r", b"]E05449000000996", Symbology.EAN_13),
    ],
)
def test_codes(frame: bytes, data: bytes, symbology: Symbology) -> None:
    driver = Magellan(ScannerSettings())
    (one,) = [found for byte in frame for found in driver.receive(bytes((byte,)), 1.0)]
    assert (one.data, one.symbology) == (data, symbology)


def test_the_scale_is_passed_over_and_half_a_code_is_none() -> None:
    driver = Magellan(ScannerSettings())
    assert driver.receive(b"S14401234\rS143\rS08F54490000", 1.0) == []
    assert driver.tick(2.0) == []
    assert driver.counts.bad_frames == 0
    assert len(driver.receive(b"S08F5449000000996\r", 2.1)) == 1
