"""Tax lines of a bill. Pure.

The tax of a class is taken from the class's whole amount, once, and not line by line: so the lines of the receipt add
up to the total, and no tax is off by a minor unit for each line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from edge.checkout.money import PER_CENT, Rounding, rounded
from edge.errors import ConfigError


@dataclass(frozen=True)
class TaxTerms:
    """How a shop is taxed.

    Attributes:
        rates: per cent by the name of the tax class; 0 or more.
        included: whether prices hold the tax already (as in China and Europe) or it is added (as in the US).
        rounding: of the tax of one class.
    """

    rates: Mapping[str, Decimal]
    included: bool = True
    rounding: Rounding = Rounding.HALF_UP

    def __post_init__(self) -> None:
        """Refuse rates that are none.

        Raises:
            ConfigError: a rate is negative, or above 100.
        """
        for name, rate in self.rates.items():
            if not 0 <= rate <= PER_CENT:
                raise ConfigError(f"tax class {name!r}: expected a rate of 0 to 100 per cent, found {rate}; mend it")


@dataclass(frozen=True)
class TaxLine:
    """The tax of one class. Amounts in minor units; net + tax = gross.

    Attributes:
        name: of the class.
        rate: per cent.
        net: without tax.
        tax: the tax.
        gross: with tax.
    """

    name: str
    rate: Decimal
    net: int
    tax: int
    gross: int


def tax_lines(amounts: Mapping[str, int], terms: TaxTerms) -> tuple[TaxLine, ...]:
    """One tax line a class that occurs, by name.

    Args:
        amounts: minor units by tax class, as priced: with the tax where `terms` has it included, else without.
        terms: must know each class.
    """
    return tuple(_line(name, amounts[name], terms) for name in sorted(amounts))


def _line(name: str, amount: int, terms: TaxTerms) -> TaxLine:
    rate = Fraction(terms.rates[name])
    if terms.included:
        tax = rounded(amount * rate / (PER_CENT + rate), terms.rounding)
        return TaxLine(name, terms.rates[name], amount - tax, tax, amount)
    tax = rounded(amount * rate / PER_CENT, terms.rounding)
    return TaxLine(name, terms.rates[name], amount, tax, amount + tax)
