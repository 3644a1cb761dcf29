"""The durable queue between the agents and the uplink.

An event is accepted when `append` returns: it and its sequence number are then on the disk, in one transaction. A row
goes only when the broker has acknowledged it, or when it is evicted and counted as such. So at every moment, for each
source and epoch: accepted = delivered + pending + evicted.

Any number of processes may open one outbox; a process may share one `Outbox` between its threads.
"""

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from edge.clock import SystemClock
from edge.codec import Source
from edge.errors import OutboxError
from edge.events import Event, Stamp
from edge.outbox import ledger, notice, pages, salvage, shrink, swap, tables
from edge.outbox.file import Damaged, Lock, Users, advice, has_room, is_damage, open_sound
from edge.outbox.ledger import Depth, LedgerLine
from edge.outbox.rows import Row, fields_of, row_of
from edge.outbox.tables import Runs

# Eviction frees this share of the quota at a time: its events are few, and nobody waits long for it.
FREED_SHARE = 0.02
MEASURE_EVERY = 32  # appends of one process between looks at the quota

T = TypeVar("T")
FAILURES = (sqlite3.Error, OSError, Damaged)


class Outbox:
    """One outbox file, opened.

    Args:
        path: the file; made if it is not there, salvaged if it is damaged.
        quota_bytes: what its contents may take; beyond it the least important oldest events are evicted.

    Raises:
        OutboxError: the disk or its rights do not let us.
    """

    def __init__(self, path: Path, *, quota_bytes: int) -> None:
        self._path, self._name = path, str(path)
        self._quota = quota_bytes
        self._clock = SystemClock()
        self._mutex = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._lock: Lock | None = None
        self._users: Users | None = None
        self._file = (0, 0)  # device and inode of the file that is open
        self._since_measured = MEASURE_EVERY - 1  # a file that is over its quota is seen at once
        self.epoch = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(path.with_name(path.name + ".lock"))
            self._users = Users(path.with_name(path.name + ".users"))
            with self._lock:
                self._open(alone=self._users.join())
        except FAILURES as error:
            for one in (self._lock, self._users):
                if one is not None:
                    one.close()
            raise self._told(error) from error

    @classmethod
    def open_readonly(cls, path: Path) -> "Outbox":
        """Open a file to look at it; nothing is made or changed.

        Raises:
            OutboxError: there is none, or it cannot be read.
        """
        if not path.is_file():
            raise OutboxError(f"{path}: expected an outbox, found no such file; a gateway that has run has made one")
        self = cls.__new__(cls)
        self._path, self._quota, self._mutex = path, 0, threading.RLock()
        self._db = self._lock = self._users = None
        # Without a log nobody is writing, and SQLite would make one just to read.
        mode = "mode=ro" if path.with_name(path.name + "-wal").exists() else "mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
            )
            self.epoch = tables.epoch_of(self._db)
        except sqlite3.Error as error:
            self.close()
            raise self._told(error) from error
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give file and lock back."""
        with self._mutex:
            if self._db is None:
                return
            # With the last connection its log goes: nobody may be looking through that now.
            with self._lock or contextlib.nullcontext():
                self._db.close()
            self._db = None
            for one in (self._lock, self._users):
                if one is not None:
                    one.close()

    def append(self, source: Source, event: Event, stamp: Stamp) -> int:
        """Accept an event.

        Returns:
            Its sequence number; it is on the disk.

        Raises:
            OutboxError: it could not be made durable; nothing was accepted.
            CodecError: it is none of the contract's events.
        """
        fields = fields_of(event, stamp)

        def insert(db: sqlite3.Connection) -> int:
            sequence = tables.insert(db, (str(source), self.epoch), *fields)
            self._keep_quota(db)
            return sequence

        return self._write(insert, grows=True)

    def remember(self, source: Source, state: bytes, happened: Iterable[tuple[Event, Stamp]] = ()) -> None:
        """Keep a source's state and accept the events that led to it, all in one transaction.

        So a source that is killed at any moment finds a state in which exactly the accepted events have happened.

        Raises:
            OutboxError: it could not be made durable; nothing was kept or accepted.
            CodecError: one is none of the contract's events.
        """
        rows = [fields_of(event, stamp) for event, stamp in happened]

        def insert(db: sqlite3.Connection) -> None:
            for fields in rows:
                tables.insert(db, (str(source), self.epoch), *fields)
            tables.remember(db, str(source), state)
            self._keep_quota(db)

        self._write(insert, grows=True)

    def recall(self, source: Source) -> bytes | None:
        """The state that a source kept last; None when there is none."""
        with self._mutex:
            try:
                return tables.recall(self._connection(), str(source))
            except FAILURES as error:
                raise self._told(error) from error

    def pending(self, after: int, limit: int) -> list[Row]:
        """The next events in the order of acceptance, behind row `after`."""
        rows, unreadable = [], []
        for fields in self._read(lambda db: list(tables.pending(db, after, limit))):
            try:
                rows.append(row_of(fields))
            except (msgspec.DecodeError, ValueError, TypeError):
                unreadable.append(int(fields[0]))
        if self._lock is not None:
            for rowid in unreadable:
                self.set_aside(rowid, salvage.REASON)
        return rows

    def kept(self, source: str, epoch: str, sequences: tuple[int, int], limit: int) -> list[Row]:
        """Events of a source that are still here, with sequences from the first to the last of `sequences`."""
        found = self._read(lambda db: list(tables.kept(db, (source, epoch), sequences, limit)))
        return [row_of(fields) for fields in found]

    def newest(self) -> int:
        """The row accepted last, 0 when none ever was."""
        return self._read(tables.newest)

    def ack(self, rowids: Iterable[int]) -> None:
        """The broker has these: count them as delivered and delete them, in one transaction."""
        self._write(lambda db: tables.count_delivered(db, tables.delete(db, rowids)), same_file=True)

    def set_aside(self, rowid: int, reason: str) -> None:
        """The broker will never take this one: evict it, for `reason`."""
        self._write(lambda db: self._evicted(db, tables.delete(db, [rowid]), reason), same_file=True)

    def ledger(self) -> tuple[LedgerLine, ...]:
        """The account of every source and epoch; the pending events are counted one by one."""
        return self._read(ledger.ledger)

    def depth(self) -> Depth:
        """How full it is."""
        return self._read(ledger.depth)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Look at the file as it is now; a reader of one that was replaced is told to begin anew."""
        with self._mutex:
            try:
                if self._lock is not None and self._is_replaced():
                    with self._lock:
                        self._follow()
                    raise OutboxError(f"{self._path}: the file was replaced; read it from its begin")
                return work(self._connection())
            except FAILURES as error:
                if self._lock is None or not is_damage(error):
                    raise self._told(error) from error
                self._mend(self._lock)
                raise OutboxError(f"{self._path}: the file was damaged and replaced; read it from its begin") from error

    def _write(self, work: Callable[[sqlite3.Connection], T], *, same_file: bool = False, grows: bool = False) -> T:
        """Do `work` in a transaction; when this returns it is on the disk.

        Damage that shows is mended, and the caller told to repeat.

        Args:
            work: what to write.
            same_file: it speaks of rows that were read: it is meaningless in another file.
            grows: it takes room that removing what was delivered needs: it is refused where there is no more.
        """
        if self._lock is None:
            raise OutboxError(f"{self._path}: expected an outbox opened for writing, found it opened to look at")
        with self._mutex:
            self._connection()
            try:
                with self._lock:
                    if self._follow() and same_file:
                        raise OutboxError(f"{self._path}: the file was replaced; read it from its begin")
                    self._see_to_room(grows=grows)
                    return _committed(self._connection(), work)
            except FAILURES as error:
                if not is_damage(error):
                    raise self._told(error) from error
                self._mend(self._lock)
                raise OutboxError(f"{self._path}: the file was damaged and replaced; try again") from error

    def _see_to_room(self, *, grows: bool) -> None:
        """Near the end of the disk: what only people look at goes, and the log is written back. The lock is held.

        Removing what was delivered is a write as well: a disk that was filled to its last block would stay full.

        Raises:
            OSError: there is no room for something that grows.
        """
        db = self._connection()
        if has_room(db, self._path):
            return
        swap.give_up_copies(self._path)
        with contextlib.suppress(sqlite3.Error):
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if grows and not has_room(db, self._path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _mend(self, lock: Lock) -> None:
        """Replace the open file, which is damaged, unless another process has done so."""
        try:
            with lock:
                if not self._follow():
                    self._connection().close()
                    self._file = (0, 0)  # if this fails now, the next call tries it again
                    self._replace()
                    self._open()
        except FAILURES as error:
            raise self._told(error) from error

    def _told(self, error: BaseException) -> OutboxError:
        """A failure of disk or file as one of ours."""
        return OutboxError(f"{self._path}: expected to read and write the outbox, found: {error}; {advice(error)}")

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise OutboxError(f"{self._path}: expected an open outbox, found it closed")
        return self._db

    def _open(self, *, alone: bool = False) -> None:
        """Open the file that is there now, a new one, or what can be saved of a damaged one. The lock is held."""
        swap.finish(self._path)
        now_ms = int(self._clock.now().wall.timestamp() * 1000)
        try:
            self._db = open_sound(self._path, tables.new_epoch(now_ms), alone=alone)
        except Damaged:
            self._replace()
            self._db = open_sound(self._path, "", alone=False)
        self.epoch = tables.epoch_of(self._db)
        found = self._path.stat()
        self._file = (found.st_dev, found.st_ino)

    def _is_replaced(self) -> bool:
        try:
            found = os.stat(self._name)  # noqa: PTH116 - at every append; a third of the time of Path.stat
        except FileNotFoundError:
            return True
        return (found.st_dev, found.st_ino) != self._file

    def _follow(self) -> bool:
        """Open the file anew if another process has replaced it; whether it had."""
        if not self._is_replaced():
            return False
        self._connection().close()
        self._open()
        return True

    def _replace(self) -> None:
        salvage.copy(self._path, swap.making(self._path), self._clock.now())
        swap.swap(self._path)

    def _keep_quota(self, db: sqlite3.Connection) -> None:
        self._since_measured += 1
        if self._since_measured < MEASURE_EVERY:
            return
        self._since_measured = 0
        if pages.count(db).used <= self._quota:
            return
        goal = int(self._quota * (1 - FREED_SHARE))
        if merged := shrink.shrink(db, goal, self.epoch):
            self._evicted(db, merged, shrink.REASON)
        if evicted := tables.evict(db, goal):
            self._evicted(db, evicted, "quota")

    def _evicted(self, db: sqlite3.Connection, gone: Runs, reason: str) -> None:
        notice.evicted(db, gone, reason, epoch=self.epoch, now=self._clock.now())


def _committed(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Do `work` in a transaction of its own, whole or not at all."""
    try:
        db.execute("BEGIN IMMEDIATE")
        done = work(db)
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            if db.in_transaction:
                db.execute("ROLLBACK")
        raise
    return done
