"""The rows of what cameras and the shop's count say, and of certificates, made from their events. Pure."""

from edge.codec import Received
from edge.events import (
    CameraStatusChanged,
    CaptureMeasured,
    CertificateChanged,
    CertificateExpiring,
    FootfallCounted,
    Interval,
    OccupancyCounted,
    OccupancyRepaired,
    QueueMeasured,
    ZoneCounted,
)
from edge.ingest import tables
from edge.ingest.numbered import Numbers, Row, Told, key, repair


def footfall(received: Received, event: FootfallCounted, n: Numbers) -> Told:
    """People over a line."""
    parties = event.in_parties, event.out_parties
    figures = event.in_, event.out, event.in_sd, event.out_sd, *parties
    return tables.FOOTFALL, (*key(received, n), event.line, *_interval(event), *figures, *_repair(received, n))


def replaced(received: Received, event: FootfallCounted, n: Numbers) -> list[Told]:
    """The events of the same source whose figures are part of this one."""
    source = received.record.source
    known = n.gateway, str(source.kind), source.id
    return [(tables.REPLACED, (*known, one.epoch, one.sequence)) for one in event.replaces]


def zone(received: Received, event: ZoneCounted, n: Numbers) -> Told:
    """People in a zone."""
    dwell = event.dwell_p50_s, event.dwell_p90_s, event.dwell_n
    figures = event.entered, event.left, event.occupancy_mean, event.occupancy_max, *dwell
    return tables.ZONE, (*key(received, n), event.zone, *_interval(event), *figures, *_repair(received, n))


def queue(received: Received, event: QueueMeasured, n: Numbers) -> Told:
    """People in a queue."""
    waits = event.wait_p50_s, event.wait_p90_s, event.wait_now_s
    figures = event.length_mean, event.length_max, *waits, event.served, event.abandoned
    return tables.QUEUE, (*key(received, n), event.queue, *_interval(event), *figures, *_repair(received, n))


def capture(received: Received, event: CaptureMeasured, n: Numbers) -> Told:
    """How many of those who passed came in."""
    figures = event.passers_by, event.entered, event.rate, event.rate_low, event.rate_high
    return tables.CAPTURE, (*key(received, n), event.capture, *_interval(event), *figures, *_repair(received, n))


def occupancy(received: Received, event: OccupancyCounted, n: Numbers) -> Told:
    """People in the shop."""
    figures = event.occupancy, event.occupancy_sd, event.in_, event.out, event.open
    return tables.OCCUPANCY, (*key(received, n), *_interval(event), *figures, *_repair(received, n))


def occupancy_repair(received: Received, event: OccupancyRepaired, n: Numbers) -> Told:
    """The shop's count set right."""
    change = event.before, event.after, event.sd_before, event.sd_after
    return tables.OCCUPANCY_REPAIR, (*key(received, n), str(event.reason), *change, *_repair(received, n))


def door_balances(received: Received, event: OccupancyRepaired, n: Numbers) -> list[Told]:
    """The doors of a day, made to agree."""
    first, last = key(received, n), _repair(received, n)
    return [
        (
            tables.DOOR_BALANCE,
            (*first, d.line, d.in_, d.out, d.balanced_in, d.balanced_out, d.in_sd, d.out_sd, *last),
        )
        for d in event.doors
    ]


def latest_interval(received: Received, event: Interval, n: Numbers) -> Told:
    """How well a source was watched last."""
    known = n.stream, received.record.sequence
    return tables.LATEST_INTERVAL, (*known, *_interval(event), *_repair(received, n))


def camera_status(received: Received, event: CameraStatusChanged, n: Numbers) -> Told:
    """How a camera is since when."""
    known = n.stream, received.record.sequence, received.record.stamp.wall
    return tables.CAMERA_STATUS, (*known, str(event.status), event.reason, *_repair(received, n))


def expiring(received: Received, event: CertificateExpiring, n: Numbers) -> Told:
    """The certificate in use ends soon."""
    return tables.CERTIFICATE, (*key(received, n), event.expires, None, "", *_repair(received, n))


def certificate(received: Received, event: CertificateChanged, n: Numbers) -> Told:
    """A new certificate was taken, or not."""
    said = event.expires, event.accepted, event.reason
    return tables.CERTIFICATE, (*key(received, n), *said, *_repair(received, n))


def _interval(event: Interval) -> Row:
    return event.interval_start, event.interval_s, event.observed_s, ",".join(event.degraded)


def _repair(received: Received, n: Numbers) -> Row:
    return repair(received.record.stamp, n)
