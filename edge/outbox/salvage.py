"""What can be saved from a damaged outbox: copy what is readable into a new file with a new epoch.

Saved events keep their epoch and sequence, so that one which the cloud has already is recognised. What cannot be read
is not passed over in silence: it stands in the ledger as evicted, reason `damaged`.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from edge.codec import Source, decode_event
from edge.errors import CodecError
from edge.events import Stamp
from edge.outbox import notice, tables
from edge.outbox.tables import EventFields, Run, Runs

REASON = "damaged"
# How SQLite says that a part of a file cannot be read; SQLITE_ERROR: a table is not there. Any other failure (a full
# disk, no rights) passes, and the salvage is tried again later: it must not be taken for "nothing is readable".
UNREADABLE = (
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_ERROR",
    "SQLITE_IOERR_READ",
    "SQLITE_IOERR_SHORT_READ",
    "SQLITE_IOERR_CORRUPTFS",
)
HOLES = 10_000  # unreadable stretches in one table, at most
LARGEST_ID = 2**62

_SELECT = tables.each_priority(
    "SELECT id, source, epoch, sequence, type, stamp, data FROM event_N WHERE id > ? ORDER BY id"
)
_COPY = tables.each_priority("INSERT OR IGNORE INTO event_N VALUES (?, ?, ?, ?, ?, ?, ?)")
_LARGEST_SAVED = tables.each_priority("SELECT ifnull(max(id), 0) FROM event_N")
_stamps = msgspec.json.Decoder(Stamp)


def copy(damaged: Path, fresh: Path, now: Stamp) -> None:
    """Write what `damaged` still gives into the new file `fresh`, with a new epoch.

    Neither file is left open, nothing is synced yet, and `damaged` is not changed.

    Args:
        damaged: the old file; it may be missing, or no database at all.
        fresh: a file that is not there yet.
        now: names the new epoch and dates the report of what was lost.
    """
    with contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as new:
        # One file and no journal: it is worth nothing until it is complete, and then its owner syncs it.
        new.execute("PRAGMA journal_mode=OFF")
        new.execute("PRAGMA synchronous=OFF")
        new.executescript(tables.SCHEMA)
        new.execute("BEGIN")
        before = _copy_all(damaged, new) if damaged.exists() else ""
        lost = _balanced(new)
        epoch = tables.new_epoch(
            int(now.wall.timestamp() * 1000), [before, *(epoch for _, epoch in tables.accounts(new))]
        )
        new.execute("INSERT INTO outbox VALUES ('epoch', ?)", (epoch,))
        notice.evicted(new, lost, REASON, epoch=epoch, now=now)
        new.execute("COMMIT")


def _copy_all(damaged: Path, new: sqlite3.Connection) -> str:
    """Copy ledger and events; the old file's epoch, if it can be read."""
    epoch = ""
    # Read-only, so that even the closing leaves the old file and its log as they are.
    with contextlib.closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as old:
        # Else a file that was cut off is not read at all, for it is shorter than it says.
        old.execute("PRAGMA writable_schema=ON")
        old.text_factory = lambda text: text.decode(errors="replace")
        with _as_far_as_readable():
            lines = (row for row in old.execute("SELECT * FROM ledger") if _is_account(row))
            new.executemany("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?)", lines)
        with _as_far_as_readable():
            lines = (row for row in old.execute("SELECT * FROM evicted") if _is_eviction(row))
            new.executemany("INSERT OR REPLACE INTO evicted VALUES (?, ?, ?, ?)", lines)
        with _as_far_as_readable():
            memories = (row for row in old.execute("SELECT * FROM memory") if _is_memory(row))
            new.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", memories)
        for select, insert in zip(_SELECT, _COPY, strict=True):
            new.executemany(insert, (row for row in _events(old, select) if _is_event(row)))
        with _as_far_as_readable():
            epoch = tables.epoch_of(old)
    return epoch


def _balanced(db: sqlite3.Connection) -> Runs:
    """Close the ledger: what was accepted and is neither delivered, saved nor evicted is lost; this."""
    pending, evicted, ledger = tables.counted(db), tables.evictions(db), tables.accounts(db)
    # A row id is never used again: neither one that was given out nor one that was saved.
    newest = max(tables.newest(db), *(db.execute(select).fetchone()[0] for select in _LARGEST_SAVED))
    lost = Runs()
    for key in sorted({*pending, *evicted, *ledger}):
        saved, gone = pending.get(key, Run(0, 0, 0)), sum(evicted.get(key, {}).values())
        # Without its line: what came before the first saved event is taken for delivered.
        accepted, delivered = ledger.get(key, (0, max(0, saved.low - 1 - gone)))
        accepted = max(accepted, saved.high, saved.count + gone)
        missing = accepted - delivered - saved.count - gone
        if missing > 0:
            lost.add(key, missing, 1, accepted)
        # Below zero: acknowledged in a part that is lost. It will be delivered once more.
        line = (*key, accepted, delivered + min(0, missing), newest)
        db.execute("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?)", line)
    return lost


def _events(old: sqlite3.Connection, select: str) -> Iterator[EventFields]:
    """One table's rows, in order, on both sides of what is unreadable."""
    last: int | None = 0
    for _ in range(HOLES):
        if last is None:
            return
        try:
            for row in old.execute(select, (last,)):
                if row[0] <= last:
                    break  # a damaged page that points back
                last = row[0]
                yield row
            else:
                return
        except sqlite3.DatabaseError as error:
            _must_be_unreadable(error)
        last = _end_of_hole(old, select, last)


def _end_of_hole(old: sqlite3.Connection, select: str, before: int) -> int | None:
    """The first id from which rows can be read again, behind which nothing is skipped; None: there is none."""
    bad, step = before, 1
    while not _is_readable(old, select, bad + step):
        bad, step = bad + step, step * 2
        if bad > LARGEST_ID:
            return None
    good = bad + step
    while good - bad > 1:
        middle = (good + bad) // 2
        if _is_readable(old, select, middle):
            good = middle
        else:
            bad = middle
    return good


def _is_readable(old: sqlite3.Connection, select: str, after: int) -> bool:
    try:
        row = old.execute(select + " LIMIT 1", (after,)).fetchone()
    except sqlite3.DatabaseError as error:
        _must_be_unreadable(error)
        return False
    return row is None or row[0] > after


@contextlib.contextmanager
def _as_far_as_readable() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        _must_be_unreadable(error)


def _must_be_unreadable(error: sqlite3.DatabaseError) -> None:
    if not str(getattr(error, "sqlite_errorname", "")).startswith(UNREADABLE):
        raise error


def _is_account(row: tuple[Any, ...]) -> bool:
    return _is_key(row) and all(isinstance(n, int) and 0 <= n < LARGEST_ID for n in row[2:])


def _is_eviction(row: tuple[Any, ...]) -> bool:
    return _is_key(row) and isinstance(row[2], str) and isinstance(row[3], int) and row[3] > 0


def _is_memory(row: tuple[Any, ...]) -> bool:
    return isinstance(row[0], str) and isinstance(row[1], bytes)


def _is_key(row: tuple[Any, ...]) -> bool:
    kind, _, name = str(row[0]).partition("/")
    try:
        msgspec.convert({"kind": kind, "id": name}, Source)
    except msgspec.ValidationError:
        return False
    return tables.is_epoch(row[1])


def _is_event(row: tuple[Any, ...]) -> bool:
    """Whether a row is an event that can be sent."""
    try:
        _stamps.decode(row[5])
        decode_event(row[4], row[6])
    except (CodecError, msgspec.DecodeError, TypeError, ValueError):
        return False
    return _is_key(row[1:]) and isinstance(row[3], int) and row[3] > 0
