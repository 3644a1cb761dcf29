"""From a count to ok, low or out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import StockLevel
from edge.shelf.levels import level_of

OK, LOW, OUT = StockLevel.OK, StockLevel.LOW, StockLevel.OUT


@pytest.mark.parametrize(
    ("quantity", "before", "level"),
    [
        (9, None, OK),
        (8, OK, LOW),
        (9, LOW, LOW),
        (10, LOW, OK),
        (0, LOW, OUT),
        (3, OUT, LOW),
        (9, OUT, LOW),
        (9, OK, OK),
    ],
)
def test_low_is_left_only_some_units_above_it(quantity: int, before: StockLevel | None, level: StockLevel) -> None:
    assert level_of(quantity, 8, before) is level


@given(st.integers(0, 100), st.integers(0, 50), st.sampled_from([None, OK, LOW, OUT]))
def test_nothing_is_out_and_a_full_shelf_is_ok(quantity: int, low: int, before: StockLevel | None) -> None:
    level = level_of(quantity, low, before)
    assert (level is OUT) == (quantity == 0)
    assert level is OK or quantity <= low + max(1, low)


def test_without_a_limit_only_nothing_is_scarce() -> None:
    assert [level_of(n, 0, OUT) for n in (0, 1, 2)] == [OUT, OK, OK]
