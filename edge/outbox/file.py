"""The outbox's SQLite file: how it is made durable, and how one writer at a time gets in.

WAL with synchronous=FULL: a commit has been fsynced when it returns (sqlite.org/pragma.html#pragma_synchronous).
"""

import errno
import fcntl
import os
import sqlite3
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.outbox import log, pages
from edge.outbox.swap import sync
from edge.outbox.tables import SCHEMA

BUSY_S = 30.0
# Checked at every opening; a larger file would keep an agent from starting, and damage shows when it is met.
CHECKED_BYTES = 64 * 2**20
# Room on the disk that appends leave to removals.
RESERVE_BYTES, LEAST_BYTES = 256 * 1024, 64 * 1024
# Who finds the lock taken looks again after so long, and after the last of these queues for it.
LOOKS_S = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.025, 0.05, 0.05, 0.1, 0.1)

# What to do about it, by the name that SQLite or the system gives a failure.
ADVICE = {
    "SQLITE_FULL": "free space on its disk",
    "ENOSPC": "free space on its disk",
    "EDQUOT": "free space on its disk",
    "SQLITE_READONLY": "let this user write there",
    "EROFS": "let this user write there",
    "EACCES": "let this user write there",
    "SQLITE_CANTOPEN": "let this user write there",
    "SQLITE_IOERR": "check the disk",
    "EIO": "check the disk",
    "SQLITE_BUSY": "find the program that keeps it locked",
}


class Damaged(Exception):  # noqa: N818 - a finding, not an error that anybody sees
    """The file is no sound outbox."""


class Lock:
    """One writer at a time, over all processes of the box.

    A lock file, in front of SQLite's own lock. To pass the lock on at every commit costs a change of process each time,
    and all that SQLite has in its cache; so who has it may well get it again, until another has waited for long enough
    to queue: those the kernel serves in order. SQLite's own busy handler never queues, and lets a process starve.
    """

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        """Wait for one's turn; the kernel takes the lock back if the process dies."""
        for pause_s in LOOKS_S:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(pause_s)  # noqa: TID251 - nothing in the kernel wakes one later; a stop can wait so long
            else:
                return self
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)


class Users:
    """Who has the outbox open, over all processes: a shared lock that each holds as long as it does."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def join(self) -> bool:
        """Become one of them; whether there is no other. The outbox's lock must be held."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            alone = False
        else:
            alone = True
        fcntl.flock(self._fd, fcntl.LOCK_SH)
        return alone

    def close(self) -> None:
        """Leave."""
        os.close(self._fd)


def open_sound(path: Path, epoch: str, *, alone: bool) -> sqlite3.Connection:
    """Open the file, making it (with `epoch`) if it is not there. The lock must be held.

    Args:
        path: the file.
        epoch: of a new file.
        alone: nobody else has it open, so that SQLite will trust its log, which is looked through before.

    Raises:
        Damaged: it is not sound.
        sqlite3.OperationalError: the disk or its rights do not let us.
    """
    fresh = not path.exists() or path.stat().st_size == 0
    if fresh and _leftovers(path):
        # A write-ahead log beside an empty file belongs to a database that is gone.
        raise Damaged("an empty file with a write-ahead log")
    try:
        if alone and log.is_broken(path):
            raise Damaged("commits are missing from the write-ahead log")
        return _opened(path, epoch, fresh=fresh)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise Damaged(str(error)) from error
        raise


def _opened(path: Path, epoch: str, *, fresh: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-2048")
        if not fresh:
            _check(connection, path)
        connection.executescript(SCHEMA)
        connection.execute("INSERT OR IGNORE INTO outbox VALUES ('epoch', ?)", (epoch,))
        if fresh:
            # Before event 1: nothing of the schema may be only in the log when the power goes.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sync(path)
            sync(path.parent)
    except BaseException:
        connection.close()
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
    return isinstance(error, sqlite3.DatabaseError) and str(getattr(error, "sqlite_errorname", "")).startswith(
        ("SQLITE_CORRUPT", "SQLITE_NOTADB")
    )


def has_room(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the disk takes a few more writes, and the whole log written back into the file after them."""
    disk = os.statvfs(path.parent)
    if not disk.f_blocks:  # some file systems do not say
        return True
    free = disk.f_bavail * disk.f_frsize
    try:
        log_bytes = os.stat(f"{path}-wal").st_size  # noqa: PTH116 - at every write; a third of the time of Path.stat
    except FileNotFoundError:
        log_bytes = 0
    if free >= log_bytes + RESERVE_BYTES:
        return True
    # What was removed left pages that the log can be written back to; the log itself needs the disk.
    return free >= LEAST_BYTES and free + pages.count(connection).empty >= log_bytes + RESERVE_BYTES


def advice(error: BaseException) -> str:
    """What a person can do about a failure of disk or file."""
    number = getattr(error, "errno", None)
    name = str(getattr(error, "sqlite_errorname", errno.errorcode.get(number or 0, "")))
    return next((advice for start, advice in ADVICE.items() if name.startswith(start)), "see whether its disk is sound")
