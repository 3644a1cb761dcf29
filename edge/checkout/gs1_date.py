"""Dates as GS1 codes carry them: YYMMDD. Pure.

Source: GS1 General Specifications, sections 3.4 (a day of 00 is the last of its month) and 7.12 (the century).
"""

import calendar
from datetime import date

import msgspec

from edge.checkout.barcode_error import BarcodeError, shown
from edge.checkout.gtin import is_digits

LENGTH = 6
CENTURY = 100
# A year this far ahead, or farther, belongs to the century before; this far back, or farther, to the next.
AHEAD = 51
BACK = -50
_A_LEAP_YEAR = 2000
_MONTHS = range(1, 13)


class Gs1Date(msgspec.Struct, frozen=True):
    """A day without its century, which only a calendar can add.

    Attributes:
        year: 0 to 99.
        month: 1 to 12.
        day: 0 to 31; 0 for the last day of the month.
    """

    year: int
    month: int
    day: int

    def on(self, today: date) -> date:
        """The day meant, seen from `today`: between 49 years before and 50 after."""
        difference = self.year - today.year % CENTURY
        year = today.year - today.year % CENTURY + self.year
        if difference >= AHEAD:
            year -= CENTURY
        elif difference <= BACK:
            year += CENTURY
        last = calendar.monthrange(year, self.month)[1]
        return date(year, self.month, min(self.day, last) or last)


def read_date(digits: str, what: str) -> Gs1Date:
    """YYMMDD as a date.

    Args:
        digits: the value of the element.
        what: its name in an error.

    Raises:
        BarcodeError: there is no such day.
    """
    if is_digits(digits) and len(digits) == LENGTH:
        year, month, day = (int(digits[n : n + 2]) for n in (0, 2, 4))
        # The longest the month may be, whatever the century.
        if month in _MONTHS and day <= calendar.monthrange(_A_LEAP_YEAR + year % 4, month)[1]:
            return Gs1Date(year, month, day)
    raise BarcodeError(f"{what} as YYMMDD", shown(digits))
