"""The durable queue between the agents and the uplink.

An event is accepted when `append` returns: it and its sequence number are then on the disk, in one transaction. A row
goes only when the broker has acknowledged it, or when it is evicted and counted as such. So at every moment, for each
source and epoch: accepted = delivered + pending + evicted.

Any number of processes may open one outbox; a process may share one `Outbox` between its threads.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from edge import outbox_salvage
from edge.clock import SystemClock
from edge.codec import Record, Source, encode_event, type_of
from edge.errors import OutboxError
from edge.events import Event, Kind, OutboxEvicted, Stamp
from edge.outbox_file import Damaged, Lock, is_damage, new_epoch, open_sound

SELF = Source(Kind.GATEWAY, "outbox")
# Eviction frees this share of the quota at a time, so that it is rare and its events are few.
FREED_SHARE = 0.1
EVICT_ROWS = 500
MEASURE_EVERY = 32  # appends of one process between looks at the quota
BATCH = 500  # SQL parameters in one statement

_stamp_encoder = msgspec.json.Encoder()
_stamp_decoder = msgspec.json.Decoder(Stamp)


@dataclass(frozen=True, slots=True)
class Row:
    """A pending event; `rowid` grows in the order of acceptance."""

    rowid: int
    record: Record


@dataclass(frozen=True, slots=True)
class Depth:
    """How full the outbox is: pending events, and bytes of its file in use."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """The account of one source in one epoch: accepted = delivered + pending + the sum of evicted."""

    source: Source
    epoch: str
    accepted: int
    delivered: int
    pending: int
    evicted: dict[str, int] = field(default_factory=dict)


class Outbox:
    """One outbox file, opened.

    Args:
        path: the file; made if it is not there, salvaged if it is damaged.
        quota_bytes: what its contents may take; beyond it the least important oldest events are evicted.

    Raises:
        OutboxError: the disk or its rights do not let us.
    """

    def __init__(self, path: Path, *, quota_bytes: int) -> None:
        self._path = path
        self._quota = quota_bytes
        self._clock = SystemClock()
        self._mutex = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._since_measured = MEASURE_EVERY - 1  # a file that is over its quota is seen at once
        self.epoch = ""
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(path.with_name(path.name + ".lock"))
            with self._lock.held():
                self._open()

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
        with self._told():
            self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
            self.epoch = self._connection.execute("SELECT value FROM outbox WHERE key = 'epoch'").fetchone()[0]
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
            if self._db is not None:
                self._db.close()
                self._db = None
                if self._quota:
                    self._lock.close()

    def append(self, source: Source, event: Event, stamp: Stamp) -> int:
        """Accept an event.

        Returns:
            Its sequence number; it is on the disk.

        Raises:
            OutboxError: it could not be made durable; nothing was accepted.
            CodecError: it is none of the contract's events.
        """
        row = type_of(event)
        data, when = encode_event(event), _stamp_encoder.encode(stamp)
        with self._writing() as db:
            sequence = self._insert(db, str(source), row.name, int(row.priority), when, data)
            self._since_measured += 1
            if self._since_measured >= MEASURE_EVERY:
                self._since_measured = 0
                if self._used(db) > self._quota:
                    self._evict(db)
        return sequence

    def pending(self, after: int, limit: int) -> list[Row]:
        """The next events in the order of acceptance, behind row `after`."""
        select = "SELECT id, source, epoch, sequence, type, stamp, data FROM event WHERE id > ? ORDER BY id LIMIT ?"
        rows, unreadable = [], []
        with self._reading() as db:
            for fields in db.execute(select, (after, limit)):
                try:
                    rows.append(_row(fields))
                except (msgspec.DecodeError, ValueError, TypeError):
                    unreadable.append(int(fields[0]))
        for rowid in unreadable:
            self.set_aside(rowid, outbox_salvage.REASON)
        return rows

    def newest(self) -> int:
        """The row accepted last, 0 when none ever was."""
        with self._reading() as db:
            found = db.execute("SELECT accepted FROM ledger WHERE source = ''").fetchone()
        return int(found[0])

    def ack(self, rowids: Iterable[int]) -> None:
        """The broker has these: count them as delivered and delete them, in one transaction."""
        with self._writing(same_file=True) as db:
            for source, epoch, count, _, _ in self._delete(db, list(rowids)):
                db.execute(
                    "UPDATE ledger SET delivered = delivered + ? WHERE source = ? AND epoch = ?", (count, source, epoch)
                )

    def set_aside(self, rowid: int, reason: str) -> None:
        """The broker will never take this one: evict it, for `reason`."""
        with self._writing(same_file=True) as db:
            self._account(db, self._delete(db, [rowid]), reason)

    def ledger(self) -> tuple[LedgerLine, ...]:
        """The account of every source and epoch."""
        with self._reading() as db:
            db.execute("BEGIN")
            try:
                lines = db.execute(
                    "SELECT source, epoch, accepted, delivered FROM ledger WHERE source != '' ORDER BY 1, 2"
                ).fetchall()
                pending = {
                    (s, e): n for s, e, n in db.execute("SELECT source, epoch, count(*) FROM event GROUP BY 1, 2")
                }
                evicted: dict[tuple[str, str], dict[str, int]] = {}
                for source, epoch, reason, count in db.execute("SELECT source, epoch, reason, count FROM evicted"):
                    evicted.setdefault((source, epoch), {})[reason] = count
            finally:
                db.execute("ROLLBACK")
        return tuple(
            LedgerLine(_source(s), e, accepted, delivered, pending.get((s, e), 0), evicted.get((s, e), {}))
            for s, e, accepted, delivered in lines
        )

    def depth(self) -> Depth:
        """How full it is."""
        with self._reading() as db:
            return Depth(db.execute("SELECT count(*) FROM event").fetchone()[0], self._used(db))

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise OutboxError(f"{self._path}: expected an open outbox, found it closed")
        return self._db

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The file as it is now; a reader of one that was replaced is told to begin anew."""
        with self._mutex, self._told():
            if self._quota and self._replaced():
                with self._lock.held():
                    self._follow()
                raise OutboxError(f"{self._path}: the file was replaced; read it from its begin")
            yield self._connection

    @contextlib.contextmanager
    def _writing(self, *, same_file: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction; when it ends it is on the disk. Damage that shows is mended and the caller told to repeat.

        Args:
            same_file: what is written speaks of rows that were read: it is meaningless in another file.
        """
        with self._mutex, self._told(), self._lock.held():
            if self._follow() and same_file:
                raise OutboxError(f"{self._path}: the file was replaced; read it from its begin")
            db = self._connection
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                if is_damage(error):
                    db.close()
                    self._salvage()
                    raise OutboxError(f"{self._path}: the file was damaged and has been replaced; try again") from error
                raise

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Every failure of disk or file as one of ours."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise OutboxError(f"{self._path}: expected to read and write the outbox, found: {error}") from error

    def _open(self) -> None:
        try:
            self._db = open_sound(self._path, self._new_epoch())
        except Damaged:
            self._salvage()
            return
        self._noted()

    def _noted(self) -> None:
        self._inode = self._path.stat().st_ino
        self.epoch = self._connection.execute("SELECT value FROM outbox WHERE key = 'epoch'").fetchone()[0]

    def _new_epoch(self) -> str:
        return new_epoch(int(self._clock.now().wall.timestamp() * 1000))

    def _replaced(self) -> bool:
        try:
            return self._path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def _follow(self) -> bool:
        """Open the file anew if another process has replaced it; whether it had."""
        if not self._replaced():
            return False
        self._connection.close()
        self._open()
        return True

    def _salvage(self) -> None:
        """Replace a damaged file by a new one with a new epoch and what could be saved."""
        saved = outbox_salvage.read(outbox_salvage.set_aside(self._path))
        self._db = db = open_sound(self._path, self._new_epoch())
        self._noted()
        db.execute("BEGIN IMMEDIATE")
        first = _next_id(db, len(saved.events)) - len(saved.events) + 1
        numbered = [(first + i, *row) for i, row in enumerate(saved.events)]
        db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", numbered)
        db.executemany(
            "INSERT INTO ledger VALUES (?, ?, ?, ?)", [(s, e, a, d) for (s, e), (a, d) in saved.ledger.items()]
        )
        db.executemany(
            "INSERT INTO evicted VALUES (?, ?, ?, ?)", [(*key, count) for key, count in saved.evicted.items()]
        )
        for (source, epoch), count in saved.lost.items():
            self._tell(db, source, epoch, count, 0, saved.ledger[source, epoch][0], outbox_salvage.REASON)
        db.execute("COMMIT")

    def _insert(self, db: sqlite3.Connection, source: str, kind: str, priority: int, stamp: bytes, data: bytes) -> int:
        found = db.execute(
            "UPDATE ledger SET accepted = accepted + 1 WHERE source = ? AND epoch = ? RETURNING accepted",
            (source, self.epoch),
        ).fetchone()
        if found is None:
            db.execute("INSERT INTO ledger VALUES (?, ?, 1, 0)", (source, self.epoch))
        sequence = int(found[0]) if found else 1
        db.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_next_id(db, 1), source, self.epoch, sequence, kind, priority, stamp, data),
        )
        return sequence

    @staticmethod
    def _used(db: sqlite3.Connection) -> int:
        pages, free = db.execute(
            "SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count"
        ).fetchone()
        return int((pages - free) * db.execute("PRAGMA page_size").fetchone()[0])

    def _evict(self, db: sqlite3.Connection) -> None:
        """Make room: the least important first, of those the oldest."""
        gone: dict[tuple[str, str], list[int]] = {}
        while self._used(db) > self._quota * (1 - FREED_SHARE):
            select = "SELECT id FROM event ORDER BY priority, id LIMIT ?"
            rowids = [row[0] for row in db.execute(select, (EVICT_ROWS,))]
            if not rowids:
                break
            for source, epoch, count, low, high in self._delete(db, rowids):
                before = gone.get((source, epoch), [0, low, high])
                gone[source, epoch] = [before[0] + count, min(before[1], low), max(before[2], high)]
        self._account(db, [(s, e, n, low, high) for (s, e), (n, low, high) in gone.items()], "quota")

    @staticmethod
    def _delete(db: sqlite3.Connection, rowids: list[int]) -> list[tuple[str, str, int, int, int]]:
        """Delete rows; tell source, epoch, count, lowest and highest sequence of what went."""
        gone = []
        for start in range(0, len(rowids), BATCH):
            batch = rowids[start : start + BATCH]
            where = f"WHERE id IN ({','.join('?' * len(batch))})"
            select = f"SELECT source, epoch, count(*), min(sequence), max(sequence) FROM event {where} GROUP BY 1, 2"  # noqa: S608 - only question marks
            gone += db.execute(select, batch).fetchall()
            db.execute(f"DELETE FROM event {where}", batch)  # noqa: S608 - only question marks
        return gone

    def _account(self, db: sqlite3.Connection, gone: list[tuple[str, str, int, int, int]], reason: str) -> None:
        for source, epoch, count, low, high in gone:
            db.execute(
                "INSERT INTO evicted VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                (source, epoch, reason, count),
            )
            self._tell(db, source, epoch, count, low, high, reason)

    def _tell(
        self, db: sqlite3.Connection, source: str, epoch: str, count: int, low: int, high: int, reason: str
    ) -> None:
        event = OutboxEvicted(
            source=source, epoch=epoch, count=count, from_sequence=low, to_sequence=high, reason=reason
        )
        row = type_of(event)
        stamp = _stamp_encoder.encode(self._clock.now())
        self._insert(db, str(SELF), row.name, int(row.priority), stamp, encode_event(event))


def _next_id(db: sqlite3.Connection, count: int) -> int:
    """Give out `count` row ids; the last of them."""
    row = db.execute(
        "UPDATE ledger SET accepted = accepted + ? WHERE source = '' RETURNING accepted", (count,)
    ).fetchone()
    return int(row[0])


def _row(fields: tuple[int, str, str, int, str, bytes, bytes]) -> Row:
    rowid, source, epoch, sequence, kind, stamp, data = fields
    record = Record(
        source=_source(source), epoch=epoch, sequence=sequence, type=kind, stamp=_stamp_decoder.decode(stamp), data=data
    )
    return Row(rowid, record)


def _source(text: str) -> Source:
    kind, _, name = text.partition("/")
    return Source(Kind(kind), name)
