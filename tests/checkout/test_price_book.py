"""The price book: look-up, prices of lines, and every way a file can be wrong."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.barcode import parse
from edge.checkout.line import BadLine, Line, line_of
from edge.checkout.money import Rounding
from edge.checkout.pattern_tables import pattern_table
from edge.checkout.price_book import NotInBook, PriceBook, price
from edge.checkout.price_book_file import BookTerms, read_price_book
from edge.checkout.price_book_record import PriceBookError
from edge.checkout.price_rules import Coupon, GetFree, MultiBuy, PercentOff
from edge.checkout.product import Product, SoldBy
from edge.errors import ConfigError
from tests.checkout.books import BANANAS, BOOK, CHEESE, EGGS, MILK, NOON, SALES_TAX, SPIRITS, TEA, TERMS, VAT, book_of

PATTERNS = pattern_table("CNY", ["cn"])
HEADER = "code,name,price,sold_by,tax\n"
GOOD = HEADER + "6901234567892,Green tea,3.50,piece,standard\n4011,Bananas,7.80,kg,reduced\n"
GOOD_JSON = {
    "currency": "CNY",
    "taxes": {"standard": "13", "reduced": 9},
    "prices_include_tax": False,
    "tax_rounding": "half_even",
    "products": [
        {"code": "6901234567892", "name": "Green tea", "price": 3.50},
        {"code": "02112345000008", "name": "Cheese", "price": "88", "sold_by": "kg", "tax": "reduced", "tare_g": 5},
    ],
    "rules": [
        {"kind": "multi_buy", "id": "tea", "codes": ["6901234567892"], "number": 3, "price": "9.00"},
        {"kind": "get_free", "id": "more", "codes": ["6901234567892"], "buy": 2, "free": 1},
        {"kind": "percent_off", "id": "ten", "codes": ["6901234567892"], "percent": "10"},
        {"kind": "coupon", "id": "9912345678909", "amount": "5", "least_total": "20"},
    ],
}


def csv(text: str, terms: BookTerms = TERMS) -> PriceBook:
    return read_price_book(text, "csv", terms)


def test_a_bill_of_everything() -> None:
    lines = [
        Line("1", TEA.key, 3),
        Line("2", BANANAS.key, weight_g=Decimal(1234)),
        Line("3", CHEESE.key, price=1250),
        Line("4", SPIRITS.key),
        Line("5", EGGS.key, 12),
    ]
    found = price(lines, book_of(), NOON)
    assert [(line.line.id, line.total) for line in found.lines] == [
        ("1", 1050),
        ("2", 963),
        ("3", 1250),
        ("4", 12_800),
        ("5", 1440),
    ]
    assert found.total == found.full == 17_503
    assert [(tax.name, tax.gross, tax.tax) for tax in found.taxes] == [
        ("reduced", 2213, 183),
        ("standard", 15_290, 1759),
    ]
    assert (found.min_age, found.version, found.currency) == (18, "v1", "CNY")


def test_an_empty_bill_is_nothing() -> None:
    assert price([], book_of(), NOON).total == 0


def test_tax_that_is_added_is_in_the_total() -> None:
    assert price([Line("1", BOOK.key), Line("2", TEA.key, 2)], book_of(tax=SALES_TAX), NOON).total == 4500 + 700 + 62


def test_what_is_not_in_the_book_is_never_free() -> None:
    with pytest.raises(NotInBook, match="ask the attendant") as caught:
        price([Line("1", TEA.key), Line("2", "00000096385074")], book_of(), NOON)
    assert caught.value.key == "00000096385074"
    with pytest.raises(NotInBook):
        price([Line("1", TEA.key)], book_of(), NOON, ["09912345678909"])
    with pytest.raises(NotInBook):
        price([Line("1", "00000096385074", price=100)], book_of(), NOON)


def test_prices_hold_from_their_time_and_the_latest_counts() -> None:
    week = timedelta(days=7)
    special = Product(TEA.key, "Green tea", 199, since=NOON, until=NOON + week)
    risen = Product(TEA.key, "Green tea", 400, since=NOON + timedelta(days=3))
    later = Product(MILK.key, "Milk", 600, since=NOON)
    book = book_of(TEA, special, risen, later)
    found = [book.find(TEA.key, NOON + timedelta(days=days)).price for days in (-1, 0, 2, 3, 8)]
    assert found == [350, 199, 199, 400, 400]
    with pytest.raises(NotInBook):
        book.find(MILK.key, NOON - week)


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**9])
def test_absurd_quantities(quantity: int) -> None:
    with pytest.raises(BadLine, match=f"found {quantity}"):
        Line("1", TEA.key, quantity)


@pytest.mark.parametrize("weight", ["0", "-5", "100001"])
def test_absurd_weights(weight: str) -> None:
    with pytest.raises(BadLine, match="weigh it again"):
        Line("1", TEA.key, weight_g=Decimal(weight))


def test_lines_that_cannot_be_sold_so() -> None:
    book = book_of()
    for lines, why in [
        ([Line("1", TEA.key), Line("1", MILK.key)], "ids of their own"),
        ([Line("1", EGGS.key, 7)], "a multiple of 6"),
        ([Line("1", BANANAS.key)], "weigh it"),
        ([Line("1", BANANAS.key, weight_g=Decimal("0.1"))], "weigh more"),
        ([Line(str(n), TEA.key, 999) for n in range(11)], "at most 9999"),
    ]:
        with pytest.raises(BadLine, match=why):
            price(lines, book, NOON)
    with pytest.raises(BadLine, match="a price above zero"):
        Line("1", CHEESE.key, price=0)
    with pytest.raises(BadLine, match="1 to 99"):
        Line("1", CHEESE.key, discount_percent=100)


def test_the_packaging_is_not_paid() -> None:
    assert BANANAS.net_g(Decimal(512)) == 500
    with pytest.raises(BadLine, match="packaging"):
        BANANAS.net_g(Decimal(12))


def test_from_a_scan_to_a_bill() -> None:
    label = line_of(parse("2112345012506", PATTERNS), "1")
    assert price([label], book_of(), NOON).total == 1250
    three = line_of(parse("]C10106901234567892" + "303", PATTERNS), "2", 2)
    assert three.quantity == 6
    with pytest.raises(BadLine, match="coupon"):
        line_of(parse("9912345678909", PATTERNS), "3")
    with pytest.raises(BadLine, match="999"):
        line_of(parse("]C10106901234567892" + "3099999999", PATTERNS), "4")


def test_a_csv_book() -> None:
    book = csv(GOOD)
    assert book.find("06901234567892", NOON) == Product("06901234567892", "Green tea", 350)
    assert book.find("4011", NOON).sold_by is SoldBy.KG
    assert book.version == csv(GOOD).version != csv(GOOD.replace("3.50", "3.51")).version
    assert csv("\ufeff" + GOOD.replace("\n", "\r\n")).find("4011", NOON).price == 780


def test_every_column() -> None:
    text = (
        "code,name,price,currency,sold_by,tax,multiple,min_age,tare_g,unit_weight_g,since,until\n"
        '6901234567892,"Tea, green ""500 ml"" 绿茶",3.5,CNY,piece,standard,6,18,1.5,512.5,'
        "2026-01-31T08:00:00+08:00,2027-01-01T00:00:00Z\n"
    )
    assert csv(text).find("06901234567892", NOON) == Product(
        key="06901234567892",
        name='Tea, green "500 ml" 绿茶',
        price=350,
        multiple=6,
        min_age=18,
        tare_g=Decimal("1.5"),
        unit_weight_g=Decimal("512.5"),
        since=datetime(2026, 1, 31, tzinfo=UTC),
        until=datetime(2027, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("row", "line", "why"),
    [
        ("6901234567892,Green tea again,3.60,piece,standard", 4, "another since than line 2"),
        ("06901234567892,As GTIN-14,3.60,piece,standard", 4, "another since than line 2"),
        ("6901234567893,Tea,3.60,piece,standard", 4, "check digit 2"),
        ("690123456789a,Tea,3.60,piece,standard", 4, "a GTIN in digits"),
        ("6.90123E+12,Tea,3.60,piece,standard", 4, "a GTIN in digits"),
        (",Tea,3.60,piece,standard", 4, "code: expected a GTIN"),
        ("96385074,,3.60,piece,standard", 4, "name: expected a text"),
        ("96385074,\x1bp0,3.60,piece,standard", 4, "name: expected a text"),
        ("96385074,Tea,0,piece,standard", 4, "an amount above 0, found 0"),
        ("96385074,Tea,0.00,piece,standard", 4, "an amount above 0"),
        ("96385074,Tea,-1,piece,standard", 4, "an amount above 0"),
        ("96385074,Tea,3.605,piece,standard", 4, "at most 2 decimals"),
        ("96385074,Tea,3e2,piece,standard", 4, "a decimal"),
        ("96385074,Tea,NaN,piece,standard", 4, "a decimal"),
        ("96385074,Tea,,piece,standard", 4, "price: expected a decimal"),
        ('96385074,Tea,"3,60",piece,standard', 4, "a decimal"),
        ("96385074,Tea,3.60,pound,standard", 4, "piece or kg"),
        ("96385074,Tea,3.60,piece,luxury", 4, "standard or reduced or none"),
        ("96385074,Tea,3.60,piece", 4, "expected 5 values, found 4"),
        ("96385074,Tea,3.60,piece,standard,6", 4, "expected 5 values, found 6"),
        ('96385074,"Tea,3.60,piece,standard', 4, "expected CSV"),
    ],
)
def test_a_bad_row_is_named_by_its_line(row: str, line: int, why: str) -> None:
    with pytest.raises(PriceBookError) as caught:
        csv(f"{GOOD}{row}\n")
    assert caught.value.line == line
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ConfigError)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cut off"),
        (GOOD[:-1], "cut off"),
        (GOOD[:-10], "cut off"),
        (HEADER, "at least one product"),
        ("\n\n", "a column 'code'"),
        ("code,name\n", "a column 'price'"),
        ("code,name,price,colour\n", "found 'colour'"),
        ("code,name,price,price\n", "'price' once"),
        ("code,name,price,currency\n96385074,Tea,1,EUR\n", "line 2: currency: expected CNY, found 'EUR'"),
        ("code,name,price,since\n96385074,Tea,1,2026-01-01\n", "a time with its zone"),
        ("code,name,price,since\n96385074,Tea,1,soon\n", "a time with its zone"),
        (
            "code,name,price,since,until\n96385074,Tea,1,2026-01-02T00:00:00Z,2026-01-02T00:00:00Z\n",
            "until: expected a time after",
        ),
        ("code,name,price,multiple\n96385074,Tea,1,0\n", "a whole number from 1 to 100"),
        ("code,name,price,multiple\n96385074,Tea,1,1.5\n", "a whole number from 1 to 100"),
        ("code,name,price,tare_g\n96385074,Tea,1,-1\n", "grams of 0 or more"),
        ("{}\n", "expected columns"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(PriceBookError) as caught:
        csv(text)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_yen_has_no_decimals_and_a_dinar_three() -> None:
    text = "code,name,price\n96385074,Tea,{}\n"
    assert csv(text.format("350"), BookTerms("JPY", VAT)).find("00000096385074", NOON).price == 350
    assert csv(text.format("1.234"), BookTerms("KWD", VAT)).find("00000096385074", NOON).price == 1234
    with pytest.raises(PriceBookError, match="at most 0 decimals of JPY"):
        csv(text.format("3.5"), BookTerms("JPY", VAT))


def test_a_json_book() -> None:
    book = read_price_book(json.dumps(GOOD_JSON), "json", TERMS)
    assert book.find(CHEESE.key, NOON).tare_g == 5
    assert book.find(TEA.key, NOON).price == 350
    assert (book.tax.included, book.tax.rounding, book.tax.rates["reduced"]) == (
        False,
        Rounding.HALF_EVEN,
        Decimal(9),
    )
    assert [type(rule) for rule in book.rules] == [MultiBuy, GetFree, PercentOff, Coupon]
    assert book.coupon("09912345678909").least_total == 2000


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('"price": 3.5', '"price": 0', 9, "an amount above 0"),
        ('"price": 3.5', '"price": true', 9, "a decimal"),
        ('"price": 3.5', '"price": 1e5', 9, "a decimal"),
        ('"price": 3.5', '"price": NaN', 9, "a number, found NaN"),
        ('"price": 3.5', '"price": 3.5, "price": 4', 9, "names of their own"),
        ('"price": 3.5', '"price": 3.5, "colour": 4', 9, "found 'colour'"),
        ('"code": "6901234567892", "name"', '"code": 6901234567892, "name"', 9, "as text"),
        ('"CNY"', '"EUR"', 1, "currency: expected CNY"),
        ('"kind": "multi_buy"', '"kind": "gift"', 13, "multi_buy or get_free"),
        ('"number": 3', '"number": 1', 13, "a whole number from 2"),
        ('"codes": ["6901234567892"], "number"', '"codes": [], "number"', 13, "a list of codes"),
        ('"amount": "5"', '"amount": "5", "percent": 3', 16, "found both"),
        ('"amount": "5", ', "", 16, "found none"),
        ('"id": "more"', '"id": "tea"', None, "'tea' 2 times"),
        ('"percent": "10"', '"percent": "100.01"', 15, "a percentage"),
        ('"products"', '"product"', 1, "found 'product'"),
        ('"reduced": 9', '"reduced": 900', None, "a rate of 0 to 100"),
        ('"half_even"', '"half"', 1, "half_even or half_up"),
        ('"prices_include_tax": false', '"prices_include_tax": 0', 1, "true or false"),
    ],
)
def test_a_bad_json_book_is_named_by_its_line(old: str, new: str, line: int | None, why: str) -> None:
    good = _in_lines()
    assert old in good
    with pytest.raises(PriceBookError) as caught:
        read_price_book(good.replace(old, new, 1), "json", TERMS)
    assert why in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def _in_lines() -> str:
    """The good book, with one record a line: products from line 9, rules from line 13."""
    head = {name: value for name, value in GOOD_JSON.items() if name not in {"products", "rules"}}
    lines = ["{", *(f"{json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()), "", ""]
    for name in ("products", "rules"):
        records = GOOD_JSON[name]
        assert isinstance(records, list)
        lines.append(f'"{name}": [')
        lines += [json.dumps(one) + ("," if one is not records[-1] else "") for one in records]
        lines.append("]," if name == "products" else "]")
    return "\n".join([*lines, "}"])


def test_a_good_json_book_in_lines_is_good() -> None:
    read_price_book(_in_lines(), "json", TERMS)


@given(cut=st.integers(0, len(_in_lines()) - 1))
def test_a_json_book_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(PriceBookError):
        read_price_book(_in_lines()[:cut], "json", TERMS)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"products":' + "[" * 100_000, "{} {}", '{"products": [3]}', "null"])
def test_no_book_at_all(text: str) -> None:
    with pytest.raises(PriceBookError):
        read_price_book(text, "json", TERMS)


@given(place=st.integers(0, 5000), new=st.text(max_size=3), form=st.sampled_from(["csv", "json"]))
def test_a_damaged_book_is_a_book_or_one_line_of_error(place: int, new: str, form: str) -> None:
    good = GOOD if form == "csv" else _in_lines()
    place %= len(good)
    try:
        read_price_book(good[:place] + new + good[place + 1 :], form, TERMS)
    except PriceBookError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told


def test_a_book_of_an_unknown_form_is_refused() -> None:
    with pytest.raises(PriceBookError, match="csv or json"):
        read_price_book("", "xml", TERMS)
