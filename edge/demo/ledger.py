"""The demo's ledger: how many there were, were counted, were published and arrived. Pure.

The figures come from four places that do not know of each other: the clip's truth, the camera agent, the outbox and a
subscriber at the broker.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from edge.codec import Received, Source
from edge.events import CheckoutCompleted, Direction, FootfallCounted, FootfallCrossed, StockCounted, StockMoved
from edge.vision.matching import Passage


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went in and out."""

    in_: int = 0
    out: int = 0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(self.in_ + other.in_, self.out + other.out)

    def as_json(self) -> dict[str, int]:
        """As `--json` has it."""
        return {"in": self.in_, "out": self.out}


NOBODY = Flow()


@dataclass(frozen=True, slots=True)
class Sold:
    """How many sales, and what they came to in minor units."""

    sales: int = 0
    taken: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.sales + other.sales, self.taken + other.taken)

    def as_json(self) -> dict[str, int]:
        """As `--json` has it."""
        return {"sales": self.sales, "taken": self.taken}


NOTHING = Sold()


@dataclass(frozen=True)
class Arrived:
    """What a subscriber received, and how.

    Attributes:
        intervals: by camera, the sum of its interval counts.
        crossings: by camera, its single crossings.
        stock: by shelf and GTIN, the units by the first count and the moves since.
        counts: by shelf and GTIN, the units by the last count.
        sold: by lane, its sales.
        events: by source and epoch, the sequence numbers that came.
        duplicates: messages that had come before.
    """

    intervals: Mapping[str, Flow] = field(default_factory=dict)
    crossings: Mapping[str, Flow] = field(default_factory=dict)
    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sold: Mapping[str, "Sold"] = field(default_factory=dict)
    events: Mapping[tuple[Source, str], frozenset[int]] = field(default_factory=dict)
    duplicates: int = 0

    @property
    def gaps(self) -> int:
        """Sequence numbers between 1 and the highest that came which did not come."""
        return sum(max(numbers) - len(numbers) for numbers in self.events.values())

    @property
    def unique(self) -> int:
        """Events, each once."""
        return sum(len(numbers) for numbers in self.events.values())


@dataclass(frozen=True)
class CameraLedger:
    """One camera's figures; `truth` is None for a clip without one."""

    truth: Flow | None
    counted: Flow
    published: Flow
    received: Flow
    received_crossings: Flow

    @property
    def ok(self) -> bool:
        """Whether what was counted is what arrived, in both kinds of event."""
        return self.counted == self.published == self.received == self.received_crossings

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        return {
            "truth": self.truth.as_json() if self.truth is not None else None,
            "counted": self.counted.as_json(),
            "published": self.published.as_json(),
            "received": self.received.as_json(),
            "ok": self.ok,
        }


Stock = Mapping[str, int]


@dataclass(frozen=True)
class ShelfLedger:
    """One shelf's figures: units by GTIN at the end.

    Attributes:
        truth: what really stands there.
        counted: what the agent says.
        published: the first count and the moves since, as the broker acknowledged them.
        received: the same, as the subscriber has them.
        received_counts: the last counts that the subscriber has.
    """

    truth: Stock
    counted: Stock
    published: Stock
    received: Stock
    received_counts: Stock

    @property
    def ok(self) -> bool:
        """Whether what was counted is what arrived, as moves and as counts."""
        return self.counted == self.published == self.received == self.received_counts

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        columns = {name: dict(getattr(self, name)) for name in ("truth", "counted", "published", "received")}
        return columns | {"ok": self.ok}


@dataclass(frozen=True)
class LaneLedger:
    """One lane's sales; `truth` is what the payment terminal charged."""

    truth: Sold
    counted: Sold
    published: Sold
    received: Sold

    @property
    def ok(self) -> bool:
        """Whether what was charged was sold, and what was sold arrived."""
        return self.truth == self.counted == self.published == self.received

    def as_json(self) -> dict[str, Any]:
        """As `--json` has it."""
        columns = {name: getattr(self, name).as_json() for name in ("truth", "counted", "published", "received")}
        return columns | {"ok": self.ok}


@dataclass(frozen=True)
class Ledger:
    """The whole demo's figures.

    Attributes:
        cameras: by id.
        accepted: events that the outbox took.
        delivered: events that the broker acknowledged.
        pending: events that were still in the outbox when the demo ended.
        arrived: what the subscriber saw.
        shelves: by id.
        lanes: by id.
        first_s: seconds from the start until the first count of an interval was published; None: none was.
    """

    cameras: Mapping[str, CameraLedger]
    accepted: int
    delivered: int
    pending: int
    arrived: Arrived
    first_s: float | None = None
    shelves: Mapping[str, ShelfLedger] = field(default_factory=dict)
    lanes: Mapping[str, LaneLedger] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Events accepted that neither arrived nor are still kept; one that is both counts as arrived."""
        return max(0, self.accepted - self.pending - self.arrived.unique)

    @property
    def ok(self) -> bool:
        """Whether nothing was lost and all figures behind the camera agree. The truth has no say in it."""
        ledgers: tuple[CameraLedger | ShelfLedger | LaneLedger, ...] = (
            *self.cameras.values(),
            *self.shelves.values(),
            *self.lanes.values(),
        )
        agree = all(one.ok for one in ledgers)
        return agree and self.lost == 0 and self.arrived.gaps == 0

    def total(self, column: str) -> Flow | None:
        """A column's sum over the cameras; None when a camera has no such figure."""
        flows = [getattr(camera, column) for camera in self.cameras.values()]
        return None if None in flows else sum(flows, NOBODY)

    def as_json(self) -> dict[str, Any]:
        """What `--json FILE` holds."""
        totals = {name: self.total(name) for name in ("truth", "counted", "published", "received")}
        return {
            **{name: flow.as_json() if flow is not None else None for name, flow in totals.items()},
            "lost": self.lost,
            "gaps": self.arrived.gaps,
            "duplicates": self.arrived.duplicates,
            "ok": self.ok,
            "first_published_s": None if self.first_s is None else round(self.first_s, 2),
            "cameras": {name: camera.as_json() for name, camera in self.cameras.items()},
            "shelves": {name: shelf.as_json() for name, shelf in self.shelves.items()},
            "lanes": {name: lane.as_json() for name, lane in self.lanes.items()},
            "events": {
                "accepted": self.accepted,
                "delivered": self.delivered,
                "pending": self.pending,
                "received": self.arrived.unique,
            },
        }


def arrived(messages: Iterable[Received]) -> Arrived:
    """Sum up what a subscriber received on the event topics, each event once."""
    seen: dict[tuple[Source, str], set[int]] = {}
    intervals: dict[str, Flow] = {}
    crossings: dict[str, Flow] = {}
    stock: dict[str, dict[str, int]] = {}
    counts: dict[str, dict[str, int]] = {}
    sold: dict[str, Sold] = {}
    duplicates = 0
    for one in messages:
        record, event = one.record, one.event
        numbers = seen.setdefault((record.source, record.epoch), set())
        if record.sequence in numbers:
            duplicates += 1
            continue
        numbers.add(record.sequence)
        camera = record.source.id
        if isinstance(event, FootfallCounted):
            intervals[camera] = intervals.get(camera, NOBODY) + Flow(event.in_, event.out)
        elif isinstance(event, FootfallCrossed):
            crossings[camera] = crossings.get(camera, NOBODY) + one_way(event.direction)
        elif isinstance(event, StockMoved):
            goods = stock.setdefault(record.source.id, {})
            goods[event.gtin] = goods.get(event.gtin, 0) + event.quantity
        elif isinstance(event, StockCounted):
            # The first count is where the moves begin.
            stock.setdefault(record.source.id, {}).setdefault(event.gtin, event.quantity)
            counts.setdefault(record.source.id, {})[event.gtin] = event.quantity
        elif isinstance(event, CheckoutCompleted):
            sold[record.source.id] = sold.get(record.source.id, NOTHING) + Sold(1, event.total)
    numbers_of = {key: frozenset(numbers) for key, numbers in seen.items()}
    return Arrived(intervals, crossings, stock, counts, sold, numbers_of, duplicates)


def one_way(direction: Direction) -> Flow:
    """One person, that way."""
    return Flow(in_=1) if direction is Direction.IN else Flow(out=1)


def true_flow(passages: Iterable[Passage], until_s: float) -> Flow:
    """How many really crossed up to a media time."""
    return sum((one_way(passage.direction) for passage in passages if passage.at <= until_s), NOBODY)
