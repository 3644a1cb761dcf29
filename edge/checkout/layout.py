"""How the digits of a variable-measure code are laid out. Pure.

A layout is one text, a sign a digit, in the order of the code:

    2…  digits in front   the prefix that tells the layout from others; at least one
    I   item              which product; part of the look-up key
    C   inner check       GS1's price or weight check digit over the 4 or 5 digits of value that follow at once
    W   weight            kilograms
    P   price             of this package, in the currency's major unit
    N   number            pieces
    D   discount          per cent off
    X   anything          a scale's or a counter's number; read over
    K   final check       mod 10 over all before it; must be there where the length is a GTIN's

A point among the signs of a weight or a price is where its decimals begin; it is not in the code. So ``28IIIICWW.WWWK``
is Germany's weight label: prefix 28, four digits of item, an inner check digit, five digits of kilograms with three
decimals, the EAN's own check digit. A layout of 12 digits (a UPC-A) is meant with the zero that makes it an EAN-13.

Source: GS1 General Specifications, sections 2.1.11 and 7.9.2 to 7.9.4 (inner check digits).
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from biip.checksums import gs1_price_weight_check_digit

from edge.checkout.barcode_error import BarcodeError, shown
from edge.checkout.gtin import LENGTHS, UPC_A_LENGTH, check_digit, demand_check_digit
from edge.errors import ConfigError

LONGEST = 32
VALUES = "WPND"
WITH_DECIMALS = "WP"
WORDS = {"W": "weight", "P": "price", "N": "number of pieces", "D": "discount"}

_FORM = re.compile(r"(?P<prefix>[0-9]+)(?P<body>[ICWPNDX.]+)(?P<final>K?)")


@dataclass(frozen=True)
class Measured:
    """What a variable-measure code says.

    Attributes:
        key: the code with its values and X at zero and its check digits made anew.
        values: by the sign of the layout: kilograms, major units, pieces, per cent; each above zero.
    """

    key: str
    values: Mapping[str, Decimal]


@dataclass(frozen=True)
class Layout:
    """A layout, taken apart.

    Attributes:
        text: as it was written.
        prefix: the digits in front.
        signs: one a digit of the code, without points; the prefix stands as itself.
        decimals: of the values that have a point.
    """

    text: str
    prefix: str
    signs: str
    decimals: Mapping[str, int]

    def overlaps(self, other: "Layout") -> bool:
        """Whether one code can fit both."""
        return len(self.signs) == len(other.signs) and (
            self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)
        )

    def fits(self, digits: str) -> bool:
        """Whether a code has this length and prefix."""
        return len(digits) == len(self.signs) and digits.startswith(self.prefix)

    def read(self, digits: str) -> Measured:
        """What a code that fits says.

        Raises:
            BarcodeError: a check digit is wrong, or a value is zero.
        """
        if self.signs[-1] == "K":
            demand_check_digit(digits)
        at = self.signs.find("C")
        if at >= 0 and digits[at] != (right := self._inner(digits)):
            raise BarcodeError(f"inner check digit {right}", f"{digits[at]} in {shown(digits)} (layout {self.text})")
        values = {sign: self._value(sign, digits) for sign in VALUES if sign in self.signs}
        for sign, value in values.items():
            if not value:
                raise BarcodeError(f"a {WORDS[sign]} above zero in the label", shown(digits))
        return Measured(self._key(digits), values)

    def _run(self, sign: str) -> slice:
        return slice(self.signs.index(sign), self.signs.rindex(sign) + 1)

    def _value(self, sign: str, digits: str) -> Decimal:
        return Decimal(int(digits[self._run(sign)])).scaleb(-self.decimals.get(sign, 0))

    def _inner(self, digits: str) -> str:
        sign = self.signs[self.signs.index("C") + 1]
        return str(gs1_price_weight_check_digit(digits[self._run(sign)]))

    def _key(self, digits: str) -> str:
        zeroed = "".join(d if sign in "0123456789I" else "0" for d, sign in zip(digits, self.signs, strict=True))
        # The inner check digit of zeros is zero in both its forms.
        return zeroed[:-1] + str(check_digit(zeroed[:-1])) if self.signs[-1] == "K" else zeroed


def read_layout(text: str) -> Layout:
    """A layout from its text.

    Raises:
        ConfigError: it is none; one line says why.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise ConfigError(f"expected a layout of a prefix, then I C W P N D X, then K, found {text!r}; see the manual")
    body = form["body"]
    runs = ["".join(run) for _, run in itertools.groupby(body.replace(".", ""))]
    prefix, decimals = form["prefix"], _decimals(body, text)
    signs = prefix + "".join(runs) + form["final"]
    _demand_sense(text, signs, runs)
    if len(signs) == UPC_A_LENGTH:
        prefix, signs = f"0{prefix}", f"0{signs}"
    return Layout(text, prefix, signs, decimals)


def _decimals(body: str, text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for point in re.finditer(r"\.", body):
        sign = body[: point.start()][-1:]
        behind = re.match(rf"{sign}+", body[point.end() :]) if sign and sign in WITH_DECIMALS else None
        if behind is None or sign in found:
            raise ConfigError(f"layout {text!r}: expected one point inside of a weight or a price, found another")
        found[sign] = len(behind[0])
    return found


def _demand_sense(text: str, signs: str, runs: list[str]) -> None:
    kinds = [run[0] for run in runs]
    split = [kind for kind in kinds if kind != "X" and kinds.count(kind) > 1]
    checks = [n for n, kind in enumerate(kinds) if kind == "C"]
    if split:
        raise ConfigError(f"layout {text!r}: expected the {split[0]} side by side, found them in two places; join them")
    if "I" not in kinds or not set(kinds) & set(VALUES):
        raise ConfigError(f"layout {text!r}: expected an item (I) and a value (W, P, N or D), found one alone; add it")
    for n in checks:
        behind = runs[n + 1] if n + 1 < len(runs) else ""
        if len(runs[n]) != 1 or behind[:1] not in tuple("WPN") or len(behind) not in {4, 5}:
            raise ConfigError(
                f"layout {text!r}: expected one C before 4 or 5 signs of value, found it elsewhere; move it"
            )
    if signs.count("D") > 2:  # noqa: PLR2004  # 99 per cent
        raise ConfigError(f"layout {text!r}: expected a discount of at most 2 digits, found more; shorten it")
    if len(signs) > LONGEST:
        raise ConfigError(f"layout {text!r}: expected at most {LONGEST} digits, found {len(signs)}; shorten it")
    if len(signs) in LENGTHS and not signs.endswith("K"):
        raise ConfigError(f"layout {text!r}: expected K at the end of {len(signs)} digits, found none; add it")
