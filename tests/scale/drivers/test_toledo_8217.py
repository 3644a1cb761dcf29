"""Toledo 8217: vectors after the Transcell PC-150, Brecknell 67 and Magellan 8500 manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.toledo_8217 import Toledo8217
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, read


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        (b"001.234", (0, 1234.0, Status.STABLE)),
        (b"01.50N", (0, 1500.0, Status.STABLE)),
        (b"  0.000", (0, 0.0, Status.STABLE)),
        (b"-00.500", (0, -500.0, Status.STABLE)),
        # Bits 5 and 6 are always set on some models, and mean other things elsewhere.
        (b"?\x61", (0, None, Status.UNSTABLE)),
        (b"?\x21", (0, None, Status.UNSTABLE)),
        (b"?\x62", (0, None, Status.OVERLOAD)),
        (b"?\x63", (0, None, Status.OVERLOAD)),
        (b"?\x64", (0, None, Status.UNDERLOAD)),
        (b"?\x6d", (0, None, Status.UNDERLOAD)),
        (b"?\x71", (0, None, Status.UNSTABLE)),
        # Centre of zero is no fault.
        (b"?\x70", (0, 0.0, Status.ZERO)),
        (b"?\x78", (0, 0.0, Status.ZERO)),
        (b"?\x68", (0, None, Status.NOT_READY)),
        (b"?\x60", (0, None, Status.NOT_READY)),
    ],
)
def test_answers(body: bytes, reading: Said) -> None:
    assert read("toledo_8217", b"\x02" + body + b"\r") == ([reading], DriverCounts(frames=1))


def test_the_unit_is_told_by_the_settings() -> None:
    readings, _ = read("toledo_8217", b"\x0201.50\r", settings=DriverSettings(unit="lb"))
    assert [weight for _, weight, _ in readings] == [pytest.approx(680.388555)]


@pytest.mark.parametrize("body", [b"?", b"??a", b"1.2.3", b"12.", b"1_0", b"1e5", b"nan", b"\xb01.234", b"00.12M"])
def test_what_is_no_answer_is_counted_and_dropped(body: bytes) -> None:
    readings, counts = read("toledo_8217", b"\x02" + body + b"\r\x0201.234\r")
    assert readings == [(0, 1234.0, Status.STABLE)]
    assert counts == DriverCounts(frames=1, bad_frames=1)


def test_a_frame_that_is_cut_off_leaves_nothing_to_the_next() -> None:
    readings, counts = read("toledo_8217", b"\x0201.234\r\x0201\x0201.250\r01.260\r")
    assert [weight for _, weight, _ in readings] == [1234.0, 1250.0]
    assert counts.skipped_bytes == 3


@pytest.mark.parametrize("body", [b"1.234", b"001.234", b"01234", b"01.24", b"01.2344", b"0.1234"])
def test_lost_doubled_and_swapped_bytes_show_in_the_layout(body: bytes) -> None:
    good = b"\x0201.234\r"
    readings, counts = read("toledo_8217", good + b"\x02" + body + b"\r" + good)
    assert readings == [(0, 1234.0, Status.STABLE)] * 2
    assert counts.bad_frames == 1


def test_it_asks_with_a_letter_and_nothing_else() -> None:
    driver = Toledo8217(DriverSettings())
    assert driver.request(0.0) == b"W"
    driver.receive(b"\x02?a\r", 0.01)
    assert driver.request(0.1) == b"W"
    assert driver.request(0.5) == b"W"
    assert driver.counts.timeouts == 1


def test_reset_voids_half_an_answer() -> None:
    driver = Toledo8217(DriverSettings())
    driver.receive(b"\x0201.", 0.0)
    driver.reset()
    assert driver.receive(b"234\r", 0.1) == []


@given(disorder("toledo_8217"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(0, 99_999))
def test_every_weight_comes_through(grams: int) -> None:
    assert read("toledo_8217", b"\x02%06.3f\r" % (grams / 1000))[0] == [(0, float(grams), Status.STABLE)]
