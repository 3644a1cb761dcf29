"""`ST,GS,…`: vectors after the A&D, CAS and Dini Argeo manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.and_continuous import AndContinuous
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, on, read


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        # A&D GX, GH and EK-L.
        (b"ST,+00081.72  g", (0, 81.72, Status.STABLE)),
        (b"US,-00183.96  g", (0, -183.96, Status.UNSTABLE)),
        (b"OL,+9999999E+19", (0, None, Status.OVERLOAD)),
        (b"OL,-9999999E+19", (0, None, Status.UNDERLOAD)),
        (b"OL,+999999.9  g", (0, None, Status.OVERLOAD)),
        # A&D AD-4403; the same is CAS's 18 bytes.
        (b"ST,GS,+0123.45kg", (0, 123_450.0, Status.STABLE)),
        (b"ST,NT,+0001000 g", (0, 1000.0, Status.STABLE)),
        (b"US,GS,-0000.05kg", (0, -50.0, Status.UNSTABLE)),
        (b"OL,GS,+    .  kg", (0, None, Status.OVERLOAD)),
        (b"OL,GS,-    .  kg", (0, None, Status.UNDERLOAD)),
        (b"ST,GS,+0012.34  ", (0, 12_340.0, Status.STABLE)),
        # CAS CI-600D: lamps stable and gross; stable, gross and zero; stable and hold.
        (b"ST,GS,1\xc4,000013.5 kg", (1, 13_500.0, Status.STABLE)),
        (b"US,GS,\x3d\x84,-00013.5 kg", (13, -13_500.0, Status.UNSTABLE)),
        (b"ST,GS,1\xc5,000000.0 kg", (1, 0.0, Status.ZERO)),
        (b"ST,GS,1\xd4,000013.5 kg", (1, None, Status.NOT_READY)),
        (b"OL,GS,1\x80,         kg", (1, None, Status.OVERLOAD)),
        (b"000013.5", (0, 13_500.0, Status.UNSTABLE)),
        # Dini Argeo DGT and LTP.
        (b"ST,GS,     0.0,kg", (0, 0.0, Status.STABLE)),
        (b"01ST,GS,     0.0,kg", (1, 0.0, Status.STABLE)),
        (b"13US,NT,    -1.5,Kg", (13, -1500.0, Status.UNSTABLE)),
        (b"01OL,GS,        ,kg", (1, None, Status.OVERLOAD)),
        (b"01UL,GS,    -9.9,kg", (1, None, Status.UNDERLOAD)),
        (b"01TL,GS,     1.0,kg", (1, None, Status.NOT_READY)),
    ],
)
def test_lines(line: bytes, reading: Said) -> None:
    readings, counts = read("and_continuous", line + b"\r\n", settings=on(0, 1, 13))
    assert (readings, counts) == ([reading], DriverCounts(frames=1))


@pytest.mark.parametrize(
    "line",
    [b"QT,+00012345 PC", b"ST,+00012.34  %", b"ST,TR,+0002345kg", b"ST,VL,  1.2345,mV", b"01ST,RZ,  123456,  "],
)
def test_what_tells_no_weight_is_in_order_and_brings_no_reading(line: bytes) -> None:
    assert read("and_continuous", line + b"\r\n", settings=on(0, 1)) == ([], DriverCounts(frames=1))


@pytest.mark.parametrize(
    "line",
    [
        b"ST,GS,+0123.4kg",
        b"ST,GS,+01233.45kg",
        b"ST,GS,+01 3.45kg",
        b"ST,GS,+0123.45kq",
        b"ST,GS,        kg",
        b"ST,GS,+0123E45kg",
        b"ST,GS,     nankg",
        b"ST,GS,+0_23.45kg",
        b"OL,GS,overloadkg",
        b"XX,GS,+0123.45kg",
        b"ST,GS,1D,000013.5 kg",
        b"ST,GS,+012ST,GS,+0123.45kg",
        b"\xd3T,GS,+0123.45kg",
    ],
)
def test_what_is_no_line_of_it_is_counted_and_dropped(line: bytes) -> None:
    readings, counts = read("and_continuous", line + b"\r\nST,GS,+0012.34kg\r\n")
    assert readings == [(0, 12_340.0, Status.STABLE)]
    assert counts == DriverCounts(frames=1, bad_frames=1)


def test_a_garbled_unit_or_a_moved_point_is_not_believed() -> None:
    good = b"ST,GS,+0012.34kg\r\n"
    data = good + b"ST,GS,+0012.34 g\r\n" + good + b"ST,GS,+001.234kg\r\n" + good
    readings, counts = read("and_continuous", data)
    assert readings == [(0, 12_340.0, Status.STABLE)] * 3
    assert (counts.bad_frames, counts.unit_changes) == (2, 0)


def test_a_unit_that_stays_is_followed() -> None:
    data = b"ST,GS,+0012.34kg\r\n" + 5 * b"ST,GS,+0027.21lb\r\n"
    readings, counts = read("and_continuous", data)
    assert [weight for _, weight, _ in readings] == [12_340.0] + 2 * [pytest.approx(27.21 * 453.59237)]
    assert (counts.bad_frames, counts.unit_changes) == (3, 1)


def test_plates_of_different_layouts_share_a_bus() -> None:
    data = 3 * b"01ST,GS,   1.250,kg\r\n02ST,GS,  1250.0, g\r\n03ST,GS,   1.250,kg\r\n"
    readings, counts = read("and_continuous", data, settings=on(1, 2))
    assert readings == 3 * [(1, 1250.0, Status.STABLE), (2, 1250.0, Status.STABLE)]
    assert counts == DriverCounts(frames=6, foreign_frames=3)


def test_rubbish_of_a_turning_bus_spoils_nothing() -> None:
    readings, _ = read("and_continuous", b"\xff\x00ST,GS,+0012.34kg\r\n")
    assert readings == [(0, 12_340.0, Status.STABLE)]


def test_it_never_asks() -> None:
    assert {AndContinuous(DriverSettings()).request(at) for at in (0.0, 1.0, 100.0)} == {b""}


def test_reset_voids_half_a_line() -> None:
    driver = AndContinuous(DriverSettings())
    driver.receive(b"ST,GS,+00", 0.0)
    driver.reset()
    assert driver.receive(b"12.34kg\r\n", 0.1) == []


@given(disorder("and_continuous"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(-99_999, 999_999), st.booleans())
def test_every_weight_comes_through(grams: int, stable: bool) -> None:
    line = b"%s,GS,1%c,%08.3f kg\r\n" % (b"ST" if stable else b"US", 0xC4 if stable else 0x84, grams / 1000)
    status = Status.STABLE if stable else Status.UNSTABLE
    assert read("and_continuous", line, settings=on(1))[0] == [(1, float(grams), status)]
