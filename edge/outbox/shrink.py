"""Short of room, old footfall intervals become coarser ones, their totals kept, before anything is evicted.

What is replaced stands in the ledger as evicted, reason `merged`; the coarser interval names it, so that a reader that
has some of it already counts nobody twice. Stock and checkouts are never merged.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from edge.codec import encode_event
from edge.errors import CodecError
from edge.events import FootfallCounted, Priority, Replaced
from edge.outbox import pages, tables
from edge.outbox.tables import Runs

REASON = "merged"
TYPE = "footfall.counted.v1"
COARSE = timedelta(minutes=15)
# What is this near to the coarse length was merged already, or is as long by configuration.
LONGEST_S = 0.9 * COARSE.total_seconds()
BATCH = 2000
BATCHES = 10  # of one append, at most: nobody is to wait long for room
CURSOR = "shrunk"

_ROWS = (
    f"SELECT id, source, epoch, sequence, stamp, data FROM event_{int(Priority.TRAFFIC)}"  # noqa: S608 - a number of ours
    " WHERE type = ? AND id > ? ORDER BY id LIMIT ?"
)
_decoder = msgspec.json.Decoder(FootfallCounted)


@dataclass(frozen=True, slots=True)
class Interval:
    """A pending row that holds an interval."""

    rowid: int
    source: str
    epoch: str
    sequence: int
    stamp: bytes
    event: FootfallCounted


def shrink(db: sqlite3.Connection, goal_bytes: int, epoch: str) -> Runs:
    """Merge the oldest intervals until the file uses no more than `goal_bytes`, or there is nothing more to merge.

    Args:
        db: in a transaction.
        goal_bytes: what the file is to use.
        epoch: the outbox's, which numbers what is new.

    Returns:
        What was replaced.
    """
    gone = Runs()
    for _ in range(BATCHES):
        if pages.count(db).used <= goal_bytes:
            break
        rows = db.execute(_ROWS, (TYPE, _cursor(db), BATCH)).fetchall()
        if not rows:
            break
        _put_cursor(db, rows[-1][0])
        for group in groups(list(_intervals(rows))):
            _replace(db, group, epoch, gone)
    return gone


def groups(intervals: Sequence[Interval]) -> list[list[Interval]]:
    """Those that may become one: of one source and line, within the same quarter of an hour."""
    found: dict[tuple[str, str, datetime], list[Interval]] = {}
    for one in intervals:
        if one.event.interval_s < LONGEST_S:
            found.setdefault((one.source, one.event.line, _quarter(one.event.interval_start)), []).append(one)
    return [group for group in found.values() if len(group) > 1]


def merged(group: Sequence[Interval]) -> FootfallCounted:
    """The interval that takes the place of several."""
    events = [one.event for one in group]
    begin = min(event.interval_start for event in events)
    end = max(event.interval_start + timedelta(seconds=event.interval_s) for event in events)
    length = (end - begin).total_seconds()
    return FootfallCounted(
        interval_start=begin,
        interval_s=round(length, 3),
        observed_s=round(min(length, sum(event.observed_s for event in events)), 3),
        degraded=tuple(sorted({reason for event in events for reason in event.degraded})),
        line=events[0].line,
        in_=sum(event.in_ for event in events),
        out=sum(event.out for event in events),
        in_parties=_sum(event.in_parties for event in events),
        out_parties=_sum(event.out_parties for event in events),
        staff_in=_sum(event.staff_in for event in events),
        staff_out=_sum(event.staff_out for event in events),
        replaces=(
            *(Replaced(epoch=one.epoch, sequence=one.sequence) for one in group),
            *(earlier for event in events for earlier in event.replaces),
        ),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum, where every one was counted."""
    known = list(counts)
    return None if None in known else sum(one for one in known if one is not None)


def _replace(db: sqlite3.Connection, group: Sequence[Interval], epoch: str, gone: Runs) -> None:
    tables.delete(db, [one.rowid for one in group])
    for one in group:
        gone.add((one.source, one.epoch), 1, one.sequence, one.sequence)
    key = group[-1].source, epoch
    tables.insert(db, key, int(Priority.TRAFFIC), TYPE, group[-1].stamp, encode_event(merged(group)))


def _intervals(rows: Sequence[tuple[int, str, str, int, bytes, bytes]]) -> Iterator[Interval]:
    for rowid, source, epoch, sequence, stamp, data in rows:
        try:
            yield Interval(rowid, source, epoch, sequence, stamp, _decoder.decode(data))
        except (msgspec.DecodeError, UnicodeDecodeError, CodecError):
            continue  # the uplink sets it aside when its turn comes


def _quarter(start: datetime) -> datetime:
    return start - timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)


def _cursor(db: sqlite3.Connection) -> int:
    found = db.execute("SELECT value FROM outbox WHERE key = ?", (CURSOR,)).fetchone()
    return int(found[0]) if found else 0


def _put_cursor(db: sqlite3.Connection, rowid: int) -> None:
    db.execute(
        "INSERT INTO outbox VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (CURSOR, str(rowid))
    )
