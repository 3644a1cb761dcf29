"""Numbers are read strictly, and believed when their layout stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts
from edge.scale.drivers.numbers import KNOWN, Decimal, Layouts, WeightText, grams, read_decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (b"+00081.72", Decimal(8172, 2)),
        (b"   -  1.50", Decimal(-150, 2)),
        (b"000135", Decimal(135, 0)),
        (b" .5", Decimal(5, 1)),
        (b"-0.0", Decimal(0, 1)),
    ],
)
def test_numbers_as_scales_write_them(text: bytes, number: Decimal) -> None:
    assert read_decimal(text) == number


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b".",
        b"-",
        b"12.",
        b"1.2.3",
        b"1 2",
        b"12 ",
        b"+-1",
        b"1e5",
        b"nan",
        b"inf",
        b"1_0",
        b"0x1",
        b"1,5",
        "\u0663".encode(),
        b"1\n",
        b"\t1",
        b"1\x00",
    ],
)
def test_what_is_no_number_is_none(text: bytes) -> None:
    assert read_decimal(text) is None


@given(st.integers(-(10**9), 10**9), st.integers(0, 5))
def test_a_number_comes_back(digits: int, places: int) -> None:
    number = read_decimal(f"{digits / 10**places:12.{places}f}".encode())
    assert number == Decimal(digits, places)


def test_grams_are_rounded_once() -> None:
    assert grams(Decimal(4139, 3), "kg") == 4139.0
    assert grams(Decimal(1, 1), "g") == 0.1
    assert grams(Decimal(-15, 1), "lb") == pytest.approx(-680.388555)


def test_the_first_layout_is_believed_and_another_one_when_it_stays() -> None:
    layouts = Layouts()
    assert layouts.believes("a")
    assert [layouts.believes(layout) for layout in "bbcbbb"] == [False] * 6
    assert [layouts.believes(layout) for layout in "bba"] == [True, True, True]


def test_few_layouts_are_kept() -> None:
    layouts = Layouts()
    for layout in range(1000):
        for _ in range(4):
            layouts.believes(layout)
    assert len(layouts._known) == KNOWN


def test_a_change_of_unit_is_counted_once_it_is_believed() -> None:
    counts = DriverCounts()
    text = WeightText(counts)
    weights = [text.grams(b"1.5", unit, 8) for unit in ("kg", "g", "kg", "lb", "lb", "lb", "lb", "lb")]
    assert weights[:3] == [1500.0, None, 1500.0]
    assert weights[3:6] == [None] * 3
    assert weights[6:] == [pytest.approx(680.388555)] * 2
    assert counts.unit_changes == 1


def test_reset_believes_any_layout_and_counts_no_change() -> None:
    counts = DriverCounts()
    text = WeightText(counts)
    text.grams(b"1.5", "kg", 8)
    text.reset()
    assert text.grams(b"15", "g", 8) == 15.0
    assert counts.unit_changes == 0
