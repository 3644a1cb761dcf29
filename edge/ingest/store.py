"""One batch into the database, in one transaction: events, what the views read, watermarks, births, dead letters.

Whatever comes twice, in another order or by way of several workers gives the same rows. All workers write the tables
in the same order, and each table in the order of its key, so none waits for one that waits for it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import structlog

from edge.codec import Gateway, Received
from edge.ingest import bulk, tables
from edge.ingest.arrivals import Arrival, Born, DeadLetter, Taken
from edge.ingest.database import Database, DatabaseError, RefusedError, Transaction
from edge.ingest.names import Names
from edge.ingest.numbered import Row, Told
from edge.ingest.sequences import Progress, Run
from edge.ingest.told import event_row, told_rows

_PROGRESS = bulk.table(
    "stream",
    {
        "through": "bigint",
        "newest": "bigint",
        "missing": "text",
        "missing_count": "bigint",
        "last_seen": "timestamptz",
        "id": "bigint",
    },
)
_runs = msgspec.json.Decoder(tuple[Run, ...])
_log = structlog.get_logger()


class Advance(NamedTuple):
    """How far a source's numbers are committed."""

    gateway: Gateway
    source: str
    epoch: str
    progress: Progress


class Written(NamedTuple):
    """What a batch came to.

    Attributes:
        events: of the batch.
        new: events that were not there before.
        dead: messages that were set aside.
        advances: of every stream that the batch touched.
    """

    events: int
    new: int
    dead: int
    advances: tuple[Advance, ...]


class Store:
    """Writes batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names = Names()

    def write(self, batch: Sequence[Taken]) -> Written:
        """Write a batch; what the database refuses becomes a dead letter, the rest is written.

        Raises:
            DatabaseError: the database is not there; nothing was written, try again.
        """
        try:
            return self._write(batch)
        except (RefusedError, ArithmeticError, ValueError) as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                return _together(self.write(batch[:middle]), self.write(batch[middle:]))
            _log.error("message_refused", error=str(error))
            return self._write([_refused(one, str(error)) for one in batch])
        except Exception:
            self._names.forget()
            raise

    def _write(self, batch: Sequence[Taken]) -> Written:
        events = [one.received for one in batch if isinstance(one, Arrival)]
        births = [one for one in batch if isinstance(one, Born)]
        dead = [one for one in batch if isinstance(one, DeadLetter)]
        self._names.learn(self._database, events, (one.gateway for one in births))
        with self._database.transaction() as transaction:
            new, came = self._write_events(transaction, events)
            progress = _advance(transaction, came)
            for birth in births:
                _write_birth(transaction, self._names.gateway(birth.gateway), birth)
            for letter in sorted(dead):
                _write_dead_letter(transaction, letter)
        advances = {self._names.numbers(one).stream: one for one in events}
        return Written(
            len(events),
            new,
            len(dead),
            tuple(
                Advance(one.gateway, str(one.record.source), one.record.epoch, progress[stream])
                for stream, one in advances.items()
            ),
        )

    def _write_events(self, transaction: Transaction, events: Iterable[Received]) -> tuple[int, dict[int, list[int]]]:
        """Write the events and what the views read of them; how many were new, and the sequences by stream."""
        rows: dict[Row, Row] = {}
        others: list[Told] = []
        came: dict[int, list[int]] = defaultdict(list)
        for one in events:
            numbers = self._names.numbers(one)
            row = event_row(one, numbers)
            rows[row[:3]] = row
            came[numbers.stream].append(one.record.sequence)
            others += told_rows(one, numbers)
        new = _insert(transaction, tables.EVENT, [rows[key] for key in sorted(rows)])
        write_told(transaction, others)
        return new, came


def write_told(transaction: Transaction, rows: Iterable[Told]) -> None:
    """Write what the views read; what is there already is left, or gives way to what is newer."""
    sorted_out: dict[bulk.Table, list[Row]] = defaultdict(list)
    for table, row in rows:
        sorted_out[table].append(row)
    for table in tables.TABLES:
        if table in sorted_out:
            _insert(transaction, table, tables.newest(sorted_out[table], table))


def _insert(transaction: Transaction, table: bulk.Table, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    columns = list(zip(*rows, strict=True))
    return transaction.bulk(bulk.insert(table, postgres=transaction.postgres), columns)


def _advance(transaction: Transaction, came: dict[int, list[int]]) -> dict[int, Progress]:
    """Move the watermarks on. Other workers' batches of the same streams wait here until this one is committed."""
    if not came:
        return {}
    found: dict[int, Progress] = {}
    for stream, newest, missing in _held(transaction, sorted(came)):
        found[stream] = Progress(newest, _runs.decode(missing)).advanced(came[stream])
    if len(found) < len(came):
        raise DatabaseError(f"expected {len(came)} streams in the database, found {len(found)}; was it replaced?")
    now = transaction.one(f"SELECT {transaction.now}")
    rows = [
        (one.through, one.newest, msgspec.json.encode(one.missing).decode(), one.missing_count, now, stream)
        for stream, one in found.items()
    ]
    transaction.bulk(bulk.update(_PROGRESS, "id", postgres=transaction.postgres), list(zip(*rows, strict=True)))
    return found


def _held(transaction: Transaction, streams: list[int]) -> Sequence[tuple[int, int, str]]:
    """The streams' rows, held until the end of the transaction."""
    if transaction.postgres:
        return transaction.rows(
            "SELECT id, newest, missing FROM stream WHERE id = ANY(:streams) ORDER BY id FOR UPDATE", streams=streams
        )
    return transaction.rows(
        "SELECT id, newest, missing FROM stream WHERE id IN (SELECT value FROM json_each(:streams))",
        streams=msgspec.json.encode(streams).decode(),
    )


def _write_birth(transaction: Transaction, gateway: int, born: Born) -> None:
    """Online and offline may come in any order: a session that has ended does not begin again."""
    birth = born.birth
    if birth.status == "offline":
        transaction.run("UPDATE gateway SET ended_session = :session WHERE id = :id", id=gateway, session=birth.session)
        return
    transaction.run(
        "UPDATE gateway SET session = :session, version = :version, config_hash = :hash, epoch = :epoch,"
        f" clock_state = :clock, sources = {'CAST(:sources AS JSONB)' if transaction.postgres else ':sources'},"
        f" born_at = {transaction.now} WHERE id = :id",
        id=gateway,
        session=birth.session,
        version=birth.version,
        hash=birth.config_hash,
        epoch=birth.epoch,
        clock=str(birth.clock_state),
        sources=msgspec.json.encode(birth.sources).decode(),
    )


def _write_dead_letter(transaction: Transaction, letter: DeadLetter) -> None:
    digest = hashlib.sha256(msgspec.json.encode((letter.topic, letter.payload, letter.properties))).hexdigest()
    transaction.run(
        "INSERT INTO dead_letter (digest, topic, payload, properties, reason)"
        " VALUES (:digest, :topic, :payload, :properties, :reason) ON CONFLICT DO NOTHING",
        digest=digest,
        topic=letter.topic.replace("\0", "\\0"),
        payload=letter.payload,
        properties=letter.properties.decode(),
        reason=letter.reason.replace("\0", "\\0"),
    )


def _refused(one: Taken, reason: str) -> DeadLetter:
    match one:
        case Arrival(received):
            record = received.record
            topic = f"{received.gateway.prefix}/evt/{record.source}/{record.type}"
            about = msgspec.json.encode({"epoch": record.epoch, "sequence": record.sequence})
            return DeadLetter(topic, record.data, about, reason)
        case Born(gateway, birth):
            return DeadLetter(f"{gateway.prefix}/birth", birth.encode(), b"{}", reason)
        case DeadLetter():
            return DeadLetter(one.topic.encode("ascii", "backslashreplace").decode(), one.payload, b"{}", reason)
        case _:
            return DeadLetter(f"{one.gateway.prefix}/reply/ingest", msgspec.json.encode(one.reply), b"{}", reason)


def _together(a: Written, b: Written) -> Written:
    return Written(a.events + b.events, a.new + b.new, a.dead + b.dead, (*a.advances, *b.advances))
