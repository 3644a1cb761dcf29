"""The simulated shop as the lane knows it: its price book, and what it has learned of weights. Pure."""

import random
from collections.abc import Mapping
from decimal import Decimal

from edge.checkout.bagging.learning import Candidate, WeightBook
from edge.checkout.pattern_tables import pattern_table
from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_file import BookTerms, parse_json
from edge.checkout.resolve import Shop as Judged
from edge.checkout.tax import TaxTerms
from edge.sim.lane.goods import Product, Shop

GTIN_14 = 14
# Of the goods whose weight the price book does not know, and of their packages, so many were weighed on earlier days.
LEARNED_BEFORE, WEIGHINGS = 0.9, 8
SCALE_ERR_G = 5.0
MEMBERS: Mapping[str, bool] = {"MEMBER-": True}


def judged_by(shop: Shop, chance: random.Random) -> Judged:
    """All that codes are judged by."""
    book = book_of(shop)
    return Judged(
        book=book,
        patterns=pattern_table("CNY", ["cn"]),
        weights=learned_before(shop, book, chance),
        member_key=b"bench",
        member_prefix=MEMBERS,
    )


def book_of(shop: Shop) -> PriceBook:
    """The price book of a simulated shop, read from its file."""
    return parse_json(shop.price_book(), BookTerms("CNY", TaxTerms({"standard": Decimal(13)})))


def learned_before(shop: Shop, book: PriceBook, chance: random.Random) -> WeightBook:
    """What a shop that has been open for some days knows of weights."""
    weights = WeightBook()
    for product in shop.goods:
        key = product.code if product.code in book.products else product.code.zfill(GTIN_14)
        for package in product.packages:
            if chance.random() >= LEARNED_BEFORE:
                continue
            for n in range(WEIGHINGS):
                grams = chance.gauss(package.mean_g, package.sd_g)
                book_g = None if product.book_g is None else float(product.book_g)
                weights.learn(key, Candidate(grams, f"before-{n}", n), book_g)
    return weights


def weight_range(product: Product) -> tuple[float, float]:
    """The least and greatest weight of a product as a careful shop would list them.

    Four standard deviations around its real packages, and what its scale may err.
    """
    least = min(package.mean_g - 4 * package.sd_g for package in product.packages) - SCALE_ERR_G
    most = max(package.mean_g + 4 * package.sd_g for package in product.packages) + SCALE_ERR_G
    return max(1.0, least), most
