"""The gap table: kept in step with the watermarks, and what is to be asked for."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from edge.codec import Gateway
from edge.ingest.arrivals import Answered
from edge.ingest.backfill import EVICTED, GONE, MOST_ASKED, BackfillRule, Evicted, Gap, asked, explained, reconciled
from edge.ingest.database import Database, Transaction
from edge.ingest.sequences import Run

# Streams looked at in one round, drawn by lot: those that nothing helps must not keep the others waiting.
MOST_STREAMS = 500
_CORRELATION = re.compile(rb"([0-9]{1,18}):([0-9]{1,18}):")
_runs = msgspec.json.Decoder(tuple[Run, ...])


class Request(NamedTuple):
    """One command `resend`."""

    gateway: Gateway
    payload: bytes
    correlation: bytes

    @property
    def topic(self) -> str:
        """Where it goes."""
        return f"{self.gateway.prefix}/cmd/resend"

    @property
    def answer_to(self) -> str:
        """Where the answer is to come."""
        return f"{self.gateway.prefix}/reply/ingest"


def look(database: Database, rule: BackfillRule, at: datetime) -> list[Request]:
    """Bring the gap table up to date; the requests to publish now. Several workers share the streams between them.

    Args:
        database: where the gaps are.
        rule: when to ask.
        at: this moment, UTC.

    Raises:
        DatabaseError: the database is not there.
    """
    requests: list[Request] = []
    with database.transaction() as transaction:
        transaction.run("DELETE FROM gap WHERE stream NOT IN (SELECT id FROM stream WHERE missing_count > 0)")
        lock = " FOR UPDATE OF s SKIP LOCKED" if transaction.postgres else ""
        streams = transaction.rows(
            "SELECT s.id, s.kind, s.source, s.epoch, s.missing, g.tenant, g.store, g.gateway"
            " FROM stream s JOIN gateway g ON g.id = s.gateway_id WHERE s.missing_count > 0"
            f" ORDER BY random() LIMIT {MOST_STREAMS}{lock}"
        )
        for row in streams:
            room = rule.most_at_once - len(requests)
            requests += _look(transaction, row, rule, at.timestamp(), room)
    return requests


def answered(database: Database, reply: Answered) -> None:
    """A gateway said what it still had: what it has not got is not asked for again.

    Raises:
        DatabaseError: the database is not there.
    """
    ours = _CORRELATION.match(reply.correlation)
    if ours is None or not reply.reply.ok or reply.reply.resent:
        return
    stream, first = ours.groups()
    with database.transaction() as transaction:
        transaction.run(
            "UPDATE gap SET outcome = :gone WHERE stream = :stream AND from_sequence = :first AND outcome = ''"
            " AND stream IN (SELECT s.id FROM stream s JOIN gateway g ON g.id = s.gateway_id WHERE g.tenant = :tenant"
            " AND g.store = :store AND g.gateway = :gateway)",
            gone=GONE,
            stream=int(stream),
            first=int(first),
            tenant=reply.gateway.tenant,
            store=reply.gateway.store,
            gateway=reply.gateway.gateway,
        )


def _look(transaction: Transaction, row: tuple[object, ...], rule: BackfillRule, at: float, room: int) -> list[Request]:
    stream, kind, source, epoch, missing_text, *names = row
    missing = _runs.decode(str(missing_text))
    known = _known(transaction, stream)
    gaps: list[Gap] = []
    requests: list[Request] = []
    for found in reconciled(known, missing, at, rule):
        gap = found
        if not gap.outcome and gap.ask_after <= at:
            if explained(gap, _evictions(transaction, stream), missing):
                gap = msgspec.structs.replace(gap, outcome=EVICTED)
            elif len(requests) < room:
                gap = asked(gap, at, rule)
                if not gap.outcome:
                    requests.append(_request(Gateway(*map(str, names)), f"{kind}/{source}", str(epoch), stream, gap))
        gaps.append(gap)
    if gaps != known:
        _keep(transaction, stream, gaps)
    return requests


def _request(gateway: Gateway, source: str, epoch: str, stream: object, gap: Gap) -> Request:
    last = min(gap.last, gap.first + MOST_ASKED - 1)
    payload = msgspec.json.encode({"source": source, "epoch": epoch, "from": gap.first, "to": last})
    # Another one for each request, for a gateway does what it knows by its correlation data only once.
    return Request(gateway, payload, f"{stream}:{gap.first}:{last}:{int(gap.found)}:{gap.asked}".encode())


def _known(transaction: Transaction, stream: object) -> list[Gap]:
    rows = transaction.rows(
        "SELECT from_sequence, to_sequence, found_at, asked, ask_after, outcome FROM gap WHERE stream = :stream"
        " ORDER BY from_sequence",
        stream=stream,
    )
    return [
        Gap(first=first, last=last, found=_seconds(found), asked=times, ask_after=_seconds(after), outcome=outcome)
        for first, last, found, times, after, outcome in rows
    ]


def _keep(transaction: Transaction, stream: object, gaps: list[Gap]) -> None:
    transaction.run("DELETE FROM gap WHERE stream = :stream", stream=stream)
    for one in gaps:
        transaction.run(
            "INSERT INTO gap (stream, from_sequence, to_sequence, found_at, asked, ask_after, outcome)"
            " VALUES (:stream, :first, :last, :found, :asked, :after, :outcome)",
            stream=stream,
            first=one.first,
            last=one.last,
            found=datetime.fromtimestamp(one.found, UTC),
            asked=one.asked,
            after=datetime.fromtimestamp(one.ask_after, UTC),
            outcome=one.outcome,
        )


def _evictions(transaction: Transaction, stream: object) -> list[Evicted]:
    rows = transaction.rows(
        "SELECT from_sequence, to_sequence, count FROM eviction WHERE of_stream = :stream", stream=stream
    )
    return [Evicted(*row) for row in rows]


def _seconds(time: datetime | str) -> float:
    return (datetime.fromisoformat(time) if isinstance(time, str) else time).timestamp()
