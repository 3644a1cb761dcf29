"""Events as a gateway would send them, for the tests of the ingest."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from edge.codec import Gateway, Record, Source, encode_event, messages, type_of
from edge.events import (
    CameraStatus,
    CameraStatusChanged,
    CaptureMeasured,
    CertificateChanged,
    CertificateExpiring,
    ClockState,
    Direction,
    DoorBalance,
    Event,
    FootfallCounted,
    FootfallCrossed,
    Kind,
    OccupancyCounted,
    OccupancyRepaired,
    QueueMeasured,
    Repair,
    Stamp,
    ZoneCounted,
)
from edge.ingest.arrivals import Taken, take
from edge.ingest.packets import Publish

GATEWAY = Gateway("acme", "sh-1", "gw-1")
DOOR, AISLE, LANE = Source(Kind.CAMERA, "door"), Source(Kind.SHELF, "aisle-1"), Source(Kind.CHECKOUT, "sco-1")
SELF = Source(Kind.GATEWAY, "supervisor")
SHOP = Source(Kind.GATEWAY, "occupancy")
EPOCH = "00000000000a-0000000b"
WALL = datetime(2026, 11, 2, 9, 3, tzinfo=UTC)
CROSSED = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)


def record(
    event: Event,
    sequence: int,
    source: Source = DOOR,
    *,
    epoch: str = EPOCH,
    boot: str = "boot-1",
    trusted: bool = True,
    at: float = 0,
) -> Record:
    """An event `at` seconds after WALL, by a box that started 100 s before that."""
    stamp = Stamp(
        wall=WALL + timedelta(seconds=at),
        monotonic_s=100 + at,
        boot_id=boot,
        clock_state=ClockState.TRUSTED if trusted else ClockState.UNTRUSTED,
    )
    return Record(
        source=source, epoch=epoch, sequence=sequence, type=type_of(event).name, stamp=stamp, data=encode_event(event)
    )


def published(one: Record, gateway: Gateway = GATEWAY) -> Publish:
    """The message as it comes from the broker."""
    message = messages(gateway, one)[0]
    return Publish(1, message.topic, message.payload, message.properties)


def taken(*records: Record, gateway: Gateway = GATEWAY) -> list[Taken]:
    """What the ingest makes of these."""
    return [take(published(one, gateway)) for one in records]


def crossings(sequences: Iterable[int], source: Source = DOOR, gateway: Gateway = GATEWAY) -> list[Taken]:
    """People who crossed a line, with these numbers."""
    return taken(*(record(CROSSED, n, source, at=n) for n in sequences), gateway=gateway)


def counted(minute: int, came_in: int, in_sd: float | None = 1.0, parties: int | None = 1) -> FootfallCounted:
    """A line's minute, from WALL; with how far the count may be off, or without."""
    start = WALL + timedelta(minutes=minute)
    return FootfallCounted(
        interval_start=start,
        interval_s=60,
        observed_s=60,
        line="door",
        in_=came_in,
        out=0,
        in_sd=in_sd,
        out_sd=in_sd,
        in_parties=parties,
        out_parties=parties,
    )


def zone(minute: int, mean: float, dwell_s: float | None, dwell_n: int, observed_s: float = 60) -> ZoneCounted:
    """A zone's minute."""
    return ZoneCounted(
        interval_start=WALL + timedelta(minutes=minute),
        interval_s=60,
        observed_s=observed_s,
        zone="promo",
        entered=3,
        left=2,
        occupancy_mean=mean,
        occupancy_max=int(mean) + 1,
        dwell_p50_s=dwell_s,
        dwell_p90_s=dwell_s and 2 * dwell_s,
        dwell_n=dwell_n,
    )


def queue(minute: int, mean: float, wait_s: float | None, served: int, abandoned: int = 0) -> QueueMeasured:
    """A queue's minute."""
    return QueueMeasured(
        interval_start=WALL + timedelta(minutes=minute),
        interval_s=60,
        observed_s=60,
        queue="tills",
        length_mean=mean,
        length_max=int(mean) + 1,
        wait_p50_s=wait_s,
        wait_p90_s=wait_s and 2 * wait_s,
        wait_now_s=wait_s,
        served=served,
        abandoned=abandoned,
    )


def capture(minute: int, passers_by: int, entered: int) -> CaptureMeasured:
    """A minute of those who passed, and of those of them who came in."""
    return CaptureMeasured(
        interval_start=WALL + timedelta(minutes=minute),
        interval_s=60,
        observed_s=60,
        capture="window",
        passers_by=passers_by,
        entered=entered,
        rate=entered / passers_by if passers_by >= max(entered, 1) else None,
    )


def in_shop(minute: int, people: int) -> OccupancyCounted:
    """How many are in the shop after a minute."""
    return OccupancyCounted(
        interval_start=WALL + timedelta(minutes=minute),
        interval_s=60,
        observed_s=60,
        occupancy=people,
        occupancy_sd=0.5,
        in_=people,
        out=0,
        open=True,
    )


CLOSED = OccupancyRepaired(
    reason=Repair.CLOSING,
    before=2,
    after=0,
    sd_before=1.5,
    sd_after=0,
    doors=(
        DoorBalance(line="door/door", in_=10, out=9, balanced_in=9.5, balanced_out=9.5, in_sd=0.5, out_sd=0.5),
        DoorBalance(line="back/door", in_=1, out=1, balanced_in=1, balanced_out=1, in_sd=0.25, out_sd=0.25),
    ),
)


def traffic() -> list[Taken]:
    """Something of everything that cameras, the shop's count and certificates say, numbered from 101."""
    expires = WALL + timedelta(days=20)
    return taken(
        *(record(counted(n, n, None if n % 3 else 0.5), 100 + n, at=60 * n) for n in range(1, 8)),
        *(record(zone(n, n / 2, 4.0 if n % 2 else None, n % 2), 110 + n, at=60 * n) for n in range(1, 4)),
        *(record(queue(n, n / 2, 30.0, 2, 1), 120 + n, at=60 * n) for n in range(1, 4)),
        *(record(capture(n, 10 * n, n), 130 + n, at=60 * n, trusted=False) for n in range(4)),
        record(CameraStatusChanged(status=CameraStatus.DARK, reason="night"), 141, at=100),
        record(CameraStatusChanged(status=CameraStatus.ONLINE), 142, at=200),
        *(record(in_shop(n, n), 100 + n, SHOP, at=60 * n) for n in range(1, 4)),
        record(CLOSED, 110, SHOP, at=600),
        record(CertificateChanged(accepted=False, reason="wrong key", expires=expires), 101, SELF),
        record(CertificateExpiring(expires=expires, days_left=20), 102, SELF, at=5),
    )
