"""Events as a gateway would send them, for the tests of the ingest."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from edge.codec import Gateway, Record, Source, encode_event, messages, type_of
from edge.events import ClockState, Direction, Event, FootfallCrossed, Kind, Stamp
from edge.ingest.arrivals import Taken, take
from edge.ingest.packets import Publish

GATEWAY = Gateway("acme", "sh-1", "gw-1")
DOOR, AISLE, LANE = Source(Kind.CAMERA, "door"), Source(Kind.SHELF, "aisle-1"), Source(Kind.CHECKOUT, "sco-1")
SELF = Source(Kind.GATEWAY, "supervisor")
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
