"""The simulated shop."""

import random
from decimal import Decimal

from edge.checkout.price_book_file import BookTerms, parse_json
from edge.checkout.tax import TaxTerms
from edge.sim.lane.goods import Shop, Sold, ean13

TERMS = BookTerms("CNY", TaxTerms({"standard": Decimal(13)}))


def test_the_same_seed_gives_the_same_shop() -> None:
    assert Shop(3).goods == Shop(3).goods
    assert Shop(3).goods != Shop(4).goods


def test_check_digits_are_those_of_the_standard() -> None:
    # GS1 General Specifications and the price book's own vectors.
    assert [ean13(one)[-1] for one in ("590123412345", "950110153100", "221234501234")] == ["7", "0", "3"]


def test_the_real_price_book_reads_it_whole() -> None:
    shop = Shop(1)
    book = parse_json(shop.price_book(), TERMS)
    assert len(book.products) == len({one.code for one in shop.goods}) == len(shop.goods)
    assert {one.sold for one in shop.goods} == set(Sold)
    assert any(one.min_age for one in shop.goods)
    assert len(book.rules) == sum(one.multi_buy is not None or one.percent_off is not None for one in shop.goods)


def test_weights_are_known_partly_and_roughly_right() -> None:
    packaged = [one for one in Shop(1).goods if one.sold is Sold.GTIN]
    known = [one for one in packaged if one.book_g is not None]
    assert 0.6 < len(known) / len(packaged) < 0.9
    for one in known:
        assert abs((one.book_g or 0) / one.packages[0].mean_g - 1) < 0.06


def test_a_label_says_what_its_package_weighs() -> None:
    cheese = next(one for one in Shop(1).goods if one.sold is Sold.LABEL)
    assert cheese.label(1234.0)[:2] + cheese.label(1234.0)[7:12] == "2201234"
    assert ean13(cheese.label(1234.0)[:12]) == cheese.label(1234.0)


def test_what_is_wanted_more_is_bought_more() -> None:
    shop, chance = Shop(1), random.Random(1)
    bought = [shop.some(chance) for _ in range(4000)]
    assert bought.count(shop.goods[0]) > 3 * bought.count(shop.goods[-1])
