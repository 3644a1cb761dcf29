"""The rows that the views read, made from events: one function a type, in one table. Pure."""

from collections.abc import Callable
from typing import Any

from edge.codec import Received
from edge.events import (
    CameraStatusChanged,
    CaptureMeasured,
    CertificateChanged,
    CertificateExpiring,
    CheckoutAlertRaised,
    CheckoutAlertResolved,
    CheckoutCompleted,
    ClockCorrected,
    ClockState,
    Event,
    FootfallCounted,
    Interval,
    OccupancyCounted,
    OccupancyRepaired,
    OutboxEvicted,
    QueueMeasured,
    StockCounted,
    ZoneCounted,
)
from edge.ingest import tables
from edge.ingest import told_traffic as traffic
from edge.ingest.numbered import Numbers, Row, Told, key, repair


def event_row(received: Received, numbers: Numbers) -> Row:
    """The row that every event has."""
    record = received.record
    stamp = record.stamp
    trusted = stamp.clock_state is ClockState.TRUSTED
    data = record.data.decode()
    return numbers.stream, record.sequence, stamp.wall, record.type, numbers.boot, stamp.monotonic_s, trusted, data


def told_rows(received: Received, numbers: Numbers) -> list[Told]:
    """The rows for the views, and where each belongs; none for a type that no view reads."""
    event = received.event
    rows: list[Told] = []
    make = _MAKERS.get(type(event))
    if make is not None and (row := make(received, event, numbers)) is not None:
        rows.append(row)
    if isinstance(event, Interval):
        rows.append(traffic.latest_interval(received, event, numbers))
    if isinstance(event, FootfallCounted):
        rows += traffic.replaced(received, event, numbers)
    elif isinstance(event, OccupancyRepaired):
        rows += traffic.door_balances(received, event, numbers)
    return rows


def _stock(received: Received, event: StockCounted, n: Numbers) -> Told:
    return tables.STOCK, (
        n.stream,
        event.plate,
        event.gtin,
        received.record.sequence,
        received.record.stamp.wall,
        event.quantity,
        event.probability,
        event.weight_g,
        *repair(received.record.stamp, n),
    )


def _sale(received: Received, event: CheckoutCompleted, n: Numbers) -> Told:
    return tables.SALE, (
        *key(received, n),
        event.session,
        event.receipt_number,
        event.business_date,
        sum(line.quantity for line in event.lines),
        event.total,
        event.currency,
        *repair(received.record.stamp, n),
    )


def _raised(received: Received, event: CheckoutAlertRaised, n: Numbers) -> Told:
    return tables.RAISED, (*_alert(received, event, n), received.record.stamp.wall, event.cause, event.likelihood)


def _resolved(received: Received, event: CheckoutAlertResolved, n: Numbers) -> Told:
    return tables.RESOLVED, (*_alert(received, event, n), received.record.stamp.wall, event.resolution, event.reason)


def _evicted(received: Received, event: OutboxEvicted, n: Numbers) -> Told | None:
    if not n.of_stream:
        return None
    run = event.from_sequence, event.to_sequence, event.count
    return tables.EVICTION, (*key(received, n), n.of_stream, *run, event.reason)


def _clock(_received: Received, event: ClockCorrected, n: Numbers) -> Told:
    return tables.BOOT, (n.gateway, event.boot_id, event.wall_at_zero, event.error_s)


def _alert(received: Received, event: CheckoutAlertRaised | CheckoutAlertResolved, n: Numbers) -> Row:
    return n.gateway, received.record.source.id, event.session, event.alert


_MAKERS: dict[type[Event], Callable[[Received, Any, Numbers], Told | None]] = {
    FootfallCounted: traffic.footfall,
    ZoneCounted: traffic.zone,
    QueueMeasured: traffic.queue,
    CaptureMeasured: traffic.capture,
    OccupancyCounted: traffic.occupancy,
    OccupancyRepaired: traffic.occupancy_repair,
    CameraStatusChanged: traffic.camera_status,
    CertificateExpiring: traffic.expiring,
    CertificateChanged: traffic.certificate,
    StockCounted: _stock,
    CheckoutCompleted: _sale,
    CheckoutAlertRaised: _raised,
    CheckoutAlertResolved: _resolved,
    OutboxEvicted: _evicted,
    ClockCorrected: _clock,
}
# Of these the tables are younger than the event (the schema's second step); none of them is about another stream.
RETOLD = frozenset(type_ for type_ in _MAKERS if issubclass(type_, Interval)) | {
    OccupancyRepaired,
    CameraStatusChanged,
    CertificateExpiring,
    CertificateChanged,
}
