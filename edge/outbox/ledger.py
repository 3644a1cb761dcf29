"""What became of everything that an outbox accepted, and how full it is."""

import sqlite3
from dataclasses import dataclass, field

from edge.codec import Source
from edge.outbox import pages, tables
from edge.outbox.rows import source_of


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


def depth(db: sqlite3.Connection) -> Depth:
    """How full it is, by the ledger."""
    return Depth(tables.pending_rows(db), pages.count(db).used)


def ledger(db: sqlite3.Connection) -> tuple[LedgerLine, ...]:
    """The account of every source and epoch, all of one moment; the pending events are counted one by one."""
    db.execute("BEGIN")
    try:
        accounts, pending, evicted = tables.accounts(db), tables.counted(db), tables.evictions(db)
    finally:
        db.execute("ROLLBACK")
    return tuple(
        LedgerLine(
            source=source_of(key[0]),
            epoch=key[1],
            accepted=accepted,
            delivered=delivered,
            pending=pending[key].count if key in pending else 0,
            evicted=evicted.get(key, {}),
        )
        for key, (accepted, delivered) in accounts.items()
    )
