"""The outbox's tables, and every statement on them. Each function works inside its caller's transaction.

Events lie in one table per priority. So the least important oldest ones are found without a search, and lie together:
deleting them gives whole pages back, where rows of mixed priorities would leave every page half full.
"""

import json
import re
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edge.events import Priority
from edge.outbox import pages


def each_priority(template: str) -> tuple[str, ...]:
    """A statement on `event_N`, for each of the events' tables; the least important first."""
    return tuple(template.replace("event_N", f"event_{int(priority)}") for priority in sorted(Priority))


# A row id is never used again, for readers remember the last one they saw: each line of the ledger knows the `newest`
# that its source was given, and the next is behind all of those. SQLite's AUTOINCREMENT would keep that count on a page
# of its own, one more to write at a commit.
SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    source TEXT NOT NULL, epoch TEXT NOT NULL, accepted INTEGER NOT NULL, delivered INTEGER NOT NULL,
    newest INTEGER NOT NULL, PRIMARY KEY (source, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evicted (
    source TEXT NOT NULL, epoch TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (source, epoch, reason)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (source TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID;
""" + "".join(
    each_priority("""
CREATE TABLE IF NOT EXISTS event_N (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, epoch TEXT NOT NULL, sequence INTEGER NOT NULL,
    type TEXT NOT NULL, stamp BLOB NOT NULL, data BLOB NOT NULL);
""")
)
EVICT_ROWS = 100
EPOCH = re.compile("[0-7][0-9a-f]{11}-[0-9a-f]{8}")

_LAST = "SELECT max(newest), max(CASE WHEN source = ? AND epoch = ? THEN accepted END) FROM ledger"
_ACCEPT = "UPDATE ledger SET accepted = ?, newest = ? WHERE source = ? AND epoch = ?"
_INSERT = each_priority("INSERT INTO event_N VALUES (?, ?, ?, ?, ?, ?, ?)")
_DELETE = each_priority(
    "DELETE FROM event_N WHERE id IN (SELECT value FROM json_each(?)) RETURNING source, epoch, sequence"
)
_DELETE_OLDEST = each_priority(
    "DELETE FROM event_N WHERE id IN (SELECT id FROM event_N ORDER BY id LIMIT ?) RETURNING source, epoch, sequence"
)
_FROM_EACH = each_priority("SELECT id, source, epoch, sequence, type, stamp, data FROM event_N WHERE id > :after")
_PENDING = " UNION ALL ".join([*_FROM_EACH[:-1], _FROM_EACH[-1] + " ORDER BY id LIMIT :limit"])
_KEPT_EACH = each_priority(
    "SELECT id, source, epoch, sequence, type, stamp, data FROM event_N"
    " WHERE source = :source AND epoch = :epoch AND sequence BETWEEN :first AND :last"
)
_KEPT = " UNION ALL ".join([*_KEPT_EACH[:-1], _KEPT_EACH[-1] + " ORDER BY sequence LIMIT :limit"])
_COUNTS = each_priority("SELECT source, epoch, count(*), min(sequence), max(sequence) FROM event_N GROUP BY 1, 2")

Key = tuple[str, str]  # source, epoch
EventFields = tuple[int, str, str, int, str, bytes, bytes]  # id, source, epoch, sequence, type, stamp, data


@dataclass(slots=True)
class Run:
    """Some events of one source and epoch: how many, and their lowest and highest sequence."""

    count: int
    low: int
    high: int

    def add(self, count: int, low: int, high: int) -> None:
        """Take in more of them."""
        self.count, self.low, self.high = self.count + count, min(self.low, low), max(self.high, high)


class Runs(dict[Key, Run]):
    """Events counted by source and epoch."""

    def add(self, key: Key, count: int, low: int, high: int) -> None:
        """Take in some of one source and epoch."""
        if key in self:
            self[key].add(count, low, high)
        else:
            self[key] = Run(count, low, high)


def new_epoch(birth_ms: int, earlier: Iterable[str] = ()) -> str:
    """The name of a new file's numbering: never made twice, and it sorts behind the `earlier` ones.

    Args:
        birth_ms: when it begins, by the wall clock, in milliseconds since 1970.
        earlier: the epochs before it: the clock may have been set back since.
    """
    births = [int(name[:12], 16) for name in earlier if is_epoch(name)]
    return f"{max([birth_ms, *(birth + 1 for birth in births)]):012x}-{uuid.uuid4().hex[:8]}"


def is_epoch(name: object) -> bool:
    """Whether a name can be an epoch's. The first digit would reach 8 in the year 6429."""
    return isinstance(name, str) and EPOCH.fullmatch(name) is not None


def epoch_of(db: sqlite3.Connection) -> str:
    """The epoch that new events get; empty when the file names none."""
    found = db.execute("SELECT value FROM outbox WHERE key = 'epoch'").fetchone()
    return str(found[0]) if found else ""


def insert(db: sqlite3.Connection, key: Key, priority: int, kind: str, stamp: bytes, data: bytes) -> int:
    """Add an event; its sequence."""
    before, accepted = db.execute(_LAST, key).fetchone()
    rowid, sequence = (before or 0) + 1, (accepted or 0) + 1
    if accepted is None:
        db.execute("INSERT INTO ledger VALUES (?, ?, 1, 0, ?)", (*key, rowid))
    else:
        db.execute(_ACCEPT, (sequence, rowid, *key))
    db.execute(_INSERT[priority], (rowid, *key, sequence, kind, stamp, data))
    return sequence


def remember(db: sqlite3.Connection, source: str, state: bytes) -> None:
    """Keep what a source wants to find again after a restart, in place of what it kept before."""
    db.execute("INSERT INTO memory VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state", (source, state))


def recall(db: sqlite3.Connection, source: str) -> bytes | None:
    """What a source kept last; None when it never kept anything."""
    found = db.execute("SELECT state FROM memory WHERE source = ?", (source,)).fetchone()
    return bytes(found[0]) if found else None


def newest(db: sqlite3.Connection) -> int:
    """The row id given out last, 0 when there was none."""
    return int(db.execute("SELECT ifnull(max(newest), 0) FROM ledger").fetchone()[0])


def pending(db: sqlite3.Connection, after: int, limit: int) -> Iterator[EventFields]:
    """Events in the order of their acceptance, behind row `after`."""
    return db.execute(_PENDING, {"after": after, "limit": limit})


def kept(db: sqlite3.Connection, key: Key, sequences: tuple[int, int], limit: int) -> Iterator[EventFields]:
    """Events of one source and epoch with sequences from the first to the last of `sequences`."""
    first, last = sequences
    values = {"source": key[0], "epoch": key[1], "first": first, "last": last, "limit": limit}
    return db.execute(_KEPT, values)


def delete(db: sqlite3.Connection, rowids: Iterable[int]) -> Runs:
    """Delete events; what went. Ids that are not there are passed over."""
    ids, gone = json.dumps(list(rowids)), Runs()
    for statement in _DELETE:
        for source, epoch, sequence in db.execute(statement, (ids,)):
            gone.add((source, epoch), 1, sequence, sequence)
    return gone


def evict(db: sqlite3.Connection, goal_bytes: int) -> Runs:
    """Delete the least important events, of those the oldest, until the file uses no more than `goal_bytes`."""
    gone = Runs()
    for statement in _DELETE_OLDEST:
        while pages.count(db).used > goal_bytes:
            rows = db.execute(statement, (EVICT_ROWS,)).fetchall()
            if not rows:
                break
            for source, epoch, sequence in rows:
                gone.add((source, epoch), 1, sequence, sequence)
    return gone


def count_delivered(db: sqlite3.Connection, gone: Runs) -> None:
    """Write into the ledger that these were delivered."""
    db.executemany(
        "UPDATE ledger SET delivered = delivered + ? WHERE source = ? AND epoch = ?",
        [(run.count, *key) for key, run in gone.items()],
    )


def count_evicted(db: sqlite3.Connection, gone: Runs, reason: str) -> None:
    """Write into the ledger that these were evicted, and why."""
    db.executemany(
        "INSERT INTO evicted VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, reason, run.count) for key, run in gone.items()],
    )


def counted(db: sqlite3.Connection) -> Runs:
    """The pending events, counted row by row."""
    runs = Runs()
    for statement in _COUNTS:
        for source, epoch, count, low, high in db.execute(statement):
            runs.add((source, epoch), count, low, high)
    return runs


def accounts(db: sqlite3.Connection) -> dict[Key, tuple[int, int]]:
    """Accepted and delivered, by source and epoch."""
    lines = db.execute("SELECT source, epoch, accepted, delivered FROM ledger ORDER BY 1, 2")
    return {(source, epoch): (accepted, delivered) for source, epoch, accepted, delivered in lines}


def evictions(db: sqlite3.Connection) -> dict[Key, dict[str, int]]:
    """Evicted, by source and epoch, and reason."""
    found: dict[Key, dict[str, int]] = {}
    for source, epoch, reason, count in db.execute("SELECT source, epoch, reason, count FROM evicted"):
        found.setdefault((source, epoch), {})[reason] = count
    return found


def pending_rows(db: sqlite3.Connection) -> int:
    """How many events are pending, by the ledger: a backlog of millions is not read for it."""
    return int(
        db.execute(
            "SELECT (SELECT total(accepted - delivered) FROM ledger) - (SELECT total(count) FROM evicted)"
        ).fetchone()[0]
    )
