"""Currencies and their minor units. Pure.

Source: ISO 4217, list one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from edge.errors import ConfigError


@dataclass(frozen=True)
class Currency:
    """One currency.

    Attributes:
        code: three letters.
        numeric: three digits, as GS1 codes name it.
        digits: decimals of the major unit; 0 for the yen, 3 for the Kuwaiti dinar.
    """

    code: str
    numeric: str
    digits: int


_NO_MINOR_UNIT = "CLP152 ISK352 JPY392 KRW410 PYG600 UGX800 VND704 XAF950 XOF952"
_TWO_DIGITS = (
    "AED784 ARS032 AUD036 BDT050 BGN975 BRL986 CAD124 CHF756 CNY156 COP170 CZK203 DKK208 EGP818 EUR978 GBP826 GEL981"
    " HKD344 HUF348 IDR360 ILS376 INR356 KES404 KZT398 LKR144 MAD504 MOP446 MXN484 MYR458 NGN566 NOK578 NZD554 PEN604"
    " PHP608 PKR586 PLN985 QAR634 RON946 RSD941 RUB643 SAR682 SEK752 SGD702 THB764 TRY949 TWD901 UAH980 USD840 UYU858"
    " ZAR710"
)
_THREE_DIGITS = "BHD048 IQD368 JOD400 KWD414 LYD434 OMR512 TND788"

CURRENCIES: Mapping[str, Currency] = {
    one[:3]: Currency(one[:3], one[3:], digits)
    for digits, names in ((0, _NO_MINOR_UNIT), (2, _TWO_DIGITS), (3, _THREE_DIGITS))
    for one in names.split()
}


def currency(code: str) -> Currency:
    """The currency of that name.

    Raises:
        ConfigError: there is none in the table.
    """
    found = CURRENCIES.get(code)
    if found is None:
        raise ConfigError(f"expected an ISO 4217 code such as CNY or EUR, found {code!r}; write a currency in use")
    return found


def minor_units(amount: Decimal, of: Currency) -> int | None:
    """An amount of major units in minor ones; None when it is finer than those.

    Args:
        amount: finite, of any sign.
        of: the currency.
    """
    numerator, denominator = amount.as_integer_ratio()
    whole, rest = divmod(numerator * 10**of.digits, denominator)
    return None if rest else whole


def major_units(amount: int, of: Currency) -> str:
    """An amount of minor units as people write it, such as ``12.30``."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 10**of.digits)
    return f"{sign}{whole}.{rest:0{of.digits}d}" if of.digits else f"{sign}{whole}"
