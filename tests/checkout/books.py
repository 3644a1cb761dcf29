"""Price books for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from edge.checkout.currency import currency
from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_file import BookTerms
from edge.checkout.price_rules import Rule
from edge.checkout.product import Product, SoldBy
from edge.checkout.tax import TaxTerms

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VAT = TaxTerms({"standard": Decimal(13), "reduced": Decimal(9), "none": Decimal(0)})
SALES_TAX = TaxTerms({"standard": Decimal("8.875"), "reduced": Decimal("2.5"), "none": Decimal(0)}, included=False)
TERMS = BookTerms("CNY", VAT)

TEA = Product("06901234567892", "Green tea", 350, tax="standard")
MILK = Product("06901234567908", "Milk", 599, tax="reduced")
BOOK = Product("09787111128069", "A novel", 4500, tax="none")
BANANAS = Product("4011", "Bananas", 780, SoldBy.KG, "reduced", tare_g=Decimal(12))
CHEESE = Product("02112345000008", "Cheese", 8800, SoldBy.KG, "reduced")
SPIRITS = Product("06901234567915", "Baijiu", 12_800, min_age=18)
EGGS = Product("06901234567922", "Eggs", 120, multiple=6)
EVERYTHING = (TEA, MILK, BOOK, BANANAS, CHEESE, SPIRITS, EGGS)


def book_of(*products: Product, rules: Sequence[Rule] = (), tax: TaxTerms = VAT, code: str = "CNY") -> PriceBook:
    by_key: dict[str, list[Product]] = {}
    for product in products or EVERYTHING:
        by_key.setdefault(product.key, []).append(product)
    return PriceBook("v1", currency(code), tax, by_key, tuple(rules))
