"""Weights are learned from shoppers, but not from one who wants to teach."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.bagging.learning import MOST_CANDIDATES, MOST_MODES, Candidate, WeightBook


def taught(book: WeightBook, grams: list[float], *, day: int = 1, vouched: bool = False, first: int = 0) -> WeightBook:
    for n, weight in enumerate(grams):
        book.learn("k", Candidate(weight, f"s{first + n}", day, vouched))
    return book


def test_a_new_product_is_known_after_enough_sessions_agree() -> None:
    book = taught(WeightBook(), [401.0, 399.0, 400.5, 398.8])
    assert book.modes("k", None) == ()
    taught(book, [400.2], first=10)
    (mode,) = book.modes("k", None)
    assert abs(mode.mean_g - 400) < 1


def test_one_session_alone_teaches_nothing() -> None:
    book = WeightBook()
    for _ in range(20):
        book.learn("k", Candidate(400.0, "s1", 1))
    assert book.modes("k", None) == ()


def test_the_price_book_is_where_it_begins() -> None:
    book = WeightBook()
    (mode,) = book.modes("k", 500.0)
    assert (mode.mean_g, mode.sd_g) == (500.0, 10.0)
    draw = random.Random(1)
    for n in range(100):
        book.learn("k", Candidate(draw.gauss(508, 2.5), f"s{n}", 1), 500.0)
    (mode,) = book.modes("k", 500.0)
    assert abs(mode.mean_g - 508) < 1.5
    assert mode.sd_g < 5


def test_an_attendants_word_takes_three_days() -> None:
    book = taught(WeightBook(), [500.0] * 8)
    taught(book, [900.0] * 6, vouched=True, first=20)
    assert [round(mode.mean_g) for mode in book.modes("k", None)] == [500]
    for day in (2, 3):
        taught(book, [900.0] * 2, day=day, vouched=True, first=30 + 10 * day)
    assert sorted(round(mode.mean_g) for mode in book.modes("k", None)) == [500, 900]


@given(st.lists(st.floats(5, 6000), max_size=200))
def test_it_stays_small_and_can_be_written_down(grams: list[float]) -> None:
    book = taught(WeightBook(), grams)
    for product in book.products.values():
        assert len(product.modes) <= MOST_MODES
        assert len(product.candidates) <= MOST_CANDIDATES
    assert msgspec.json.decode(msgspec.json.encode(book), type=WeightBook) == book


@given(st.integers(0, 2**32))
def test_creeping_poison_moves_a_weight_no_further_than_it_spreads(seed: int) -> None:
    """Somebody who puts something a little heavier under a label, now and then, does not drag the weight along."""
    draw = random.Random(seed)
    book = taught(WeightBook(), [draw.gauss(500, 2) for _ in range(60)])
    for n in range(40):
        honest = [draw.gauss(500, 2) for _ in range(9)]
        (mode, *_) = book.modes("k", None)
        taught(book, [*honest, mode.mean_g + 3.5 * mode.sd_g], first=1000 + 10 * n)
    (mode, *_) = book.modes("k", None)
    assert abs(mode.mean_g - 500) < 8
