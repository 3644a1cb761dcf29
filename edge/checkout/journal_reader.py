"""What a lane's journal holds, for its lane after a start, and for whoever replays it."""

import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from edge.checkout.bagging.learning import WeightBook
from edge.checkout.journal_entry import Entry, Resumed, decode
from edge.checkout.journal_file import FORMER, NAME, WEIGHTS, open_readonly
from edge.checkout.session.state import LaneState
from edge.errors import StoreEdgeError


class JournalError(StoreEdgeError):
    """The journal cannot be read or written."""


class JournalReader:
    """One lane's journal, to be read; its lane may go on writing. Use as a context manager.

    Attributes:
        name: session and receipt numbers begin with it.
        former: the name that it had before its tail was cut off; empty for none.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path
        self.name, self.former = self._value(NAME).decode(), self._value(FORMER).decode()

    @classmethod
    def open(cls, path: Path) -> "JournalReader":
        """Open a journal, and change nothing.

        Raises:
            JournalError: there is none that can be read.
        """
        try:
            return JournalReader(open_readonly(path), path)
        except sqlite3.Error as error:
            raise JournalError(f"expected a lane's journal at {path}, found {error}; name its file") from error

    def book(self, version: str) -> tuple[str, str] | None:
        """Form and text of a price book that was kept; None where it was not.

        Raises:
            JournalError: the journal cannot be read.
        """
        try:
            row = self._db.execute("SELECT form, text FROM price_book WHERE version = ?", (version,)).fetchone()
        except sqlite3.Error as error:
            raise JournalError(
                f"expected to read {self._path}, found {error}; see whether its disk is sound"
            ) from error
        return None if row is None else (row[0], zlib.decompress(row[1]).decode())

    def resume(self) -> Resumed:
        """Where the lane stands."""
        last, state = self._snapshot("1", ())
        return Resumed(state, last, tuple(self.entries(after=last)))

    def before(self, n: int) -> Resumed:
        """The newest snapshot that was made before entry `n`, and the entries from there up to it, `n` left out."""
        last, state = self._snapshot("n < ?", (n,))
        return Resumed(state, last, tuple(self.entries(after=last, upto=n - 1)))

    def sessions(self) -> list[tuple[str, int, int]]:
        """The sessions that can be replayed: id, first and last entry; the oldest first."""
        rows = self._db.execute(
            "SELECT session, min(n), max(n) FROM entry WHERE session <> '' GROUP BY session ORDER BY min(n)"
        )
        return [(session, first, last) for session, first, last in rows]

    def weights(self) -> WeightBook:
        """What products weigh, as it was kept last."""
        found = self._value(WEIGHTS)
        return msgspec.json.decode(found, type=WeightBook) if found else WeightBook()

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Entries in their order.

        Args:
            after: from the one behind this number on.
            upto: the last one; None for all.
        """
        rows = self._db.execute("SELECT data FROM entry WHERE n > ? AND n <= ifnull(?, n) ORDER BY n", (after, upto))
        for (data,) in rows:
            yield decode(data)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _snapshot(self, where: str, values: tuple[int, ...]) -> tuple[int, LaneState]:
        row = self._db.execute(
            f"SELECT n, state FROM snapshot WHERE {where} ORDER BY n DESC LIMIT 1",  # noqa: S608 - a text of our own
            values,
        ).fetchone()
        return (0, LaneState()) if row is None else (row[0], msgspec.json.decode(row[1], type=LaneState))

    def _value(self, key: str) -> bytes:
        row = self._db.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else b""
