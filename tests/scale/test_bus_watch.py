"""Online or not, said once a change, with the reason."""

from edge.scale.bus_watch import SILENT_S, BusWatch
from edge.scale.driver import DriverCounts


def test_silence_is_said_after_three_seconds_and_once() -> None:
    watch, counts = BusWatch("/dev/ttyUSB0", "nci", 10.0), DriverCounts()
    assert watch.silent(12.9, counts) is None
    said = watch.silent(10.0 + SILENT_S, counts)
    assert said is not None
    assert said.reason == ("/dev/ttyUSB0: expected readings, found no bytes for 3 s: is the scale on and connected?")
    assert watch.silent(100.0, counts) is None
    assert watch.lost(101.0, "gone") is None


def test_readings_are_online_and_only_they() -> None:
    watch, counts = BusWatch("/dev/ttyUSB0", "nci", 0.0), DriverCounts()
    watch.opened(1.0, counts)
    watch.heard(100)
    assert not watch.online
    came = watch.reading(2.0, counts)
    assert came is not None
    assert came.online
    assert watch.reading(3.0, counts) is None
    assert watch.silent(5.9, counts) is None
    assert watch.silent(6.0, counts) is not None


def test_only_what_came_since_the_last_reading_is_a_reason() -> None:
    watch, counts = BusWatch("/dev/ttyUSB0", "nci", 0.0), DriverCounts()
    watch.heard(1000)
    counts.frames = 10
    watch.reading(1.0, counts)
    watch.heard(7)
    said = watch.silent(5.0, counts)
    assert said is not None
    assert "found 7 bytes but no frame of protocol nci: is the driver, baud or format right?" in said.reason


def test_frames_without_our_plates_are_told_from_rubbish() -> None:
    watch, counts = BusWatch("/dev/ttyUSB0", "modbus_rtu", 0.0), DriverCounts()
    watch.heard(50)
    counts.foreign_frames = 4
    said = watch.silent(3.0, counts)
    assert said is not None
    assert "found 4 frames of protocol modbus_rtu, none with a weight of our plates" in said.reason


def test_a_port_that_comes_and_goes_without_a_reading_is_one_change() -> None:
    watch, counts = BusWatch("/dev/ttyUSB0", "nci", 0.0), DriverCounts()
    said = watch.lost(0.0, "expected it, found it gone")
    assert said is not None
    assert said.reason == "expected it, found it gone"
    watch.opened(1.0, counts)
    assert watch.lost(2.0, "gone again") is None
    assert watch.silent(9.0, counts) is None
