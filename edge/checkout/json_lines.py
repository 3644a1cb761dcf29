"""JSON whose records know their lines, for errors a person can follow. Pure."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from edge.checkout.price_book_record import PriceBookError, Record

_BLANK = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class JsonRecords:
    """A JSON object, taken apart.

    Attributes:
        head: every value but the lists of records.
        lists: by name, the records.
    """

    head: Mapping[str, object]
    lists: Mapping[str, Sequence[Record]]


def read_json(text: str, lists: Collection[str]) -> JsonRecords:
    """One JSON object; the values named in `lists` are arrays of objects, each with its line.

    Raises:
        PriceBookError: it is no such JSON, or a name comes twice in one object; the error names the line.
    """
    return _Reader(text).whole(lists)


class _Reader:
    """Walks the outer object itself and leaves every value in it to `json`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines = 1
        self._counted = 0
        # Numbers keep their digits: no float comes near money. Constants are NaN and the infinities.
        self._decoder = json.JSONDecoder(
            parse_float=Decimal, parse_int=Decimal, parse_constant=self._refuse_constant, object_pairs_hook=self._object
        )

    def whole(self, lists: Collection[str]) -> JsonRecords:
        head: dict[str, object] = {}
        found: dict[str, list[Record]] = {}
        self._demand("{")
        more = not self._take("}")
        while more:
            name = self._value()
            self._demand(":")
            if not isinstance(name, str) or name in head or name in found:
                raise self._refuse("a name of its own, as text", ascii(name))
            if name in lists:
                found[name] = self._records()
            else:
                head[name] = self._value()
            more = self._more("}")
        if self._peek():
            raise self._refuse("nothing behind the object", ascii(self._peek()))
        return JsonRecords(head, found)

    def _records(self) -> list[Record]:
        records: list[Record] = []
        self._demand("[")
        more = not self._take("]")
        while more:
            self._peek()
            line = self._line()
            value = self._value()
            if not isinstance(value, dict):
                raise PriceBookError("expected an object, found another value; mend this line", line)
            records.append(Record(line, value))
            more = self._more("]")
        return records

    def _value(self) -> object:
        self._peek()
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self._refuse("JSON", f"none ({error.msg})") from error
        except ArithmeticError as error:
            raise self._refuse("a number", "one of too many digits") from error
        except RecursionError as error:
            raise self._refuse("JSON of a few levels", "one too deep") from error
        return value

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise self._refuse("names of their own in an object", "one twice")
        return found

    def _peek(self) -> str:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self._at += 1
        return True

    def _more(self, end: str) -> bool:
        if self._take(","):
            return True
        self._demand(end)
        return False

    def _demand(self, sign: str) -> None:
        if not self._take(sign):
            found = self._peek()
            raise self._refuse(repr(sign), ascii(found) if found else "the end; it was cut off, send it again")

    def _refuse_constant(self, name: str) -> NoReturn:
        raise self._refuse("a number", name)

    def _refuse(self, expected: str, found: str) -> PriceBookError:
        return PriceBookError(f"expected {expected}, found {found}; mend the file", self._line())

    def _line(self) -> int:
        """The line that is being read; it counts on from where it was asked last."""
        self._lines += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines
