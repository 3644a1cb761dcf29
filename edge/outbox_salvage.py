"""What can be saved from a damaged outbox: set it aside, read what is readable, begin anew.

Saved events keep their epoch and sequence, so that one which the cloud has already is recognised. What cannot be read
is not passed over in silence: it stands in the ledger as evicted, reason `damaged`.
"""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Damaged files that are kept for a look; older ones go.
KEPT = 3
SUFFIXES = ("", "-wal", "-shm")
# Rows that are asked for one by one behind the first unreadable page.
PROBED = 50_000
REASON = "damaged"

EventRow = tuple[str, str, int, str, int, bytes, bytes]


@dataclass
class Saved:
    """What could be read.

    Attributes:
        events: source, epoch, sequence, type, priority, stamp, data; in the order of their acceptance.
        ledger: (source, epoch) → accepted, delivered.
        evicted: (source, epoch, reason) → count.
        lost: (source, epoch) → how many were accepted and could not be saved now.
    """

    events: list[EventRow] = field(default_factory=list)
    ledger: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    evicted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    lost: dict[tuple[str, str], int] = field(default_factory=dict)

    def account(self) -> None:
        """Close the ledger: whatever was accepted and is neither delivered, saved nor evicted is lost to damage."""
        for row in self.events:
            accepted, delivered = self.ledger.get(row[:2], (0, row[2] - 1))
            self.ledger[row[:2]] = (max(accepted, row[2]), delivered)
        for source, epoch, _ in self.evicted:  # an account whose own line is lost
            gone = sum(n for key, n in self.evicted.items() if key[:2] == (source, epoch))
            self.ledger.setdefault((source, epoch), (gone, 0))
        for (source, epoch), (accepted, delivered) in self.ledger.items():
            pending = sum(row[:2] == (source, epoch) for row in self.events)
            gone = sum(n for key, n in self.evicted.items() if key[:2] == (source, epoch))
            lost = accepted - delivered - pending - gone
            if lost > 0:
                self.lost[source, epoch] = lost
                key = (source, epoch, REASON)
                self.evicted[key] = self.evicted.get(key, 0) + lost
            elif lost < 0:  # read twice, or acknowledged in a part that is lost: it will be sent once more
                self.ledger[source, epoch] = (accepted, max(0, delivered + lost))


def set_aside(path: Path) -> Path:
    """Move the file and its companions away under a new name, and forget all but the latest of those."""
    target = path.with_name(f"{path.name}.damaged-{uuid.uuid4().hex[:8]}")
    for suffix in SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    old = sorted(
        (p for p in path.parent.glob(f"{path.name}.damaged-????????")), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for stale in old[KEPT:]:
        for suffix in SUFFIXES:
            stale.with_name(stale.name + suffix).unlink(missing_ok=True)
    return target


def read(path: Path) -> Saved:
    """Everything that a damaged file still gives."""
    saved = Saved()
    if not path.exists():
        return saved
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")  # reads on where the schema itself is odd
        with contextlib.suppress(sqlite3.DatabaseError):
            for source, epoch, accepted, delivered in connection.execute("SELECT * FROM ledger WHERE source != ''"):
                saved.ledger[source, epoch] = (accepted, delivered)
        with contextlib.suppress(sqlite3.DatabaseError):
            for source, epoch, reason, count in connection.execute("SELECT * FROM evicted"):
                saved.evicted[source, epoch, reason] = count
        saved.events = [row for row in _events(connection) if _sound(row)]
    saved.account()
    return saved


def _events(connection: sqlite3.Connection) -> Iterator[EventRow]:
    select = "SELECT id, source, epoch, sequence, type, priority, stamp, data FROM event"
    last = 0
    try:
        for row in connection.execute(f"{select} ORDER BY id"):
            last = row[0]
            yield row[1:]
    except sqlite3.DatabaseError:
        for number in range(last + 1, last + PROBED):
            with contextlib.suppress(sqlite3.DatabaseError):
                row = connection.execute(f"{select} WHERE id = ?", (number,)).fetchone()
                if row is not None:
                    yield row[1:]


def _sound(row: EventRow) -> bool:
    kinds = (str, str, int, str, int, bytes, bytes)
    return all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True))
