"""The simulation's own arithmetic, beside the price book's."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.checkout.line import Line
from edge.checkout.price_book import price
from edge.checkout.price_book_file import BookTerms, parse_json
from edge.checkout.tax import TaxTerms
from edge.sim.lane.goods import Product, Shop
from edge.sim.lane.truth import Sale, total

SHOP = Shop(2)
BOOK = parse_json(SHOP.price_book(), BookTerms("CNY", TaxTerms({"standard": Decimal(13)})))
AT = datetime(2026, 5, 1, tzinfo=UTC)
WITH_RULES = [one for one in SHOP.goods if one.multi_buy or one.percent_off]
SALE = st.tuples(st.sampled_from([*SHOP.goods, *WITH_RULES * 4]), st.integers(1, 9), st.integers(2, 9000)).map(
    lambda drawn: Sale(drawn[0], 1 if drawn[0].by_weight else drawn[1], drawn[2] if drawn[0].by_weight else None)
)


def _key(product: Product) -> str:
    return product.code if product.code in BOOK.products else product.code.zfill(14)


@settings(max_examples=150, deadline=None)
@given(st.lists(SALE, min_size=1, max_size=12))
def test_both_come_to_the_same_total(sales: list[Sale]) -> None:
    lines = [
        Line(str(n), _key(one.product), one.quantity, None if one.grams is None else Decimal(one.grams))
        for n, one in enumerate(sales)
    ]
    assert total(dict(enumerate(sales)), {}) == price(lines, BOOK, AT).total


def test_what_the_lane_weighed_goes_before_what_it_really_weighs() -> None:
    loose = next(one for one in SHOP.goods if one.by_weight)
    assert total({1: Sale(loose, 1, 500.0)}, {1: 502.0}) == (2 * loose.price * 502 + 1000) // 2000
