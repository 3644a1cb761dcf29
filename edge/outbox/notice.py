"""Evicted events: counted in the ledger, and reported by events of the outbox's own."""

import sqlite3

import msgspec

from edge.codec import Source, encode_event, type_of
from edge.events import Kind, OutboxEvicted, Stamp
from edge.outbox import tables
from edge.outbox.tables import Runs

SELF = Source(Kind.GATEWAY, "outbox")


def evicted(db: sqlite3.Connection, gone: Runs, reason: str, *, epoch: str, now: Stamp) -> None:
    """Count these as evicted and say so, with one event for each other source and epoch, however many went.

    Args:
        db: in a transaction.
        gone: what was deleted or lost.
        reason: why.
        epoch: the outbox's epoch, which numbers the report.
        now: when.
    """
    tables.count_evicted(db, gone, reason)
    stamp = msgspec.json.encode(now)
    for (source, of_epoch), run in gone.items():
        if source == str(SELF):
            # It stands in the ledger. A report of a report that the broker refused would be refused as well, for ever.
            continue
        event = OutboxEvicted(
            source=source, epoch=of_epoch, count=run.count, from_sequence=run.low, to_sequence=run.high, reason=reason
        )
        row = type_of(event)
        tables.insert(db, (str(SELF), epoch), int(row.priority), row.name, stamp, encode_event(event))
