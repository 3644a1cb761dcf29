"""The tables that events are written to, with what happens to a row that is there already. Pure."""

from collections.abc import Sequence
from typing import Any

from edge.ingest.bulk import Table, table
from edge.ingest.numbered import Row

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
_INTERVAL = {
    "interval_start": "timestamptz",
    "interval_s": "double precision",
    "observed_s": "double precision",
    "degraded": "text",
}
# What older workers did not read of an event is filled in when it is read again; nothing else of a row ever changes.
_FILLED = ("in_sd", "out_sd", "in_parties", "out_parties")
FOOTFALL = table(
    "footfall",
    {
        **_KEY,
        "line": "text",
        **_INTERVAL,
        "came_in": "bigint",
        "went_out": "bigint",
        "in_sd": "double precision",
        "out_sd": "double precision",
        "in_parties": "bigint",
        "out_parties": "bigint",
        **_REPAIR,
    },
    f"(stream, sequence, time) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _FILLED)}"
    f" WHERE {' OR '.join(f'(footfall.{name} IS NULL AND excluded.{name} IS NOT NULL)' for name in _FILLED)}",
)
ZONE = table(
    "zone",
    {
        **_KEY,
        "zone": "text",
        **_INTERVAL,
        "entered": "bigint",
        "departed": "bigint",
        "occupancy_mean": "double precision",
        "occupancy_max": "bigint",
        "dwell_p50_s": "double precision",
        "dwell_p90_s": "double precision",
        "dwell_n": "bigint",
        **_REPAIR,
    },
)
QUEUE = table(
    "queue",
    {
        **_KEY,
        "queue": "text",
        **_INTERVAL,
        "length_mean": "double precision",
        "length_max": "bigint",
        "wait_p50_s": "double precision",
        "wait_p90_s": "double precision",
        "wait_now_s": "double precision",
        "served": "bigint",
        "abandoned": "bigint",
        **_REPAIR,
    },
)
CAPTURE = table(
    "capture",
    {
        **_KEY,
        "capture": "text",
        **_INTERVAL,
        "passers_by": "bigint",
        "entered": "bigint",
        "rate": "double precision",
        "rate_low": "double precision",
        "rate_high": "double precision",
        **_REPAIR,
    },
)
OCCUPANCY = table(
    "occupancy",
    {
        **_KEY,
        **_INTERVAL,
        "occupancy": "bigint",
        "occupancy_sd": "double precision",
        "came_in": "bigint",
        "went_out": "bigint",
        "open": "boolean",
        **_REPAIR,
    },
)
OCCUPANCY_REPAIR = table(
    "occupancy_repair",
    {
        **_KEY,
        "reason": "text",
        "before": "bigint",
        "after": "bigint",
        "sd_before": "double precision",
        "sd_after": "double precision",
        **_REPAIR,
    },
)
DOOR_BALANCE = table(
    "door_balance",
    {
        **_KEY,
        "line": "text",
        "came_in": "bigint",
        "went_out": "bigint",
        "balanced_in": "double precision",
        "balanced_out": "double precision",
        "in_sd": "double precision",
        "out_sd": "double precision",
        **_REPAIR,
    },
)
LATEST_INTERVAL = table(
    "latest_interval",
    {"stream": "bigint", "sequence": "bigint", **_INTERVAL, **_REPAIR},
    "(stream) DO UPDATE SET sequence = excluded.sequence, interval_start = excluded.interval_start,"
    " interval_s = excluded.interval_s, observed_s = excluded.observed_s, degraded = excluded.degraded,"
    " boot = excluded.boot, zero = excluded.zero WHERE excluded.sequence > latest_interval.sequence",
)
CAMERA_STATUS = table(
    "camera_status",
    {"stream": "bigint", "sequence": "bigint", "time": "timestamptz", "status": "text", "reason": "text", **_REPAIR},
    "(stream) DO UPDATE SET sequence = excluded.sequence, time = excluded.time, status = excluded.status,"
    " reason = excluded.reason, boot = excluded.boot, zero = excluded.zero"
    " WHERE excluded.sequence > camera_status.sequence",
)
CERTIFICATE = table(
    "certificate",
    {**_KEY, "expires": "timestamptz", "accepted": "boolean", "reason": "text", **_REPAIR},
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
TABLES = (
    FOOTFALL,
    ZONE,
    QUEUE,
    CAPTURE,
    OCCUPANCY,
    OCCUPANCY_REPAIR,
    DOOR_BALANCE,
    LATEST_INTERVAL,
    CAMERA_STATUS,
    CERTIFICATE,
    REPLACED,
    STOCK,
    SALE,
    RAISED,
    RESOLVED,
    EVICTION,
    BOOT,
)
# How many columns of a row are its key; three, its stream, sequence and time, of those that are not named.
_KEY_COLUMNS = {LATEST_INTERVAL: 1, CAMERA_STATUS: 1, DOOR_BALANCE: 4, REPLACED: 5, RAISED: 4, RESOLVED: 4, BOOT: 2}


def newest(rows: Sequence[Row], of: Table) -> list[Row]:
    """One row for each key, in the order of keys: of a state the newest, of a clock the one with the least error."""
    keyed = _KEY_COLUMNS.get(of, 3)
    kept: dict[Row, Row] = {}
    for row in rows:
        known = kept.get(row[:keyed])
        if known is None or _rank(row, of) > _rank(known, of):
            kept[row[:keyed]] = row
    return [kept[key] for key in sorted(kept)]


def _rank(row: Row, of: Table) -> Any:  # noqa: ANN401 - what is compared depends on the table
    if of is BOOT:
        return -row[3], row[2]
    if of is STOCK:
        return row[3]
    return row[1] if of in (LATEST_INTERVAL, CAMERA_STATUS) else 0
