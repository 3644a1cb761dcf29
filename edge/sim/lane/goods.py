"""A seeded shop: what it sells, what that weighs, and its price book as a file."""

import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Any

PACKAGED, BY_PIECE, BY_KG, LABELLED = 340, 10, 25, 25
LIGHTEST_G, HEAVIEST_G, MEDIAN_G = 12.0, 3000.0, 320.0
# Shares of the packaged goods.
WEIGHT_NOT_IN_BOOK, TWO_PACKAGES, FOR_ADULTS, IN_MULTI_BUY, IN_PERCENT_OFF = 0.25, 0.08, 0.04, 0.06, 0.06
SECOND_PACKAGE_SHARE = 0.3
# Filling and packaging differ by so much of the weight, and no less than so many grams.
SPREAD, LEAST_SPREAD_G, PIECE_SPREAD = (0.003, 0.01), 0.4, 0.06
# A weight in a price book is off by so much, and whole grams.
BOOK_ERROR = 0.004
BAG_LEAST_G, BAG_MOST_G = 250, 1800
KINDS = ("Tea", "Milk", "Rice", "Noodles", "Juice", "Soap", "Crisps", "Beer", "Soup", "Oil", "Coffee", "Biscuits")


class Sold(StrEnum):
    """How a product gets onto a bill: by its GTIN, by a number picked on the screen, or by a label of the shop's."""

    GTIN = "gtin"
    PIECE = "piece"
    KG = "kg"
    LABEL = "label"


@dataclass(frozen=True)
class Package:
    """One package of a product.

    Attributes:
        mean_g: what it weighs.
        sd_g: how far pieces differ.
        share: of the pieces in the shop.
    """

    mean_g: float
    sd_g: float
    share: float = 1.0


@dataclass(frozen=True)
class Product:
    """One product as it really is.

    Attributes:
        code: 13 digits, or the PLU of produce.
        name: on the screen.
        price: minor units, of a piece or a kilogram.
        sold: how.
        packages: of which it is found in the shop; none for goods by weight.
        book_g: what the price book says that it weighs; None where it does not.
        min_age: years.
        multi_buy: (number, price of them all), or None.
        percent_off: or None.
    """

    code: str
    name: str
    price: int
    sold: Sold
    packages: tuple[Package, ...] = ()
    book_g: int | None = None
    min_age: int = 0
    multi_buy: tuple[int, int] | None = None
    percent_off: int | None = None

    @property
    def by_weight(self) -> bool:
        """Whether its price is for a kilogram."""
        return self.sold in {Sold.KG, Sold.LABEL}

    def piece_g(self, chance: random.Random) -> float:
        """The weight of one piece, or of one bag of goods by weight: even grams, as a scale weighs them."""
        if not self.packages:
            return 2.0 * chance.randint(BAG_LEAST_G // 2, BAG_MOST_G // 2)
        package = chance.choices(self.packages, [one.share for one in self.packages])[0]
        return max(2.0, chance.gauss(package.mean_g, package.sd_g))

    def label(self, grams: float) -> str:
        """What is printed under the bars of a package: 22, five digits of the article, five of grams, check digit."""
        return self.code if self.sold is not Sold.LABEL else ean13(f"{self.code[:7]}{round(grams):05d}")


class Shop:
    """All goods, the dearest to shoppers first."""

    def __init__(self, seed: int) -> None:
        """Draw a catalogue.

        Args:
            seed: the same gives the same shop.
        """
        chance = random.Random(f"shop {seed}")  # noqa: S311 - a simulation
        goods = [_packaged(n, chance) for n in range(PACKAGED)]
        goods += [_by_piece(n, chance) for n in range(BY_PIECE)]
        goods += [_by_kg(n, chance) for n in range(BY_KG)]
        goods += [_labelled(n, chance) for n in range(LABELLED)]
        chance.shuffle(goods)
        self.goods = tuple(goods)
        self._cumulated = list(accumulate(1 / (rank + 20) for rank in range(len(goods))))

    def some(self, chance: random.Random) -> Product:
        """A product, as often as shoppers want it."""
        return chance.choices(self.goods, cum_weights=self._cumulated)[0]

    def price_book(self) -> str:
        """The price book, as JSON."""
        rules: list[Mapping[str, Any]] = []
        for one in self.goods:
            if one.multi_buy is not None:
                number, price = one.multi_buy
                rules.append(
                    {"kind": "multi_buy", "id": f"m{one.code}", "codes": [one.code], "number": number}
                    | {"price": _major(price)}
                )
            if one.percent_off is not None:
                rules.append(
                    {"kind": "percent_off", "id": f"p{one.code}", "codes": [one.code], "percent": str(one.percent_off)}
                )
        products = [_record(one) for one in self.goods]
        return json.dumps({"currency": "CNY", "taxes": {"standard": "13"}, "products": products, "rules": rules})


def ean13(twelve: str) -> str:
    """Twelve digits with their check digit (GS1 General Specifications 7.9.1)."""
    total = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def _record(one: Product) -> dict[str, str]:
    record = {"code": one.code, "name": one.name, "price": _major(one.price)}
    record["sold_by"] = "kg" if one.by_weight else "piece"
    if one.book_g is not None:
        record["unit_weight_g"] = str(one.book_g)
    if one.min_age:
        record["min_age"] = str(one.min_age)
    return record


def _major(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _packaged(n: int, chance: random.Random) -> Product:
    grams = min(HEAVIEST_G, max(LIGHTEST_G, MEDIAN_G * math.exp(chance.gauss(0, 1.0))))
    price = 90 + round(grams * chance.uniform(0.8, 6.0))
    number = chance.randint(2, 4)
    in_multi_buy, in_percent_off = chance.random() < IN_MULTI_BUY, chance.random() < IN_PERCENT_OFF
    first = _package(grams, chance)
    return Product(
        code=ean13(f"69{chance.randrange(10**5):05d}{n:05d}"),
        name=f"{KINDS[n % len(KINDS)]} {n}",
        price=price,
        sold=Sold.GTIN,
        packages=_packages(first, chance),
        book_g=None if chance.random() < WEIGHT_NOT_IN_BOOK else round(grams * chance.gauss(1, BOOK_ERROR)),
        min_age=18 if chance.random() < FOR_ADULTS else 0,
        multi_buy=(number, number * price * 85 // 100) if in_multi_buy else None,
        percent_off=chance.randint(5, 40) if in_percent_off and not in_multi_buy else None,
    )


def _package(grams: float, chance: random.Random) -> Package:
    return Package(grams, max(LEAST_SPREAD_G, grams * chance.uniform(*SPREAD)))


def _packages(first: Package, chance: random.Random) -> tuple[Package, ...]:
    if chance.random() >= TWO_PACKAGES:
        return (first,)
    other = _package(first.mean_g * chance.choice((0.9, 0.94, 1.05, 1.1)), chance)
    return (
        Package(first.mean_g, first.sd_g, 1 - SECOND_PACKAGE_SHARE),
        Package(other.mean_g, other.sd_g, SECOND_PACKAGE_SHARE),
    )


def _by_piece(n: int, chance: random.Random) -> Product:
    grams = chance.uniform(90, 600)
    packages = (Package(grams, PIECE_SPREAD * grams),)
    return Product(f"3{n:03d}", f"Fruit {n}", chance.randint(150, 900), Sold.PIECE, packages)


def _by_kg(n: int, chance: random.Random) -> Product:
    return Product(f"4{n:03d}", f"Vegetable {n}", chance.randint(300, 4000), Sold.KG)


def _labelled(n: int, chance: random.Random) -> Product:
    return Product(ean13(f"22{n + 100:05d}00000"), f"Cheese {n}", chance.randint(3000, 12_000), Sold.LABEL)
