"""Events that came before this version's tables did: read again, piece by piece, for the rows that the views read.

A new schema marks every stream: its numbers up to `retell_to` are to be read again, and `retold` says how far that has
come. Whatever is read twice gives the same rows, so a mark may be set back by hand.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import structlog

from edge.codec import Gateway, Received, Record, Source, decode_event
from edge.errors import CodecError
from edge.events import EVENT_TYPES, ClockState, Kind, Stamp
from edge.ingest.database import Database, RefusedError, Transaction
from edge.ingest.numbered import Numbers, Told
from edge.ingest.store import write_told
from edge.ingest.told import RETOLD, told_rows

# So many numbers of one stream in a transaction: a fraction of a second on a machine that has nothing else to do.
AT_ONCE = 2000
# One worker at a time (pg_try_advisory_xact_lock): two would do the same work.
_LOCK = 0x57_0E_ED_7E

_TYPES = ", ".join(f"'{row.name}'" for row in EVENT_TYPES.values() if row.data in RETOLD)
_log = structlog.get_logger()


def retell(database: Database, at_once: int = AT_ONCE) -> bool:
    """Read the next piece of what came before again; False where nothing is left.

    An event that the database does not take into the newer tables stays in `event` alone.

    Args:
        database: where they are.
        at_once: numbers of a piece, from 1.

    Raises:
        DatabaseError: the database is not there; nothing was written.
    """
    try:
        return _piece(database, at_once)
    except (RefusedError, ArithmeticError, ValueError) as error:
        if at_once > 1:
            return retell(database, at_once // 2)
        _log.error("event_refused", reason=str(error))
        return _piece(database, 1, write=False)


def _piece(database: Database, at_once: int, *, write: bool = True) -> bool:
    with database.transaction() as transaction:
        if transaction.postgres and not transaction.one("SELECT pg_try_advisory_xact_lock(:key)", key=_LOCK):
            return True
        streams = transaction.rows(
            "SELECT s.id, s.gateway_id, s.kind, s.source, s.epoch, s.retold, s.retell_to, g.tenant, g.store, g.gateway"
            " FROM stream s JOIN gateway g ON g.id = s.gateway_id WHERE s.retold < s.retell_to ORDER BY s.id LIMIT 1"
        )
        if not streams:
            return False
        stream = streams[0]
        through = min(stream.retold + at_once, stream.retell_to)
        if write:
            write_told(transaction, _told(transaction, stream, through))
        transaction.run("UPDATE stream SET retold = :through WHERE id = :id", through=through, id=stream.id)
        return True


def _told(transaction: Transaction, stream: Any, through: int) -> Iterator[Told]:  # noqa: ANN401 - a row
    rows = transaction.rows(
        "SELECT e.sequence, e.time, e.type, e.boot, e.monotonic_s, e.trusted, e.data, b.boot_id"
        " FROM event e JOIN boot b ON b.id = e.boot"
        f" WHERE e.stream = :stream AND e.sequence > :done AND e.sequence <= :through AND e.type IN ({_TYPES})",
        stream=stream.id,
        done=stream.retold,
        through=through,
    )
    gateway, source = Gateway(stream.tenant, stream.store, stream.gateway), Source(Kind(stream.kind), stream.source)
    for row in rows:
        record = _record(row, source, stream.epoch)
        try:
            event = decode_event(record.type, record.data)
        except CodecError as error:
            _log.error("event_unreadable", source=str(source), sequence=record.sequence, reason=str(error))
            continue
        received = Received(gateway=gateway, record=record, event=event)
        yield from told_rows(received, Numbers(stream.gateway_id, stream.id, row.boot))


def _record(row: Any, source: Source, epoch: str) -> Record:  # noqa: ANN401 - a row
    """An event as it came: SQLite keeps times and JSON as text."""
    stamp = Stamp(
        wall=datetime.fromisoformat(row.time) if isinstance(row.time, str) else row.time,
        monotonic_s=row.monotonic_s,
        boot_id=row.boot_id,
        clock_state=ClockState.TRUSTED if row.trusted else ClockState.UNTRUSTED,
    )
    data = row.data.encode() if isinstance(row.data, str) else msgspec.json.encode(row.data)
    return Record(source=source, epoch=epoch, sequence=row.sequence, type=row.type, stamp=stamp, data=data)
