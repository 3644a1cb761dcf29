"""From the text of a price book file to a price book. Pure.

CSV holds products only, one a line, under a line of column names; currency, taxes and rules come from the shop's
configuration:

    code,name,price,sold_by,tax,since
    6901234567892,Green tea 500 ml,3.50,piece,standard,
    4011,Bananas,7.80,kg,reduced,

JSON holds the same names, and may hold taxes and rules:

    {"currency": "CNY", "taxes": {"standard": "13"}, "prices_include_tax": true, "tax_rounding": "half_up",
     "products": [{"code": "6901234567892", "name": "Green tea 500 ml", "price": "3.50"}],
     "rules": [{"kind": "multi_buy", "id": "tea", "codes": ["6901234567892"], "number": 3, "price": "9.00"}]}

Prices are in major units. A code comes twice only with different `since`. The file ends with a line's end, or with the
closing brace: one that was cut off is refused.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from edge.checkout.currency import Currency, currency
from edge.checkout.json_lines import JsonRecords, read_json
from edge.checkout.money import Rounding
from edge.checkout.price_book import PriceBook
from edge.checkout.price_book_record import PriceBookError, Record
from edge.checkout.price_rule_record import read_rules
from edge.checkout.price_rules import Rule
from edge.checkout.product import Product, SoldBy
from edge.checkout.tax import TaxTerms
from edge.errors import ConfigError

COLUMNS = (
    "code",
    "name",
    "price",
    "currency",
    "sold_by",
    "tax",
    "multiple",
    "min_age",
    "tare_g",
    "unit_weight_g",
    "since",
    "until",
)
NEEDED = ("code", "name", "price")
FORMS = ("csv", "json")
MOST_PRODUCTS = 500_000
LONGEST_TEXT = 128 * 1024 * 1024
VERSION_LENGTH = 12
STANDARD_TAX = "standard"
MOST_PACK = 100
OLDEST = 150


@dataclass(frozen=True)
class BookTerms:
    """What the shop's configuration says of every price book.

    Attributes:
        currency: ISO 4217.
        tax: used where the file names no taxes.
        rules: besides those of the file.
    """

    currency: str
    tax: TaxTerms
    rules: Sequence[Rule] = ()


def version_of(text: str) -> str:
    """The version of a text: the beginning of its SHA-256, so equal texts are one version."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:VERSION_LENGTH]


def read_price_book(text: str, form: str, terms: BookTerms) -> PriceBook:
    """The price book in a text.

    Args:
        text: the file.
        form: one of `FORMS`.
        terms: of the shop.

    Raises:
        PriceBookError: it is refused; one line says where and why.
    """
    if form not in FORMS:
        raise PriceBookError(f"expected a price book as {' or '.join(FORMS)}, found {form!r}; name it so")
    if len(text) > LONGEST_TEXT:
        raise PriceBookError(f"expected at most {LONGEST_TEXT} characters, found {len(text)}; split the book")
    return (parse_csv if form == "csv" else parse_json)(text, terms)


def parse_csv(text: str, terms: BookTerms) -> PriceBook:
    """The price book in a CSV text; see `read_price_book`."""
    return _book(version_of(text), _csv_records(text.removeprefix("\ufeff")), terms.tax, terms.rules, terms)


def parse_json(text: str, terms: BookTerms) -> PriceBook:
    """The price book in a JSON text; see `read_price_book`."""
    found = read_json(text.removeprefix("\ufeff"), ("products", "rules"))
    head = Record(1, found.head)
    head.demand_known(("currency", "taxes", "prices_include_tax", "tax_rounding", "products", "rules"))
    of = _demand_currency(head, currency(terms.currency))
    rules = [*terms.rules, *read_rules(found.lists.get("rules", ()), of)]
    return _book(version_of(text), found.lists.get("products", ()), _tax(found, head, terms.tax), rules, terms)


def _csv_records(text: str) -> Iterable[Record]:
    if not text.endswith("\n"):
        raise PriceBookError("expected a line's end at the end of the file, found none; it was cut off, send it again")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _demand_header(header)
        for row in rows:
            if len(row) not in {0, len(header)}:
                raise PriceBookError(f"expected {len(header)} values, found {len(row)}; mend this line", rows.line_num)
            if row:
                yield Record(rows.line_num, dict(zip(header, row, strict=True)))
    except csv.Error as error:
        raise PriceBookError(f"expected CSV, found none ({error}); mend this line", rows.line_num) from error


def _demand_header(header: Sequence[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise PriceBookError(f"expected columns of {', '.join(COLUMNS)}, found {name!r}; mend its name", 1)
        if header.count(name) > 1:
            raise PriceBookError(f"expected column {name!r} once, found it {header.count(name)} times; take one out", 1)
    for name in NEEDED:
        if name not in header:
            raise PriceBookError(f"expected a column {name!r}, found none; add it", 1)


def _book(version: str, records: Iterable[Record], tax: TaxTerms, rules: Sequence[Rule], terms: BookTerms) -> PriceBook:
    of = currency(terms.currency)
    products: dict[str, list[Product]] = {}
    lines: dict[tuple[str, datetime | None], int] = {}
    for record in records:
        product = _product(record, of, tax)
        first = lines.setdefault((product.key, product.since), record.line)
        if first != record.line:
            raise record.refuse("code", f"a code of its own, or another since than line {first}", product.key)
        if len(lines) > MOST_PRODUCTS:
            raise record.refuse("code", f"at most {MOST_PRODUCTS} products", "one more")
        products.setdefault(product.key, []).append(product)
    if not products:
        raise PriceBookError("expected at least one product, found none; send the whole book")
    _demand_own_ids(rules)
    return PriceBook(version, of, tax, products, tuple(rules))


def _product(record: Record, of: Currency, tax: TaxTerms) -> Product:
    record.demand_known(COLUMNS)
    _demand_currency(record, of)
    since, until = record.times()
    return Product(
        key=record.key("code"),
        name=record.text("name"),
        price=record.money("price", of),
        sold_by=SoldBy(record.choice("sold_by", [one.value for one in SoldBy], SoldBy.PIECE.value)),
        tax=record.choice("tax", tuple(tax.rates), STANDARD_TAX),
        multiple=record.whole("multiple", 1, MOST_PACK, 1),
        min_age=record.whole("min_age", 0, OLDEST, 0),
        tare_g=record.grams("tare_g") or Decimal(0),
        unit_weight_g=record.grams("unit_weight_g"),
        since=since,
        until=until,
    )


def _demand_currency(record: Record, of: Currency) -> Currency:
    if record.has("currency"):
        record.choice("currency", (of.code,))
    return of


def _tax(found: JsonRecords, head: Record, otherwise: TaxTerms) -> TaxTerms:
    taxes = found.head.get("taxes")
    if taxes is None:
        return otherwise
    included = found.head.get("prices_include_tax", otherwise.included)
    if not isinstance(taxes, Mapping) or not isinstance(included, bool):
        raise PriceBookError(
            "expected taxes as names with per cent, and prices_include_tax as true or false; mend it", 1
        )
    rates = Record(1, taxes)
    rounding = head.choice("tax_rounding", [one.value for one in Rounding], otherwise.rounding.value)
    try:
        return TaxTerms({str(name): rates.decimal(str(name)) for name in taxes}, included, Rounding(rounding))
    except PriceBookError:
        raise
    except ConfigError as error:
        raise PriceBookError(str(error)) from error


def _demand_own_ids(rules: Sequence[Rule]) -> None:
    for one, times in Counter(rule.id for rule in rules).items():
        if times > 1:
            raise PriceBookError(f"expected rules with ids of their own, found {one!r} {times} times; rename one")
