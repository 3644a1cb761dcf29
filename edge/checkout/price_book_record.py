"""One record of a price book file: its values, checked one by one. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from edge.checkout.barcode_error import BarcodeError
from edge.checkout.currency import Currency, minor_units
from edge.checkout.gtin import LENGTHS, gtin14, is_digits
from edge.errors import ConfigError

LONGEST_NAME = 200
LONGEST_SHOWN = 40
PLU_LENGTHS = (4, 5)
# Look-up keys of store-defined labels that are longer than a GTIN.
STORE_KEY_LENGTHS = range(15, 33)

_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


class PriceBookError(ConfigError):
    """A price book file is refused: a person must mend it. The book in use stays.

    Attributes:
        line: of the file, from 1; None when the whole is meant.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line


def shown(value: object) -> str:
    """A value as an error shows it: short, on one line."""
    if value is None:
        return "nothing"
    text = ascii(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


class Record:
    """Named values of one line, as texts (CSV) or as JSON has them. An empty text is no value."""

    def __init__(self, line: int, values: Mapping[str, object]) -> None:
        """Keep what has a value."""
        self.line = line
        self._values = {name: value for name, value in values.items() if value is not None and value != ""}

    def refuse(self, name: str, expected: str, found: object) -> PriceBookError:
        """The error of one value."""
        return PriceBookError(f"{name}: expected {expected}, found {shown(found)}; mend this line", self.line)

    def demand_known(self, known: Collection[str]) -> None:
        """Refuse a name that means nothing here.

        Raises:
            PriceBookError: there is one.
        """
        for name in self._values:
            if name not in known:
                raise PriceBookError(
                    f"expected one of {', '.join(known)}, found {shown(name)}; mend the name", self.line
                )

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        """A printable text of 1 to 200 characters."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value.isprintable() or not 1 <= len(value.strip()) <= LONGEST_NAME:
            raise self.refuse(name, f"a text of 1 to {LONGEST_NAME} printable characters", value)
        return value.strip()

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """One of the choices."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or value not in choices:
            raise self.refuse(name, " or ".join(choices), value)
        return value

    def decimal(self, name: str) -> Decimal:
        """A decimal of up to nine digits and six decimals."""
        value = self._values.get(name)
        text = "" if value is None or isinstance(value, bool) else str(value)
        if not _DECIMAL.fullmatch(text):
            raise self.refuse(name, "a decimal such as 12.50", value)
        return Decimal(text)

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number in a range, both ends included."""
        if default is not None and not self.has(name):
            return default
        value = self.decimal(name)
        if value != int(value) or not least <= value <= most:
            raise self.refuse(name, f"a whole number from {least} to {most}", value)
        return int(value)

    def grams(self, name: str) -> Decimal | None:
        """Grams, 0 or more; None when there is no value."""
        if not self.has(name):
            return None
        value = self.decimal(name)
        if value < 0:
            raise self.refuse(name, "grams of 0 or more", value)
        return value

    def money(self, name: str, currency: Currency) -> int:
        """Major units above zero, as minor ones."""
        value = self.decimal(name)
        amount = minor_units(value, currency)
        if value <= 0:
            raise self.refuse(name, "an amount above 0", value)
        if amount is None:
            raise self.refuse(name, f"at most {currency.digits} decimals of {currency.code}", value)
        return amount

    def percent(self, name: str) -> Decimal:
        """A percentage above 0, up to 100."""
        value = self.decimal(name)
        if not 0 < value <= 100:  # noqa: PLR2004  # per cent
            raise self.refuse(name, "a percentage above 0 and up to 100", value)
        return value

    def key(self, name: str) -> str:
        """A look-up key: GTIN-14 of a GTIN, or a PLU or a long store key as it is."""
        return self._key(name, self._values.get(name))

    def keys(self, name: str) -> frozenset[str]:
        """A list of look-up keys, at least one."""
        value = self._values.get(name)
        if not isinstance(value, list) or not value:
            raise self.refuse(name, "a list of codes", value)
        return frozenset(self._key(name, one) for one in value)

    def time(self, name: str) -> datetime | None:
        """A time with its zone; None when there is no value."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            time = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            raise self.refuse(name, "a time with its zone such as 2026-01-31T08:00:00+08:00", value)
        return time

    def times(self) -> tuple[datetime | None, datetime | None]:
        """From when and until when the record holds."""
        since, until = self.time("since"), self.time("until")
        if since and until and until <= since:
            raise self.refuse("until", f"a time after {since.isoformat()}", until.isoformat())
        return since, until

    def _key(self, name: str, value: object) -> str:
        digits = value if isinstance(value, str) else ""
        if is_digits(digits) and (len(digits) in PLU_LENGTHS or len(digits) in STORE_KEY_LENGTHS):
            return digits
        if not is_digits(digits) or len(digits) not in LENGTHS:
            raise self.refuse(name, "a GTIN in digits, a PLU of 4 or 5, or a store key of 15 to 32, as text", value)
        try:
            return gtin14(digits)
        except BarcodeError as error:
            raise self.refuse(name, error.expected, digits) from error
