"""Variable-measure patterns: the vectors beside them, biip's reading beside ours, and what is refused at load."""

import contextlib
from decimal import Decimal

import pytest
from biip import ParseConfig, ParseError
from biip.gtin import Gtin
from biip.rcn import Rcn
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.barcode_error import BarcodeError
from edge.checkout.gtin import check_digit
from edge.checkout.layout import read_layout
from edge.checkout.pattern_tables import TABLES, pattern_table
from edge.checkout.patterns import Pattern, PatternTable, Vector
from edge.errors import ConfigError

NATIONAL = ("dk", "gb", "de", "se", "no", "fi", "ee", "lv", "lt")


def with_check_digit(payload: str) -> str:
    return payload + str(check_digit(payload))


def refused_by_biip(code: str, region: str) -> bool:
    try:
        Gtin.parse(code, config=ParseConfig(rcn_region=region))
    except ParseError:
        return True
    return False


def measure_digits(code: str, signs: str) -> str:
    return "".join(digit for digit, sign in zip(code, signs, strict=True) if sign in "WPN")


@pytest.mark.parametrize("name", TABLES)
def test_every_vector_of_every_table_is_read_and_gives_one_key(name: str) -> None:
    table = pattern_table("EUR", [name])
    for pattern in TABLES[name]:
        for vector in pattern.vectors:
            code = vector.code.zfill(13)
            measure = table.match(code)
            assert measure is not None
            assert measure.pattern == pattern.name
            assert vector.key is not None
            assert measure.key == vector.key.zfill(14)
            assert measure.weight_g == (None if vector.weight_kg is None else Decimal(vector.weight_kg) * 1000)
            assert measure.price == (None if vector.price is None else Decimal(vector.price) * 100)
            assert measure.count == vector.number
            assert measure.discount_percent == vector.discount


@pytest.mark.parametrize("name", NATIONAL)
@given(data=st.data())
def test_biip_reads_national_codes_as_we_do(name: str, data: st.DataObject) -> None:
    table = pattern_table("EUR", [name])
    pattern = data.draw(st.sampled_from(TABLES[name]))
    layout = read_layout(pattern.layout)
    digits = data.draw(st.text("0123456789", min_size=12, max_size=12))
    code = with_check_digit(layout.prefix + digits[len(layout.prefix) :])
    try:
        ours = table.match(code)
    except BarcodeError:
        assert refused_by_biip(code, name) or not measure_digits(code, layout.signs).strip("0")
        return
    theirs = Gtin.parse(code, config=ParseConfig(rcn_region=name))
    assert ours is not None
    assert isinstance(theirs, Rcn)
    assert ours.key == theirs.without_variable_measure().as_gtin_14()
    assert ours.weight_g == (None if theirs.weight is None else theirs.weight * 1000)
    assert ours.price == (None if theirs.price is None else theirs.price * 100)
    assert ours.count == theirs.count


@given(value=st.integers(1, 99999), item=st.integers(0, 9999))
def test_only_one_inner_check_digit_is_taken(value: int, item: int) -> None:
    table = pattern_table("EUR", ["de"])
    taken = []
    for inner in "0123456789":
        with contextlib.suppress(BarcodeError):
            measure = table.match(with_check_digit(f"28{item:04d}{inner}{value:05d}"))
            assert measure is not None
            taken.append((measure.weight_g, measure.key[:7]))
    assert taken == [(Decimal(value), f"028{item:04d}")]


@pytest.mark.parametrize(
    "code", ["2112345000008", "2212345000005", "221234500000012348"[:17] + "0"], ids=["price", "weight", "18 digits"]
)
def test_a_label_of_zero_is_refused(code: str) -> None:
    table = pattern_table("CNY", ["cn", "cn_18_amount_first"])
    code = with_check_digit(code[:-1])
    with pytest.raises(BarcodeError, match="above zero"):
        table.match(code)


def test_the_chinese_forms_are_minor_units_and_grams() -> None:
    table = pattern_table("CNY", ["cn", "cn_18_weight_first"])
    amount, weight, both = (table.match(code) for code in ("2112345012506", "2212345012343", "221234501234012509"))
    assert amount and weight and both  # noqa: PT018  # for the types
    assert (amount.key, amount.price, amount.weight_g) == ("02112345000008", 1250, None)
    assert (weight.key, weight.price, weight.weight_g) == ("02212345000005", None, Decimal(1234))
    assert (both.key, both.price, both.weight_g) == ("221234500000000009", 1250, Decimal(1234))


def test_a_currency_without_minor_units_takes_whole_prices() -> None:
    own = Pattern("yen", "21IIIIIPPPPPK", (Vector(code="2112345012506", price="1250"),))
    measure = PatternTable("JPY", [own]).match("2112345012506")
    assert measure is not None
    assert measure.price == 1250
    with pytest.raises(ConfigError, match="pattern 'cn amount 21': expected at most 0 decimals"):
        pattern_table("JPY", ["cn"])


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (["cn", "odoo"], ("cn amount 21", "odoo weight 21")),
        (["cn", "cn_6_digit_item"], ("cn amount 21", "cn amount 2")),
        (["cn_6_digit_item", "de"], ("cn amount 2", "de price 22")),
        (["cn_18_amount_first", "cn_18_weight_first"], ("cn amount and weight 22", "cn weight and amount 22")),
        (["fi", "fi"], ("nordic weight 23", "nordic weight 23")),
    ],
)
def test_two_patterns_of_one_code_are_refused_by_name(names: list[str], both: tuple[str, str]) -> None:
    with pytest.raises(ConfigError) as caught:
        pattern_table("EUR", names)
    assert all(repr(name) in str(caught.value) for name in both)
    assert "\n" not in str(caught.value)


def test_patterns_that_no_code_fits_twice_stand_side_by_side() -> None:
    # A UPC-A's 2… is an EAN-13's 02…, and 18 digits are not 13.
    assert pattern_table("USD", ["us", "cn", "cn_18_amount_first"]).match("0212345312506") is not None


@pytest.mark.parametrize(
    ("layout", "why"),
    [
        ("IIIIIIIPPPPPK", "prefix"),
        ("21IIIIIPPPP", "an item"),
        ("21IIIIIIIIIIK", "a value"),
        ("21PPPPPPPPPPK", "an item"),
        ("21IIPPPPPPPIK", "side by side"),
        ("21IIIIIPPPPPP", "K at the end"),
        ("21IIIICPPPPPPK", "one C"),
        ("21ICIIIIPPPPK", "side by side"),
        ("21IIIICCPPPPK", "one C"),
        ("21IIIII.PPPPPK", "point"),
        ("21IIIIIPPPPP.K", "point"),
        ("21IIIIIP.PP.PPK", "point"),
        ("22DDDIIIIIIIK", "at most 2 digits"),
        ("21IIIIIPPPPPKK", "layout"),
        ("21IIIIIpppppK", "layout"),
        ("", "layout"),
        ("21I" + "P" * 40, "at most 32"),
        ("٢1IIIIIPPPPPK", "layout"),
    ],
)
def test_no_layout(layout: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PatternTable("CNY", [Pattern("ours", layout, (Vector(code="2112345012506"),))])
    assert "'ours'" in str(caught.value)
    assert "\n" not in str(caught.value)
    if why != "an item":
        assert why in str(caught.value)


@pytest.mark.parametrize(
    "vectors",
    [
        (),
        (Vector(code="2112345012507"),),
        (Vector(code="2212345012504"),),
        (Vector(code="211234501250"),),
        (Vector(code="21x2345012506"),),
        (Vector(code="2112345012506", price="12.51"),),
        (Vector(code="2112345012506", price="dear"),),
        (Vector(code="2112345012506", key="2112345000009"),),
        (Vector(code="2112345012506", weight_kg="1.250"),),
    ],
)
def test_a_pattern_that_its_vectors_do_not_prove_is_refused(vectors: tuple[Vector, ...]) -> None:
    with pytest.raises(ConfigError, match="pattern 'ours'"):
        PatternTable("CNY", [Pattern("ours", "21IIIIIPPP.PPK", vectors)])


def test_an_unknown_table_and_an_unknown_currency_are_named() -> None:
    with pytest.raises(ConfigError, match="found 'xx'"):
        pattern_table("EUR", ["xx"])
    with pytest.raises(ConfigError, match="found 'XXX'"):
        pattern_table("XXX")


def test_digits_marked_x_are_read_over() -> None:
    own = Pattern("scale", "29XXIIIIWW.WWWK", (Vector(code=with_check_digit("2907123401234"), key="29001234000009"),))
    with pytest.raises(ConfigError, match="expected key 29001234000009, found"):
        PatternTable("CNY", [own])
    one, two = (read_layout(own.layout).read(with_check_digit(code)) for code in ("2907123401234", "2999123405678"))
    assert one.key == two.key
