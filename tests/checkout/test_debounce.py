"""One item, one scan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.debounce import MOST_IN_VIEW, Debounce, DebounceSettings, Seen, identity
from edge.checkout.scanners.reading import ScanFrame

COLA, BEANS = "5449000000996", "5000157024671"
# The two rows of a Japanese book, as on the photos ean13-2 of zxing's test set.
ISBN, PRICE = "9784872348880", "1920081045006"


def seen(*reads: tuple[float, str]) -> list[Seen]:
    debounce = Debounce(DebounceSettings(window_s=0.7))
    return [debounce.see(code, at) for at, code in reads]


def test_an_item_that_lies_there_is_one() -> None:
    assert seen(*((n * 0.3, COLA) for n in range(50))) == [Seen.SCAN] + [Seen.REPEAT] * 49


def test_an_equal_item_after_a_pause_is_a_second_one() -> None:
    assert seen((0.0, COLA), (0.3, COLA), (1.1, COLA)) == [Seen.SCAN, Seen.REPEAT, Seen.SCAN]


def test_two_items_by_turns_are_two() -> None:
    assert seen((0.0, COLA), (0.2, BEANS), (0.4, COLA)) == [Seen.SCAN, Seen.SCAN, Seen.REPEAT]


@pytest.mark.parametrize(
    ("reads", "scans"),
    [
        (((0.0, ISBN), (0.2, PRICE)), 1),
        (((0.0, PRICE), (0.2, ISBN)), 1),
        (((0.0, ISBN), (0.5, PRICE), (1.0, ISBN), (1.5, PRICE), (2.0, ISBN)), 1),
        (((0.0, ISBN), (0.2, PRICE), (1.5, ISBN), (1.7, PRICE)), 2),
        (((0.0, PRICE),), 0),
    ],
)
def test_a_book_with_two_symbols_is_one_item(reads: tuple[tuple[float, str], ...], scans: int) -> None:
    assert seen(*reads).count(Seen.SCAN) == scans


def test_a_companion_keeps_no_other_goods_in_view() -> None:
    assert seen((0.0, COLA), (0.5, PRICE), (1.0, COLA)) == [Seen.SCAN, Seen.COMPANION, Seen.SCAN]


def test_companions_can_be_set() -> None:
    debounce = Debounce(DebounceSettings(companions={"544": ("500",)}))
    assert [debounce.see(code, 0.0) for code in (BEANS, COLA, PRICE)] == [Seen.SCAN, Seen.COMPANION, Seen.SCAN]


def test_a_longer_code_that_begins_alike_is_no_companion() -> None:
    assert seen((0.0, "192" + "0" * 20)) == [Seen.SCAN]


def test_a_new_shopper_begins_with_nothing_in_view() -> None:
    debounce = Debounce(DebounceSettings())
    debounce.see(COLA, 0.0)
    debounce.reset()
    assert debounce.see(COLA, 0.1) is Seen.SCAN


@pytest.mark.parametrize(
    ("one", "other"), [(b"]E0036000291452", b"036000291452"), (b"0036000291452", b"036000291452"), (b"]Q3x", b"x")]
)
def test_the_same_code_by_two_scanners_is_the_same(one: bytes, other: bytes) -> None:
    assert identity(ScanFrame(one, None, 0.0)) == identity(ScanFrame(other, None, 0.0))


def test_two_labels_with_other_weights_are_not_the_same() -> None:
    assert identity(ScanFrame(b"2812345001004", None, 0.0)) != identity(ScanFrame(b"2812345002001", None, 0.0))


def test_rubbish_does_not_pile_up() -> None:
    debounce = Debounce(DebounceSettings())
    for n in range(10_000):
        debounce.see(str(n), 0.0)
    assert len(debounce._in_view) == MOST_IN_VIEW


@given(st.lists(st.tuples(st.floats(0.0, 2.0), st.sampled_from([COLA, BEANS])), max_size=60))
def test_scans_of_one_code_are_a_window_apart(steps: list[tuple[float, str]]) -> None:
    debounce, at = Debounce(DebounceSettings(window_s=0.7)), 0.0
    last: dict[str, float] = {}
    for step, code in steps:
        at += step
        scan = debounce.see(code, at) is Seen.SCAN
        assert scan == (code not in last or at - last[code] >= 0.7)
        last[code] = at
