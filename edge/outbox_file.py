"""The outbox's SQLite file: how it is made durable, and how one writer at a time gets in.

WAL with synchronous=FULL: a commit has been fsynced when it returns (sqlite.org/pragma.html#pragma_synchronous). A
lock file stands in front of SQLite's own lock: processes wait on it in the kernel, in order, where SQLite's busy
handler would sleep and poll.
"""

import contextlib
import fcntl
import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

# The ledger's nameless line counts the row ids that were given out: an id is never used again, for readers remember the
# last one they saw. SQLite's AUTOINCREMENT would keep that count on a page of its own, one more to write at a commit.
SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    source TEXT NOT NULL, epoch TEXT NOT NULL, accepted INTEGER NOT NULL, delivered INTEGER NOT NULL,
    PRIMARY KEY (source, epoch)) WITHOUT ROWID;
INSERT OR IGNORE INTO ledger VALUES ('', '', 0, 0);
CREATE TABLE IF NOT EXISTS evicted (
    source TEXT NOT NULL, epoch TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (source, epoch, reason)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, epoch TEXT NOT NULL, sequence INTEGER NOT NULL,
    type TEXT NOT NULL, priority INTEGER NOT NULL, stamp BLOB NOT NULL, data BLOB NOT NULL);
"""
BUSY_S = 30.0
# Checked at every opening; a larger file would keep an agent from starting, and damage shows when it is met.
CHECKED_BYTES = 64 * 2**20


class Damaged(Exception):  # noqa: N818 - a finding, not an error that anybody sees
    """The file is no sound outbox."""


class Lock:
    """One writer at a time, over all processes of the box."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Wait for one's turn; the kernel takes the lock back if the process dies."""
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)


def new_epoch(birth_ms: int) -> str:
    """The name of a new file's numbering: sorts by the time of its making, and is never made twice."""
    return f"{birth_ms:012x}-{uuid.uuid4().hex[:8]}"


def open_sound(path: Path, epoch: str) -> sqlite3.Connection:
    """Open the file, making it (with `epoch`) if it is not there. The lock must be held.

    Raises:
        Damaged: it is not sound.
        sqlite3.OperationalError: the disk or its rights do not let us.
    """
    fresh = not path.exists() or path.stat().st_size == 0
    if fresh and _leftovers(path):
        # A write-ahead log beside an empty file belongs to a database that is gone.
        raise Damaged("an empty file with a write-ahead log")
    connection = _connect(path)
    try:
        if not fresh:
            _check(connection, path)
        connection.executescript(SCHEMA)
        connection.execute("INSERT OR IGNORE INTO outbox VALUES ('epoch', ?)", (epoch,))
        if fresh:
            # Before event 1: nothing of the schema may be only in the log when the power goes.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sync(path)
            sync(path.parent)
    except BaseException as error:
        connection.close()
        if is_damage(error):
            raise Damaged(str(error)) from error
        raise
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-2048")
    except BaseException as error:
        connection.close()
        if is_damage(error):
            raise Damaged(str(error)) from error
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size <= CHECKED_BYTES:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(str(found))


def _leftovers(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that the file itself is bad (not that the disk is full, busy or read-only)."""
    return isinstance(error, Damaged) or (
        isinstance(error, sqlite3.DatabaseError)
        and not isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError | sqlite3.InterfaceError)
        and getattr(error, "sqlite_errorname", "SQLITE_CORRUPT").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    )


def sync(path: Path) -> None:
    """Put a file, or a folder's entries, on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
