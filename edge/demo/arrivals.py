"""What a subscriber received, summed up. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.codec import Received, Source
from edge.demo.sums import NOBODY, NOTHING, Flow, Sold, one_way
from edge.events import CheckoutCompleted, FootfallCounted, FootfallCrossed, OccupancyCounted, StockCounted, StockMoved


@dataclass(frozen=True)
class Arrived:
    """What a subscriber received, and how.

    Attributes:
        intervals: by camera, the sum of its interval counts.
        crossings: by camera, its single crossings.
        stock: by shelf and GTIN, the units by the first count and the moves since.
        counts: by shelf and GTIN, the units by the last count.
        sold: by lane, its sales.
        inside: people in the shop by the last word on it; None when there was none.
        events: by source and epoch, the sequence numbers that came.
        duplicates: messages that had come before.
    """

    intervals: Mapping[str, Flow] = field(default_factory=dict)
    crossings: Mapping[str, Flow] = field(default_factory=dict)
    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sold: Mapping[str, Sold] = field(default_factory=dict)
    inside: int | None = None
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


def arrived(messages: Iterable[Received]) -> Arrived:
    """Sum up what a subscriber received on the event topics, each event once."""
    seen: dict[tuple[Source, str], set[int]] = {}
    intervals: dict[str, Flow] = {}
    crossings: dict[str, Flow] = {}
    stock: dict[str, dict[str, int]] = {}
    counts: dict[str, dict[str, int]] = {}
    sold: dict[str, Sold] = {}
    inside: int | None = None
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
        elif isinstance(event, OccupancyCounted):
            inside = event.occupancy
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
    return Arrived(intervals, crossings, stock, counts, sold, inside, numbers_of, duplicates)
