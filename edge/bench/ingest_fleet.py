"""What a simulated fleet says: seeded events of many gateways, and in which order and how often they are published.

Pure. The truth is what was made here, before any of it went over a wire.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge.codec import Gateway, Message, Record, Source, encode_event, messages, type_of
from edge.events import (
    CheckoutCompleted,
    ClockState,
    Direction,
    Event,
    FootfallCounted,
    FootfallCrossed,
    Kind,
    SaleLine,
    Stamp,
    StockCounted,
    StockMove,
    StockMoved,
    Tender,
)
from edge.ingest.packets import PUBLISH, varint
from edge.uplink.link import QOS, PublishProperties

BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
GTINS = tuple(f"{n:014d}" for n in range(1, 41))
DOOR, AISLE, LANE = Source(Kind.CAMERA, "entrance"), Source(Kind.SHELF, "aisle-1"), Source(Kind.CHECKOUT, "sco-1")
# Of ten events, as shops send them: mostly crossings and shelf moves.
MIX = (DOOR, DOOR, DOOR, AISLE, AISLE, AISLE, AISLE, DOOR, AISLE, LANE)


@dataclass(frozen=True)
class Said:
    """An event of a gateway."""

    gateway: Gateway
    record: Record
    event: Event


def say(seed: int, events: int, gateways: int) -> list[Said]:
    """So many events, spread evenly; one epoch and one boot a gateway, one event in ten by a clock that is not trusted.

    Args:
        seed: of everything.
        events: altogether.
        gateways: at least 1.
    """
    dice = random.Random(seed)  # noqa: S311 - a simulation
    fleet = [Gateway("bench", f"sh-{n:04d}", "gw-1") for n in range(gateways)]
    counters: dict[tuple[int, Source], int] = {}
    said = []
    for n in range(events):
        number = n % gateways
        source = MIX[dice.randrange(len(MIX))]
        sequence = counters[number, source] = counters.get((number, source), 0) + 1
        seconds = round(n / gateways, 3)
        event = _event(dice, source, sequence, BEGIN + timedelta(seconds=seconds))
        stamp = Stamp(
            wall=BEGIN + timedelta(seconds=seconds),
            monotonic_s=100 + seconds,
            boot_id=f"boot-{number}",
            clock_state=ClockState.UNTRUSTED if dice.random() < 0.1 else ClockState.TRUSTED,  # noqa: PLR2004 - one in ten
        )
        record = Record(
            source=source,
            epoch=f"{number:012x}-00000001",
            sequence=sequence,
            type=type_of(event).name,
            stamp=stamp,
            data=encode_event(event),
        )
        said.append(Said(fleet[number], record, event))
    return said


def shuffled(seed: int, count: int, *, doubled: float, window: int) -> list[int]:
    """In which order to publish so many: some twice, none further from its place than about two windows.

    Args:
        seed: of the order.
        count: how many there are.
        doubled: which share comes twice.
        window: within so many places the order is by lot.
    """
    dice = random.Random(seed)  # noqa: S311 - a simulation
    order = list(range(count))
    order += [dice.randrange(count) for _ in range(round(doubled * count))]
    return sorted(order, key=lambda n: n + dice.uniform(0, window))


def packets(said: Sequence[Said]) -> Iterator[tuple[bytes, bytes]]:
    """The PUBLISH of each event; see `packet`."""
    for one in said:
        yield packet(messages(one.gateway, one.record)[0])


def packet(message: Message) -> tuple[bytes, bytes]:
    """The PUBLISH of a message, in two parts with room for the packet identifier between them."""
    topic = message.topic.encode()
    rest = PublishProperties(message.properties).pack() + message.payload
    length = 2 + len(topic) + 2 + len(rest)
    head = PUBLISH << 4 | QOS << 1 | message.retain
    return bytes([head]) + varint(length) + len(topic).to_bytes(2) + topic, rest


def _event(dice: random.Random, source: Source, sequence: int, at: datetime) -> Event:
    if source is LANE:
        gtin, quantity, price = dice.choice(GTINS), dice.randint(1, 4), dice.randint(50, 2000)
        line = SaleLine(line=1, gtin=gtin, quantity=quantity, price=price)
        return CheckoutCompleted(
            session=f"s{sequence}",
            lines=(line,),
            total=price,
            currency="CNY",
            tenders=(Tender(method="card", amount=price),),
            receipt_number=str(sequence),
        )
    if source is AISLE:
        gtin = dice.choice(GTINS)
        if dice.random() < 0.5:  # noqa: PLR2004 - half of them
            return StockCounted(plate="p1", gtin=gtin, quantity=dice.randint(0, 40), probability=0.98, weight_g=330.0)
        return StockMoved(
            plate="p1", gtin=gtin, quantity=-1, cause=StockMove.PICK, weight_delta_g=-330.5, confidence=0.97
        )
    if dice.random() < 0.3:  # noqa: PLR2004 - the rest are crossings
        return FootfallCounted(
            interval_start=at,
            interval_s=60,
            observed_s=dice.choice((60, 45)),
            line="door",
            in_=dice.randint(0, 9),
            out=3,
        )
    return FootfallCrossed(line="door", direction=dice.choice(list(Direction)), confidence=round(dice.random(), 3))
