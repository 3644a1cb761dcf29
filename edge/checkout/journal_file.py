"""The file of a lane's journal: its tables, how it is opened, and what is done about damage.

A tail that does not hang together is cut off where the last good entry ends; a file that gives no state is set aside
and a new one begun. In both cases the damaged file is kept beside it, the last one of several.
"""

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.checkout.journal_entry import GENESIS, good_rows
from edge.checkout.session.state import LaneState

BUSY_S = 10.0
NAME, FORMER, WEIGHTS = "name", "former", "weights"
SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (n INTEGER PRIMARY KEY, session TEXT NOT NULL, data BLOB NOT NULL,
    link BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entry_session ON entry (session);
CREATE TABLE IF NOT EXISTS snapshot (n INTEGER PRIMARY KEY, wall TEXT NOT NULL, state BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS snapshot_wall ON snapshot (wall);
CREATE TABLE IF NOT EXISTS price_book (version TEXT PRIMARY KEY, form TEXT NOT NULL, text BLOB NOT NULL,
    used TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
PARTS = ("", "-wal", "-shm")
# How SQLite says that a file is no journal of ours; a full disk or a missing right is another matter.
UNREADABLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")


class DamagedError(Exception):
    """The file gives no state of the lane."""


@dataclass(frozen=True)
class Opened:
    """A journal's file at work.

    Attributes:
        db: its connection; transactions are the caller's.
        damage: what was wrong with the file, in one line; empty where nothing was.
    """

    db: sqlite3.Connection
    damage: str = ""


def open_file(path: Path, name: str) -> Opened:
    """Open a journal's file; make it where there is none; mend or replace it where it is damaged.

    Args:
        path: its folder is made.
        name: of a new journal, and of one whose tail was cut off: no number may come a second time.

    Raises:
        sqlite3.Error: the disk does not let us.
        OSError: neither.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _sound(path, name)
    except DamagedError as damage:
        _move_aside(path)
        return Opened(_sound(path, name).db, f"{damage}; it was set aside, and a new one begun")


def open_readonly(path: Path) -> sqlite3.Connection:
    """Look into a journal without changing it, also while its lane works.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    # Without a log nobody is writing, and SQLite would make one just to read.
    mode = "mode=ro" if path.with_name(path.name + "-wal").exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_S, isolation_level=None)
    try:
        db.execute("SELECT n FROM entry LIMIT 1")
    except BaseException:
        db.close()
        raise
    return db


def _sound(path: Path, name: str) -> Opened:
    fresh = not path.exists()
    db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(SCHEMA)
        db.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (NAME, name.encode()))
        if fresh:
            # Before entry 1: nothing of the schema may be only in the log when the power goes.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _sync(path)
            _sync(path.parent)
        _check_snapshots(db)
        return Opened(db, _without_bad_tail(db, path, name))
    except sqlite3.DatabaseError as error:
        db.close()
        if str(getattr(error, "sqlite_errorname", "")).startswith(UNREADABLE):
            raise DamagedError(f"expected a journal, found {error}") from error
        raise
    except BaseException:
        db.close()
        raise


def _check_snapshots(db: sqlite3.Connection) -> None:
    """The newest snapshot can be read, and the entry is there that it hangs on."""
    row = db.execute("SELECT n, state FROM snapshot ORDER BY n DESC LIMIT 1").fetchone()
    if row is None:
        return
    try:
        msgspec.json.decode(row[1], type=LaneState)
    except msgspec.MsgspecError as error:
        raise DamagedError(f"expected a snapshot of the lane, found another thing ({error})") from None
    if row[0] and db.execute("SELECT n FROM entry WHERE n = ?", (row[0],)).fetchone() is None:
        raise DamagedError(f"expected entry {row[0]}, which the newest snapshot was made after, found none")


def _without_bad_tail(db: sqlite3.Connection, path: Path, name: str) -> str:
    """Cut off what does not follow from the newest snapshot; what was wrong, or nothing."""
    start = db.execute("SELECT max(n) FROM snapshot").fetchone()[0] or 0
    hook = db.execute("SELECT link FROM entry WHERE n = ?", (start,)).fetchone()
    rows = db.execute("SELECT n, data, link FROM entry WHERE n > ? ORDER BY n", (start,)).fetchall()
    good = good_rows(hook[0] if hook else GENESIS, rows, start + 1)
    if good == len(rows):
        return ""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with contextlib.suppress(OSError):  # no room for a copy: going on counts for more
        shutil.copyfile(path, _aside(path))
    former = db.execute("SELECT value FROM kept WHERE key = ?", (NAME,)).fetchone()[0]
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM entry WHERE n > ?", (start + good,))
    db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", [(NAME, name.encode()), (FORMER, former)])
    db.execute("COMMIT")
    return f"{len(rows) - good} entries after {start + good} do not follow from it; they were cut off"


def _move_aside(path: Path) -> None:
    for suffix in PARTS:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(_aside(path, suffix))
    _sync(path.parent)


def _aside(path: Path, suffix: str = "") -> Path:
    return path.with_name(path.name + ".damaged" + suffix)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
