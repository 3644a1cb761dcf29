"""Price rules: each alone, how they combine, and what holds for every basket."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.checkout.line import Line
from edge.checkout.price_book import Bill, price
from edge.checkout.price_rules import Coupon, GetFree, MultiBuy, PercentOff, Rule
from edge.checkout.product import SoldBy
from tests.checkout.books import BANANAS, BOOK, CHEESE, EVERYTHING, MILK, NOON, SALES_TAX, TEA, VAT, book_of

TEN_OFF = Coupon(id="09912345678909", amount=1000)
HALF = Coupon(id="09900000000005", percent=Decimal(50))


def bill(rules: Sequence[Rule], *wanted: tuple[str, int], coupons: Sequence[str] = ()) -> Bill:
    lines = [Line(str(n), key, quantity) for n, (key, quantity) in enumerate(wanted)]
    return price(lines, book_of(rules=rules), NOON, coupons)


def keys(*products: object) -> frozenset[str]:
    return frozenset(getattr(product, "key", "") for product in products)


@pytest.mark.parametrize(("quantity", "total"), [(1, 350), (2, 700), (3, 900), (4, 1250), (6, 1800), (7, 2150)])
def test_three_for_nine(quantity: int, total: int) -> None:
    rule = MultiBuy(id="tea", keys=keys(TEA), number=3, price=900)
    assert bill([rule], (TEA.key, quantity)).total == total
    assert bill([rule], *[(TEA.key, 1)] * quantity).total == total


def test_a_mixed_multi_buy_takes_the_dearest_and_shows_each_line_its_share() -> None:
    rule = MultiBuy(id="mix", keys=keys(TEA, MILK), number=3, price=900)
    found = bill([rule], (TEA.key, 2), (MILK.key, 2))
    assert found.total == 900 + 350
    assert found.full == 2 * 350 + 2 * 599
    assert [line.discounts["mix"] for line in found.lines] == [146, 502]


def test_a_multi_buy_that_costs_more_is_left_alone() -> None:
    assert bill([MultiBuy(id="dear", keys=keys(TEA), number=2, price=701)], (TEA.key, 2)).total == 700


@pytest.mark.parametrize(("quantity", "total"), [(2, 700), (3, 700), (5, 1400), (6, 1400)])
def test_buy_two_get_one_free(quantity: int, total: int) -> None:
    rule = GetFree(id="tea", keys=keys(TEA), buy=2, free=1)
    assert bill([rule], (TEA.key, quantity)).total == total


def test_the_cheapest_of_a_group_is_free() -> None:
    rule = GetFree(id="mix", keys=keys(TEA, MILK, BOOK), buy=2, free=1)
    assert bill([rule], (TEA.key, 1), (MILK.key, 1), (BOOK.key, 1)).total == 599 + 4500


def test_a_percentage_is_rounded_a_piece_at_a_time() -> None:
    rule = PercentOff(id="ten", keys=keys(MILK, BANANAS), percent=Decimal(10))
    assert bill([rule], (MILK.key, 3)).total == 3 * (599 - 60)
    weighed = price([Line("1", BANANAS.key, weight_g=Decimal(1234))], book_of(rules=[rule]), NOON)
    assert weighed.total == 963 - 96


def test_the_highest_percentage_counts_and_only_once() -> None:
    rules = [
        PercentOff(id="a", keys=keys(MILK), percent=Decimal(10)),
        PercentOff(id="b", keys=keys(MILK), percent=Decimal(20)),
    ]
    assert bill(rules, (MILK.key, 1)).lines[0].discounts == {"b": 120}


def test_a_piece_is_in_one_offer_at_most_and_a_coupon_comes_on_top() -> None:
    rules: list[Rule] = [
        PercentOff(id="a", keys=keys(TEA), percent=Decimal(10)),
        MultiBuy(id="z", keys=keys(TEA), number=3, price=900),
        replace(TEN_OFF, keys=keys(TEA), amount=200),
    ]
    found = bill(rules, (TEA.key, 4), coupons=[TEN_OFF.id, TEN_OFF.id])
    assert found.lines[0].discounts == {"z": 150, "a": 35, TEN_OFF.id: 200}
    assert found.total == 4 * 350 - 385


def test_a_sticker_goes_before_everything_and_bars_the_offers() -> None:
    rules: list[Rule] = [
        PercentOff(id="a", keys=keys(TEA), percent=Decimal(10)),
        MultiBuy(id="z", keys=keys(TEA), number=2, price=1),
        HALF,
    ]
    book = book_of(rules=rules)
    lines = [Line("1", TEA.key, discount_percent=30), Line("2", TEA.key, discount_percent=30)]
    assert price(lines, book, NOON).total == 2 * 245
    assert price(lines, book, NOON, [HALF.id]).total == 245


def test_labels_with_a_price_and_goods_by_weight_are_not_counted_in_groups() -> None:
    rules = [MultiBuy(id="z", keys=keys(CHEESE, TEA), number=2, price=1)]
    lines = [Line("1", CHEESE.key, price=1250), Line("2", CHEESE.key, weight_g=Decimal(100)), Line("3", TEA.key)]
    assert price(lines, book_of(rules=rules), NOON).total == 1250 + 880 + 350


def test_bill_coupons_are_percentages_first_and_stop_at_nothing() -> None:
    rules = [TEN_OFF, HALF]
    assert bill(rules, (BOOK.key, 1), coupons=[TEN_OFF.id, HALF.id]).total == 2250 - 1000
    assert bill(rules, (TEA.key, 1), coupons=[TEN_OFF.id]).total == 0


def test_a_coupon_that_takes_nothing_off_is_told() -> None:
    rules = [replace(TEN_OFF, least_total=5000), replace(HALF, keys=keys(MILK))]
    found = bill(rules, (BOOK.key, 1), coupons=[TEN_OFF.id, HALF.id])
    assert found.total == 4500
    assert found.unused_coupons == (HALF.id, TEN_OFF.id)


def test_a_coupon_for_products_is_off_the_dearest_piece() -> None:
    assert bill([replace(HALF, keys=keys(TEA, MILK))], (TEA.key, 9), (MILK.key, 2), coupons=[HALF.id]).total == (
        9 * 350 + 2 * 599 - 300
    )


def test_rules_hold_from_their_time_until_their_time() -> None:
    rule = PercentOff(id="a", keys=keys(TEA), percent=Decimal(50), since=NOON, until=NOON + timedelta(hours=1))
    book = book_of(rules=[rule])
    totals = [
        price([Line("1", TEA.key)], book, NOON + timedelta(minutes=minutes)).total for minutes in (-1, 0, 59, 60, 61)
    ]
    assert totals == [350, 175, 175, 350, 350]


key_sets = st.frozensets(st.sampled_from([product.key for product in EVERYTHING]), min_size=1)
percents = st.decimals(min_value="0.01", max_value=100, places=2)
rules_of_a_book = st.lists(
    st.one_of(
        st.builds(MultiBuy, id=st.just(""), keys=key_sets, number=st.integers(2, 5), price=st.integers(1, 3000)),
        st.builds(GetFree, id=st.just(""), keys=key_sets, buy=st.integers(1, 3), free=st.integers(1, 3)),
        st.builds(PercentOff, id=st.just(""), keys=key_sets, percent=percents),
        st.builds(
            Coupon,
            id=st.just(""),
            keys=st.just(frozenset()) | key_sets,
            percent=percents,
            least_total=st.integers(0, 5000),
        ),
        st.builds(Coupon, id=st.just(""), keys=st.just(frozenset()) | key_sets, amount=st.integers(1, 10_000)),
    ),
    max_size=8,
).map(lambda rules: [replace(rule, id=f"r{n}") for n, rule in enumerate(rules)])


@st.composite
def baskets(draw: st.DrawFn) -> list[Line]:
    lines = []
    for n in range(draw(st.integers(0, 8))):
        product = draw(st.sampled_from(EVERYTHING))
        weight = Decimal(draw(st.integers(10, 5000))) if product.sold_by is SoldBy.KG else None
        label = draw(st.none() | st.integers(1, 5000))
        sticker = draw(st.none() | st.integers(1, 99))
        lines.append(Line(f"l{n}", product.key, draw(st.integers(1, 4)) * product.multiple, weight, label, sticker))
    return lines


@settings(max_examples=150)
@given(lines=baskets(), rules=rules_of_a_book, added=st.booleans(), data=st.data())
def test_every_bill_adds_up_and_is_the_same_in_any_order(
    lines: list[Line], rules: list[Rule], added: bool, data: st.DataObject
) -> None:
    terms = SALES_TAX if added else VAT
    coupons = [rule.id for rule in rules if isinstance(rule, Coupon)]
    book = book_of(rules=rules, tax=terms)
    found = price(lines, book, NOON, coupons)

    assert all(line.total >= 0 and line.full - sum(line.discounts.values()) == line.total for line in found.lines)
    assert found.total >= 0
    assert found.total == sum(tax.gross for tax in found.taxes)
    priced = sum(line.total for line in found.lines)
    assert priced == sum(tax.net if added else tax.gross for tax in found.taxes) == found.full - found.discount

    mixed = data.draw(st.permutations(lines))
    renamed = [replace(line, id=f"x{n}") for n, line in enumerate(mixed)]
    assert (price(mixed, book, NOON, coupons[::-1]).taxes, found.total) == (
        found.taxes,
        price(mixed, book, NOON, coupons).total,
    )
    assert price(renamed, replace(book, rules=tuple(reversed(rules))), NOON, coupons).taxes == found.taxes


@given(lines=baskets(), rules=rules_of_a_book)
def test_a_line_of_many_costs_what_many_lines_cost(lines: list[Line], rules: list[Rule]) -> None:
    book = book_of(rules=rules)
    counter = itertools.count()
    single = [
        replace(line, id=f"s{next(counter)}", quantity=book.find(line.key, NOON).multiple)
        for line in lines
        for _ in range(line.quantity // book.find(line.key, NOON).multiple)
    ]
    coupons = [rule.id for rule in rules if isinstance(rule, Coupon)]
    assert price(single, book, NOON, coupons).taxes == price(lines, book, NOON, coupons).taxes
