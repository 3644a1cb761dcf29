"""The rows that the views read, made from events: one function a type, in one table. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from edge.codec import Received
from edge.events import (
    CheckoutAlertRaised,
    CheckoutAlertResolved,
    CheckoutCompleted,
    ClockCorrected,
    ClockState,
    Event,
    FootfallCounted,
    OutboxEvicted,
    Stamp,
    StockCounted,
)
from edge.ingest.bulk import Table, table

_KEY = {"stream": "bigint", "sequence": "bigint", "time": "timestamptz"}
_REPAIR = {"boot": "bigint", "zero": "timestamptz"}

EVENT = table(
    "event",
    {
        **_KEY,
        "type": "text",
        "boot": "bigint",
        "monotonic_s": "double precision",
        "trusted": "boolean",
        "data": "jsonb",
    },
)
FOOTFALL = table(
    "footfall",
    {
        **_KEY,
        "line": "text",
        "interval_start": "timestamptz",
        "interval_s": "double precision",
        "observed_s": "double precision",
        "came_in": "bigint",
        "went_out": "bigint",
        "degraded": "text",
        **_REPAIR,
    },
)
STOCK = table(
    "stock",
    {
        "stream": "bigint",
        "plate": "text",
        "gtin": "text",
        "sequence": "bigint",
        "time": "timestamptz",
        "quantity": "bigint",
        "probability": "double precision",
        "weight_g": "double precision",
        **_REPAIR,
    },
    "(stream, plate, gtin) DO UPDATE SET sequence = excluded.sequence, time = excluded.time,"
    " quantity = excluded.quantity, probability = excluded.probability, weight_g = excluded.weight_g,"
    " boot = excluded.boot, zero = excluded.zero WHERE excluded.sequence > stock.sequence",
)
SALE = table(
    "sale",
    {
        **_KEY,
        "session": "text",
        "receipt_number": "text",
        "business_date": "text",
        "units": "bigint",
        "total": "bigint",
        "currency": "text",
        **_REPAIR,
    },
)
_ALERT = {"gateway_id": "bigint", "lane": "text", "session": "text", "alert": "text"}
_ALERT_KEY = "(gateway_id, lane, session, alert) DO UPDATE SET "
RAISED = table(
    "alert",
    {**_ALERT, "raised_at": "timestamptz", "cause": "text", "likelihood": "double precision"},
    _ALERT_KEY + "raised_at = excluded.raised_at, cause = excluded.cause, likelihood = excluded.likelihood",
)
RESOLVED = table(
    "alert",
    {**_ALERT, "resolved_at": "timestamptz", "resolution": "text", "reason": "text"},
    _ALERT_KEY + "resolved_at = excluded.resolved_at, resolution = excluded.resolution, reason = excluded.reason",
)
EVICTION = table(
    "eviction",
    {
        **_KEY,
        "of_stream": "bigint",
        "from_sequence": "bigint",
        "to_sequence": "bigint",
        "count": "bigint",
        "reason": "text",
    },
)
# Intervals that the box merged into coarser ones: whichever of the two came first, the finer do not count.
REPLACED = table(
    "replaced", {"gateway_id": "bigint", "kind": "text", "source": "text", "epoch": "text", "sequence": "bigint"}
)
# The correction with the least error is kept; of equals, the later: so their order does not matter.
BOOT = table(
    "boot",
    {"gateway_id": "bigint", "boot_id": "text", "wall_at_zero": "timestamptz", "error_s": "double precision"},
    "(gateway_id, boot_id) DO UPDATE SET wall_at_zero = excluded.wall_at_zero, error_s = excluded.error_s"
    " WHERE boot.error_s IS NULL OR excluded.error_s < boot.error_s"
    " OR (excluded.error_s = boot.error_s AND excluded.wall_at_zero > boot.wall_at_zero)",
)
# In this order in every transaction, and each sorted by its key: no two workers can wait for each other.
TABLES = (FOOTFALL, REPLACED, STOCK, SALE, RAISED, RESOLVED, EVICTION, BOOT)
KEY_COLUMNS = {FOOTFALL: 3, REPLACED: 5, STOCK: 3, SALE: 3, RAISED: 4, RESOLVED: 4, EVICTION: 3, BOOT: 2}


class Numbers(NamedTuple):
    """What an event's names are in the database.

    Attributes:
        of_stream: the stream that an eviction is about; else 0.
    """

    gateway: int
    stream: int
    boot: int
    of_stream: int = 0


Row = tuple[Any, ...]


def event_row(received: Received, numbers: Numbers) -> Row:
    """The row that every event has."""
    record = received.record
    stamp = record.stamp
    trusted = stamp.clock_state is ClockState.TRUSTED
    data = record.data.decode()
    return numbers.stream, record.sequence, stamp.wall, record.type, numbers.boot, stamp.monotonic_s, trusted, data


def told_row(received: Received, numbers: Numbers) -> tuple[Table, Row] | None:
    """The row for the views, and where it belongs; None for a type that no view reads."""
    make = _MAKERS.get(type(received.event))
    return None if make is None else make(received, received.event, numbers)


def replaced_rows(received: Received, numbers: Numbers) -> list[Row]:
    """The events of the same source whose figures are part of this one."""
    event, source = received.event, received.record.source
    if not isinstance(event, FootfallCounted):
        return []
    return [(numbers.gateway, str(source.kind), source.id, one.epoch, one.sequence) for one in event.replaces]


def newest(rows: Sequence[Row], of: Table) -> list[Row]:
    """One row for each key, in the order of keys: of stock the newest, of a clock the one with the least error."""
    keyed = KEY_COLUMNS[of]
    kept: dict[Row, Row] = {}
    for row in rows:
        known = kept.get(row[:keyed])
        if known is None or _rank(row, of) > _rank(known, of):
            kept[row[:keyed]] = row
    return [kept[key] for key in sorted(kept)]


def _rank(row: Row, of: Table) -> Any:  # noqa: ANN401 - what is compared depends on the table
    if of is BOOT:
        return -row[3], row[2]
    return row[3] if of is STOCK else 0


def _footfall(received: Received, event: FootfallCounted, n: Numbers) -> tuple[Table, Row]:
    return FOOTFALL, (
        *_key(received, n),
        event.line,
        event.interval_start,
        event.interval_s,
        event.observed_s,
        event.in_,
        event.out,
        ",".join(event.degraded),
        *_repair(received.record.stamp, n),
    )


def _stock(received: Received, event: StockCounted, n: Numbers) -> tuple[Table, Row]:
    return STOCK, (
        n.stream,
        event.plate,
        event.gtin,
        received.record.sequence,
        received.record.stamp.wall,
        event.quantity,
        event.probability,
        event.weight_g,
        *_repair(received.record.stamp, n),
    )


def _sale(received: Received, event: CheckoutCompleted, n: Numbers) -> tuple[Table, Row]:
    return SALE, (
        *_key(received, n),
        event.session,
        event.receipt_number,
        event.business_date,
        sum(line.quantity for line in event.lines),
        event.total,
        event.currency,
        *_repair(received.record.stamp, n),
    )


def _raised(received: Received, event: CheckoutAlertRaised, n: Numbers) -> tuple[Table, Row]:
    return RAISED, (*_alert(received, event, n), received.record.stamp.wall, event.cause, event.likelihood)


def _resolved(received: Received, event: CheckoutAlertResolved, n: Numbers) -> tuple[Table, Row]:
    return RESOLVED, (*_alert(received, event, n), received.record.stamp.wall, event.resolution, event.reason)


def _evicted(received: Received, event: OutboxEvicted, n: Numbers) -> tuple[Table, Row] | None:
    if not n.of_stream:
        return None
    run = event.from_sequence, event.to_sequence, event.count
    return EVICTION, (*_key(received, n), n.of_stream, *run, event.reason)


def _clock(_received: Received, event: ClockCorrected, n: Numbers) -> tuple[Table, Row]:
    return BOOT, (n.gateway, event.boot_id, event.wall_at_zero, event.error_s)


def _key(received: Received, n: Numbers) -> tuple[int, int, datetime]:
    return n.stream, received.record.sequence, received.record.stamp.wall


def _alert(received: Received, event: CheckoutAlertRaised | CheckoutAlertResolved, n: Numbers) -> Row:
    return n.gateway, received.record.source.id, event.session, event.alert


def _repair(stamp: Stamp, n: Numbers) -> tuple[int | None, datetime | None]:
    """What it takes to put a wrong time right later: the boot, and what the box held for its wall clock at zero."""
    if stamp.clock_state is ClockState.TRUSTED:
        return None, None
    return n.boot, stamp.wall - timedelta(seconds=stamp.monotonic_s)


_MAKERS: dict[type[Event], Callable[[Received, Any, Numbers], tuple[Table, Row] | None]] = {
    FootfallCounted: _footfall,
    StockCounted: _stock,
    CheckoutCompleted: _sale,
    CheckoutAlertRaised: _raised,
    CheckoutAlertResolved: _resolved,
    OutboxEvicted: _evicted,
    ClockCorrected: _clock,
}
