"""NCI: vectors after the NCI 6702, Avery Weigh-Tronix 7821, OHAUS Aviator 7000 and Brecknell 3700 manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.nci import Nci
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, read


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\n01.234KG\r\nS00\r", (0, 1234.0, Status.STABLE)),
        (b"\n  1.50LB\r\nS10\r", (0, pytest.approx(680.388555), Status.UNSTABLE)),
        (b"\n 0.000kg\r\nS20\r", (0, 0.0, Status.ZERO)),
        (b"\n-0.125kg\r\n00\r", (0, -125.0, Status.STABLE)),
        (b"\n  350g \r\n00\r", (0, 350.0, Status.STABLE)),
        # A third byte: net.
        (b"\n01.234KG\r\nS0p4\r", (0, 1234.0, Status.STABLE)),
        # The bytes decide, and where they say nothing, the bars.
        (b"\n^^^^^^KG\r\nS02\r", (0, None, Status.OVERLOAD)),
        (b"\n^^^^^^\r\nS00\r", (0, None, Status.OVERLOAD)),
        (b"\n______KG\r\nS00\r", (0, None, Status.UNDERLOAD)),
        (b"\n------KG\r\nS00\r", (0, None, Status.NOT_READY)),
        (b"\n01.234KG\r\nS02\r", (0, None, Status.OVERLOAD)),
        (b"\n01.234KG\r\nS08\r", (0, None, Status.NOT_READY)),
        (b"\n01.234KG\r\nS40\r", (0, None, Status.NOT_READY)),
        (b"\nS10\r", (0, None, Status.UNSTABLE)),
        (b"\nS01\r", (0, None, Status.UNDERLOAD)),
        (b"\nS02\r", (0, None, Status.OVERLOAD)),
        (b"\nS20\r", (0, 0.0, Status.ZERO)),
        (b"\nS00\r", (0, None, Status.NOT_READY)),
        (b"\nS0p8\r", (0, None, Status.NOT_READY)),
    ],
)
def test_answers(answer: bytes, reading: Said) -> None:
    assert read("nci", answer + b"\x03") == ([reading], DriverCounts(frames=1))


def test_a_command_that_it_does_not_know_is_an_answer_without_a_reading() -> None:
    assert read("nci", b"\n?\r\x03") == ([], DriverCounts(frames=1))


@pytest.mark.parametrize(
    "answer",
    [
        b"\n01.234KG\r\nS0\r",
        b"\n01.234KG\r\nS0p\r",
        b"\n01.234KG\r\n\r",
        b"\n01.234KG\nS00\r",
        b"01.234KG\r\nS00\r",
        b"\n01.234\r\nS00\r",
        b"\n01.234XX\r\nS00\r",
        b"\n1LB  2.3OZ\r\nS00\r",
        b"\n01.2\n01.234KG\r\nS00\r",
        b"\n0^.234KG\r\nS00\r",
        b"\n1e5KG\r\nS00\r",
    ],
)
def test_what_is_no_answer_is_counted_and_dropped(answer: bytes) -> None:
    readings, counts = read("nci", answer + b"\x03\n01.250KG\r\nS00\r\x03")
    assert readings == [(0, 1250.0, Status.STABLE)]
    assert counts == DriverCounts(frames=1, bad_frames=1)


@pytest.mark.parametrize(
    "answer", [b"\n1.234KG\r\nS00\r", b"\n01.24KG\r\nS00\r", b"\n01.234G\r\nS00\r", b"\n01.234KG\r\n00\r"]
)
def test_a_lost_byte_shows_in_the_layout(answer: bytes) -> None:
    good = b"\n01.234KG\r\nS00\r\x03"
    readings, counts = read("nci", good + answer + b"\x03" + good)
    assert readings == [(0, 1234.0, Status.STABLE)] * 2
    assert counts.bad_frames == 1


def test_it_asks_for_the_weight() -> None:
    driver = Nci(DriverSettings())
    assert driver.request(0.0) == b"W\r"
    driver.receive(b"\nS10\r\x03", 0.01)
    assert driver.request(0.1) == b"W\r"
    assert driver.request(0.5) == b"W\r"
    assert driver.counts.timeouts == 1


def test_reset_voids_half_an_answer() -> None:
    driver = Nci(DriverSettings())
    driver.receive(b"\n01.2", 0.0)
    driver.reset()
    assert driver.receive(b"34KG\r\nS00\r\x03", 0.1) == []


@given(disorder("nci"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(-9_999, 99_999), st.booleans())
def test_every_weight_comes_through(grams: int, moves: bool) -> None:
    answer = b"\n%7.3fKG\r\nS%c0\r\x03" % (grams / 1000, b"01"[moves])
    assert read("nci", answer)[0] == [(0, float(grams), Status.UNSTABLE if moves else Status.STABLE)]
