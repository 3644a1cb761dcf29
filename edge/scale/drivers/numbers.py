"""What scales write as a number, strictly read, in grams. Pure.

Without a checksum a lost or doubled byte can only be seen by its effect on the layout: a scale does not change the
width, decimal places or unit of its figures from one frame to the next. So a new layout is believed only when it stays.
"""

import re
from collections.abc import Hashable
from typing import NamedTuple

from edge.scale.driver import DriverCounts
from edge.scale.reading import GRAMS_PER_UNIT

# Spaces, sign, digits with at most one point among them. No exponent, no underscore, no word.
DECIMAL = re.compile(rb" *([+-]?) *([0-9]*)(?:\.([0-9]+))?")
# As manuals write them: keys of `GRAMS_PER_UNIT`. MG is left out, for nobody can tell it from a megagram.
UNITS = {
    b"g": "g",
    b"G": "g",
    b"kg": "kg",
    b"Kg": "kg",
    b"KG": "kg",
    b"mg": "mg",
    b"t": "t",
    b"lb": "lb",
    b"LB": "lb",
    b"oz": "oz",
    b"OZ": "oz",
}
# A new layout must come so many times in a row; so many are known at a time (an unpadded number has one a width).
IN_A_ROW, KNOWN = 4, 8


class Decimal(NamedTuple):
    """A decimal number: `digits` / 10 ** `places`."""

    digits: int
    places: int


def read_decimal(text: bytes) -> Decimal | None:
    """A right-aligned decimal number, of any sign; None when `text` is anything else."""
    match = DECIMAL.fullmatch(text)
    if match is None:
        return None
    sign, whole, part = match.groups(b"")
    if not whole + part:
        return None
    digits = int(whole + part)
    return Decimal(-digits if sign == b"-" else digits, len(part))


def grams(number: Decimal, unit: str) -> float:
    """A number of `unit`, a key of `GRAMS_PER_UNIT`, in grams; rounded once."""
    return number.digits * GRAMS_PER_UNIT[unit] / 10.0**number.places


class Layouts:
    """Which layouts are believed: the first one, and any that comes four times in a row."""

    def __init__(self) -> None:
        self._known: dict[Hashable, None] = {}
        self._new: Hashable = None
        self._times = 0

    def believes(self, layout: Hashable) -> bool:
        """Whether a frame of this layout may be used."""
        if layout in self._known:
            self._times = 0
            return True
        self._times = self._times + 1 if layout == self._new else 1
        self._new = layout
        if self._known and self._times < IN_A_ROW:
            return False
        if len(self._known) == KNOWN:
            del self._known[next(iter(self._known))]
        self._known[layout] = None
        self._times = 0
        return True


class UnitWatch:
    """Notices when the unit in a stream becomes another one."""

    def __init__(self, counts: DriverCounts) -> None:
        self._counts = counts
        self._unit: str | None = None

    def see(self, unit: str) -> None:
        """The unit of one more frame."""
        if unit != self._unit:
            self._counts.unit_changes += self._unit is not None
            self._unit = unit

    def reset(self) -> None:
        """The next unit is the first one."""
        self._unit = None


class WeightText:
    """The weights of one plate, as text without a checksum."""

    def __init__(self, counts: DriverCounts) -> None:
        """Begin with any layout.

        Args:
            counts: takes the changes of unit.
        """
        self._layouts = Layouts()
        self._units = UnitWatch(counts)

    def grams(self, text: bytes, unit: str | None, width: int) -> float | None:
        """A weight in grams; None when it is no number, has no unit of weight, or its layout is not believed.

        Args:
            text: the number.
            unit: a key of `GRAMS_PER_UNIT`; None for an unknown one.
            width: bytes of the whole frame, or of whatever part of it tells lost and doubled bytes.
        """
        number = read_decimal(text)
        if number is None or unit is None or not self._layouts.believes((width, number.places, unit)):
            return None
        self._units.see(unit)
        return grams(number, unit)

    def reset(self) -> None:
        """Another scale may be there: believe any layout again."""
        self._layouts = Layouts()
        self._units.reset()
