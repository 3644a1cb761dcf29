"""Plain frames: what stands around a code, silence, and the Metrologic handshake."""

import pytest

from edge.checkout.scanners.driver import LONGEST, ScannerCounts, ScannerSettings
from edge.checkout.scanners.plain import Plain
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.symbology import Symbology
from tests.checkout.scanners.traces import COLA, LABEL


def codes(frames: list[ScanFrame]) -> list[bytes]:
    return [frame.data for frame in frames]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03"])
@pytest.mark.parametrize("start", [b"", b"\x02"])
def test_any_end_is_taken(start: bytes, end: bytes) -> None:
    driver = Plain(ScannerSettings())
    assert codes(driver.receive((start + COLA + end) * 2, 1.0)) == [COLA, COLA]
    assert driver.counts == ScannerCounts(frames=2)


def test_none_is_needed() -> None:
    driver = Plain(ScannerSettings())
    assert driver.receive(COLA[:5], 1.00) == []
    assert driver.receive(COLA[5:], 1.03) == []
    assert driver.tick(1.07) == []
    assert driver.tick(1.081) == [ScanFrame(COLA, None, 1.03)]
    assert driver.tick(9.0) == []


def test_silence_ends_a_frame_also_when_nobody_looked() -> None:
    driver = Plain(ScannerSettings())
    driver.receive(COLA, 1.0)
    assert driver.receive(LABEL + b"\r", 2.0) == [ScanFrame(COLA, None, 1.0), ScanFrame(LABEL, None, 2.0)]


def test_where_a_suffix_is_asked_for_half_a_code_is_none() -> None:
    driver = Plain(ScannerSettings(suffix=b"\r\n"))
    assert driver.receive(b"54490000", 1.0) + driver.tick(2.0) == []
    assert codes(driver.receive(COLA + b"\r", 2.0) + driver.receive(b"\n", 2.01)) == [COLA]
    assert driver.counts == ScannerCounts(frames=1, skipped_bytes=8)


def test_a_prefix_is_taken_off_and_a_frame_without_it_is_none() -> None:
    driver = Plain(ScannerSettings(prefix=b"F"))
    assert codes(driver.receive(b"F" + COLA + b"\r" + LABEL + b"\r", 1.0)) == [COLA]
    assert driver.counts == ScannerCounts(frames=1, bad_frames=1)


def test_the_aim_identifier_stays_and_is_understood() -> None:
    driver = Plain(ScannerSettings())
    (frame,) = driver.receive(b"]C1010541234567890015170401\x1d10A1\r", 1.0)
    assert frame.data == b"]C1010541234567890015170401\x1d10A1"
    assert frame.symbology is Symbology.GS1_128


@pytest.mark.parametrize("code", [b"54490\x000000996", b"544900\xff00996", b"5449\x7f"])
def test_bytes_that_no_code_has_spoil_it(code: bytes) -> None:
    driver = Plain(ScannerSettings())
    assert driver.receive(code + b"\r", 1.0) == []
    assert driver.counts.bad_frames == 1


def test_a_frame_that_never_ends_is_skipped_to_its_end() -> None:
    driver = Plain(ScannerSettings())
    for n in range(10):
        assert driver.receive(b"1" * 1000, 1 + n / 100) == []
    assert codes(driver.receive(b"1\r" + COLA + b"\r", 1.1)) == [COLA]
    assert driver.counts == ScannerCounts(frames=1, bad_frames=1, skipped_bytes=10_001)


def test_the_longest_code_passes() -> None:
    driver = Plain(ScannerSettings(prefix=b"AB"))
    assert codes(driver.receive(b"\x02AB" + b"1" * LONGEST + b"\x03", 1.0)) == [b"1" * LONGEST]
    assert driver.receive(b"\x02AB" + b"1" * (LONGEST + 1) + b"\x03", 1.0) == []


def test_metrologic_is_told_ack_and_nak() -> None:
    driver = Plain(ScannerSettings(acknowledge=True))
    driver.receive(b"\x02" + COLA + b"\x03\x0254\x0149\x03", 1.0)
    assert driver.reply() == b"\x06\x15"
    assert driver.reply() == b""


def test_a_frame_cut_off_leaves_nothing_to_the_next() -> None:
    driver = Plain(ScannerSettings())
    assert codes(driver.receive(b"\x025449\x02" + COLA + b"\x03", 1.0)) == [COLA]
    assert driver.counts.skipped_bytes == 5


def test_start_voids_what_was_half_received() -> None:
    driver = Plain(ScannerSettings())
    driver.receive(b"5449", 1.0)
    assert driver.start() == b""
    assert codes(driver.receive(COLA + b"\r", 1.01)) == [COLA]
