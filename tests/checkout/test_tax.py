"""Money and taxes to the minor unit."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.currency import CURRENCIES, currency, major_units, minor_units
from edge.checkout.money import Rounding, by_weight, percent_of, rounded, shared_out
from edge.checkout.tax import TaxTerms, tax_lines
from edge.errors import ConfigError
from tests.checkout.books import SALES_TAX, VAT

MODES = {Rounding.HALF_EVEN: ROUND_HALF_EVEN, Rounding.HALF_UP: ROUND_HALF_UP}
amounts = st.dictionaries(st.sampled_from(["standard", "reduced", "none"]), st.integers(0, 10**9))


@given(thousandths=st.integers(-(10**9), 10**9), rounding=st.sampled_from(Rounding))
def test_rounding_is_that_of_the_decimal_standard(thousandths: int, rounding: Rounding) -> None:
    expected = (Decimal(thousandths) / 1000).quantize(Decimal(1), MODES[rounding])
    assert rounded(Fraction(thousandths, 1000), rounding) == expected


@pytest.mark.parametrize(
    ("price_per_kg", "weight_g", "cost"),
    [(780, "1000", 780), (780, "1234", 963), (999, "500.5", 500), (100, "5", 1), (100, "4.999", 0), (1, "500", 1)],
)
def test_goods_by_weight_are_rounded_half_up(price_per_kg: int, weight_g: str, cost: int) -> None:
    assert by_weight(price_per_kg, Decimal(weight_g)) == cost


def test_percentages_are_rounded_half_up() -> None:
    assert [percent_of(amount, Decimal("12.5")) for amount in (100, 4, 3, 12)] == [13, 1, 0, 2]


@given(weights=st.lists(st.integers(0, 10**6), max_size=20), share=st.fractions(0, 1))
def test_shares_sum_up_and_none_is_above_its_weight(weights: list[int], share: Fraction) -> None:
    amount = int(sum(weights) * share)
    shares = shared_out(amount, weights)
    assert sum(shares) == amount
    assert all(0 <= one <= weight for one, weight in zip(shares, weights, strict=True))


@given(amounts=amounts, included=st.booleans(), rounding=st.sampled_from(Rounding))
def test_tax_lines_sum_up_to_the_amounts(amounts: dict[str, int], included: bool, rounding: Rounding) -> None:
    terms = TaxTerms(VAT.rates, included, rounding)
    lines = tax_lines(amounts, terms)
    assert [line.name for line in lines] == sorted(amounts)
    for line in lines:
        assert line.net + line.tax == line.gross
        assert (line.gross if included else line.net) == amounts[line.name]
        exact = Fraction(line.net) * Fraction(line.rate) / 100
        # A net amount that is itself rounded by half a unit moves the tax by less than that half again.
        assert abs(line.tax - exact) <= 1


@pytest.mark.parametrize(
    ("amount", "terms", "net", "tax", "gross"),
    [
        (11_300, VAT, 10_000, 1_300, 11_300),
        (100, VAT, 88, 12, 100),
        (1_000, SALES_TAX, 1_000, 89, 1_089),
        (400, TaxTerms({"standard": Decimal("0.125")}, included=False), 400, 1, 401),
        (400, TaxTerms({"standard": Decimal("0.125")}, False, Rounding.HALF_EVEN), 400, 0, 400),
    ],
)
def test_known_taxes(amount: int, terms: TaxTerms, net: int, tax: int, gross: int) -> None:
    (line,) = tax_lines({"standard": amount}, terms)
    assert (line.net, line.tax, line.gross) == (net, tax, gross)


def test_the_tax_of_a_class_is_taken_once_and_not_by_line() -> None:
    by_line = sum(tax_lines({"standard": 4}, VAT)[0].tax for _ in range(25))
    assert by_line == 0
    assert tax_lines({"standard": 100}, VAT)[0].tax == 12


@pytest.mark.parametrize("rate", [Decimal(-1), Decimal(101)])
def test_a_rate_that_is_none_is_refused(rate: Decimal) -> None:
    with pytest.raises(ConfigError, match="tax class 'x': expected a rate of 0 to 100"):
        TaxTerms({"x": rate})


@pytest.mark.parametrize(
    ("code", "amount", "minor"),
    [
        ("JPY", "1250", 1250),
        ("JPY", "12.5", None),
        ("CNY", "12.50", 1250),
        ("KWD", "1.234", 1234),
        ("CNY", "0.005", None),
    ],
)
def test_minor_units_by_currency(code: str, amount: str, minor: int | None) -> None:
    assert minor_units(Decimal(amount), currency(code)) == minor


@given(amount=st.integers(-(10**9), 10**9), code=st.sampled_from(sorted(CURRENCIES)))
def test_amounts_are_written_and_read_back(amount: int, code: str) -> None:
    assert minor_units(Decimal(major_units(amount, currency(code))), currency(code)) == amount


def test_currencies_have_numbers_of_their_own() -> None:
    assert len({one.numeric for one in CURRENCIES.values()}) == len(CURRENCIES)
    assert all(len(one.code) == len(one.numeric) == 3 and one.numeric.isdecimal() for one in CURRENCIES.values())
