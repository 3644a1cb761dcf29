"""The shop's table of variable-measure patterns, each with codes that prove it. Pure."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from edge.checkout.barcode_error import BarcodeError
from edge.checkout.currency import Currency, currency, minor_units
from edge.checkout.gtin import EAN_13_LENGTH, GTIN_14, UPC_A_LENGTH, is_digits
from edge.checkout.layout import Layout, Measured, read_layout
from edge.errors import ConfigError

GRAMS_PER_KG = 1000


class Vector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code from a real label, and what it must give. What is not given is not asked for.

    Attributes:
        code: the digits under the bars.
        key: the look-up key, in the length of the code.
        weight_kg, price: as decimal texts; the price in major units.
        number: pieces.
        discount: per cent.
    """

    code: str
    key: str | None = None
    weight_kg: str | None = None
    price: str | None = None
    number: int | None = None
    discount: int | None = None


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of label.

    Attributes:
        name: of the table's own, for errors and events.
        layout: as `edge.checkout.layout` describes it.
        vectors: at least one code that it must read.
    """

    name: str
    layout: str
    vectors: tuple[Vector, ...]


@dataclass(frozen=True)
class VariableMeasure:
    """What a label says, in the units of the house.

    Attributes:
        pattern: the name of the pattern that read it.
        key: the look-up key: 14 digits where the code is as long as a GTIN, else as many as the code has.
        weight_g: net.
        price: minor units, of the package.
        count: pieces.
        discount_percent: 1 to 99.
    """

    pattern: str
    key: str
    weight_g: Decimal | None = None
    price: int | None = None
    count: int | None = None
    discount_percent: int | None = None


class PatternTable:
    """The patterns of one shop, proved and free of overlap."""

    def __init__(self, currency_code: str, patterns: Iterable[Pattern] = ()) -> None:
        """Prove the patterns.

        Args:
            currency_code: ISO 4217; of the prices in the labels.
            patterns: in any order: no code fits two.

        Raises:
            ConfigError: a layout or a vector is wrong, or two patterns can match one code; one line names them.
        """
        self.currency = currency(currency_code)
        self._rows = [(pattern, _layout(pattern)) for pattern in patterns]
        for (one, a), (two, b) in itertools.combinations(self._rows, 2):
            if a.overlaps(b) or one.name == two.name:
                raise ConfigError(
                    f"expected patterns that no code fits twice, found {one.name!r} ({a.text}) and {two.name!r}"
                    f" ({b.text}); take one out"
                )
        for pattern, layout in self._rows:
            _demand_fine_enough(pattern, layout, self.currency)
            _prove(pattern, layout)

    def match(self, digits: str) -> VariableMeasure | None:
        """What a code says by the pattern that it fits; None when it fits none.

        Args:
            digits: ASCII digits; a UPC-A with the zero that makes it an EAN-13.

        Raises:
            BarcodeError: it fits one, but a check digit is wrong or a value is zero.
        """
        for pattern, layout in self._rows:
            if layout.fits(digits):
                return self._measure(pattern, layout.read(digits))
        return None

    def _measure(self, pattern: Pattern, measured: Measured) -> VariableMeasure:
        values = measured.values
        weight, price, count, discount = (values.get(sign) for sign in "WPND")
        return VariableMeasure(
            pattern=pattern.name,
            key=measured.key.zfill(GTIN_14),
            weight_g=None if weight is None else weight * GRAMS_PER_KG,
            price=None if price is None else minor_units(price, self.currency),
            count=None if count is None else int(count),
            discount_percent=None if discount is None else int(discount),
        )


def _layout(pattern: Pattern) -> Layout:
    try:
        return read_layout(pattern.layout)
    except ConfigError as error:
        raise ConfigError(f"pattern {pattern.name!r}: {error}") from error


def _demand_fine_enough(pattern: Pattern, layout: Layout, of: Currency) -> None:
    decimals = layout.decimals.get("P", 0)
    if decimals > of.digits:
        raise ConfigError(
            f"pattern {pattern.name!r}: expected at most {of.digits} decimals in a price of {of.code},"
            f" found {decimals} in {layout.text}; move the point"
        )


def _prove(pattern: Pattern, layout: Layout) -> None:
    if not pattern.vectors:
        raise ConfigError(f"pattern {pattern.name!r}: expected a code that proves it, found none; add a vector")
    for vector in pattern.vectors:
        code = vector.code.zfill(EAN_13_LENGTH) if len(vector.code) == UPC_A_LENGTH else vector.code
        try:
            _demand_fit(layout, code)
            _compare(vector, layout.read(code))
        except (BarcodeError, ConfigError) as error:
            raise ConfigError(f"pattern {pattern.name!r}, vector {vector.code!r}: {error}") from error


def _demand_fit(layout: Layout, code: str) -> None:
    if not is_digits(code) or not layout.fits(code):
        raise ConfigError(f"expected a code of layout {layout.text}, found another; mend the layout or the vector")


def _compare(vector: Vector, measured: Measured) -> None:
    if vector.key is not None and measured.key != vector.key.zfill(len(measured.key)):
        raise ConfigError(f"expected key {vector.key}, found {measured.key}; mend the layout or the vector")
    told = {"W": vector.weight_kg, "P": vector.price, "N": vector.number, "D": vector.discount}
    for sign, expected in told.items():
        found = measured.values.get(sign)
        if expected is not None and found != _decimal(str(expected)):
            raise ConfigError(f"expected {sign} = {expected}, found {found}; mend the layout or the vector")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ConfigError(f"expected a decimal, found {text!r}") from None
