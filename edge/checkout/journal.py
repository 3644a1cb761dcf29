"""A lane's journal: all that happened there, on the disk before anything follows from it.

One SQLite file a lane (WAL, synchronous=FULL), append-only, each entry chained to the one before by its hash. The state
is kept beside it now and then, so that a restart reads little; so are the price books that sessions were begun with and
the learned weights, so that a replay needs nothing else. Sessions older than a month go.
"""

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from edge.checkout.bagging.learning import WeightBook
from edge.checkout.journal_entry import GENESIS, Entry, encode, link
from edge.checkout.journal_file import WEIGHTS, open_file
from edge.checkout.journal_reader import JournalError, JournalReader
from edge.checkout.session.state import LaneState

KEPT = timedelta(days=30)
# Of entries and snapshots; beyond it the older half goes, whatever its age.
MOST_BYTES = 512 * 1024 * 1024


class Journal(JournalReader):
    """One lane's journal, with its one writer.

    Attributes:
        damage: what was wrong with the file when it was opened, and what was done; empty where nothing was.
    """

    def __init__(self, path: Path, name: str, *, kept: timedelta = KEPT, most_bytes: int = MOST_BYTES) -> None:
        """Open it; make it where there is none.

        Args:
            path: the file; its folder is made.
            name: of a new journal.
            kept: how long a session can be replayed.
            most_bytes: how large the file grows.

        Raises:
            JournalError: the disk does not let us.
        """
        self._kept, self._most_bytes = kept, most_bytes
        try:
            opened = open_file(path, name)
        except (sqlite3.Error, OSError) as error:
            raise JournalError(f"expected a journal at {path}, found {error}; see whether its disk is sound") from error
        super().__init__(opened.db, path)
        self.damage = opened.damage
        row = self._db.execute("SELECT n, link FROM entry ORDER BY n DESC LIMIT 1").fetchone()
        self._n: int = row[0] if row else 0
        self._link: bytes = row[1] if row else GENESIS

    @property
    def last(self) -> int:
        """The number of the last entry; 0 before the first."""
        return self._n

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries down, all or none; they are on the disk when this returns.

        Raises:
            JournalError: they are not.
        """
        rows, before = [], self._link
        for entry in entries:
            data = encode(entry)
            before = link(before, data)
            rows.append((entry.n, entry.session, data, before))
        with self._transaction():
            self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)
        self._n, self._link = self._n + len(rows), before

    def keep(self, state: LaneState, weights: WeightBook, now: datetime) -> None:
        """Keep the state after the last entry, and what products weigh; let old sessions go.

        Raises:
            JournalError: it could not be written.
        """
        row = (self._n, now.isoformat(), msgspec.json.encode(state))
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", row)
            self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (WEIGHTS, msgspec.json.encode(weights)))
            self._forget(now)

    def keep_book(self, version: str, form: str, text: str, now: datetime) -> None:
        """Keep the price book that a session is begun with; it goes some time after the last such session.

        Raises:
            JournalError: it could not be written.
        """
        row = (version, form, zlib.compress(text.encode()), now.isoformat())
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO price_book VALUES (?, ?, ?, ?)", row)

    def _forget(self, now: datetime) -> None:
        """Let go what is too old, and half of it when there is too much; but for the snapshot that history begins with.

        The entry that this was made after stays: the chain hangs on it.
        """
        oldest = (now - self._kept).isoformat()
        begin = self._db.execute("SELECT max(n) FROM snapshot WHERE wall < ?", (oldest,)).fetchone()[0]
        if self._bytes() > self._most_bytes:
            half = self._db.execute("SELECT (min(n) + max(n)) / 2 FROM snapshot").fetchone()[0]
            middle = self._db.execute("SELECT max(n) FROM snapshot WHERE n <= ?", (half,)).fetchone()[0]
            begin = max(begin or 0, middle or 0)
        if begin:
            self._db.execute("DELETE FROM entry WHERE n < ?", (begin,))
            self._db.execute("DELETE FROM snapshot WHERE n < ?", (begin,))
        self._db.execute("DELETE FROM price_book WHERE used < ?", ((now - 2 * self._kept).isoformat(),))

    def _bytes(self) -> int:
        page, pages, free = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
        return int(page * (pages - free))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(
                f"expected to write to {self._path}, found {error}; see whether its disk is full"
            ) from error
