"""What a subscriber received: sums, gaps, duplicates."""

from datetime import UTC, datetime

import pytest

from edge.codec import Gateway, Received, Record, Source, encode_event, type_of
from edge.demo.arrivals import arrived
from edge.demo.sums import Flow, Sold
from edge.events import (
    CheckoutCompleted,
    ClockState,
    Direction,
    Event,
    FootfallCounted,
    FootfallCrossed,
    Kind,
    OccupancyCounted,
    Stamp,
    StockCounted,
    StockMove,
    StockMoved,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOOR = Source(Kind.CAMERA, "door")


def on_shelf(sequence: int, event: Event) -> Received:
    return received(sequence, event, source=Source(Kind.SHELF, "aisle-3"))


def received(sequence: int, event: Event, epoch: str = "e1", source: Source = DOOR) -> Received:
    stamp = Stamp(wall=NOON, monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
    record = Record(
        source=source,
        epoch=epoch,
        sequence=sequence,
        type=type_of(event).name,
        stamp=stamp,
        data=encode_event(event),
    )
    return Received(gateway=Gateway("t", "s", "g"), record=record, event=event)


def crossed(direction: Direction) -> FootfallCrossed:
    return FootfallCrossed(line="l", direction=direction, confidence=0.9)


def interval(ins: int, outs: int) -> FootfallCounted:
    return FootfallCounted(interval_start=NOON, interval_s=5, observed_s=5, line="l", in_=ins, out=outs)


def test_intervals_and_crossings_are_summed_apart() -> None:
    got = arrived(
        [
            received(1, crossed(Direction.IN)),
            received(2, interval(1, 0)),
            received(3, crossed(Direction.OUT)),
            received(4, interval(0, 1)),
        ]
    )
    assert got.intervals == got.crossings == {"door": Flow(1, 1)}
    assert (got.unique, got.gaps, got.duplicates) == (4, 0, 0)


def test_a_resend_counts_once_and_is_told() -> None:
    got = arrived([received(1, interval(2, 1)), received(1, interval(2, 1))])
    assert (got.intervals["door"], got.duplicates, got.unique) == (Flow(2, 1), 1, 1)


def test_a_new_epoch_begins_again_at_one() -> None:
    got = arrived([received(1, interval(1, 0)), received(1, interval(1, 0), epoch="e2")])
    assert (got.intervals["door"], got.duplicates, got.gaps) == (Flow(2, 0), 0, 0)


@pytest.mark.parametrize(("sequences", "gaps"), [([1, 2, 3], 0), ([2, 3], 1), ([1, 5], 3), ([5, 1, 3, 2, 4], 0)])
def test_numbers_that_are_missing_are_gaps(sequences: list[int], gaps: int) -> None:
    assert arrived([received(n, interval(0, 0)) for n in sequences]).gaps == gaps


def test_the_shop_s_last_word_is_how_many_are_inside() -> None:
    shop = Source(Kind.GATEWAY, "occupancy")

    def told(sequence: int, people: int) -> Received:
        event = OccupancyCounted(
            interval_start=NOON, interval_s=2, observed_s=2, occupancy=people, occupancy_sd=0.5, in_=0, out=0, open=True
        )
        return received(sequence, event, source=shop)

    assert arrived([told(1, 2), told(2, 4), told(1, 2)]).inside == 4
    assert arrived([received(1, interval(1, 0))]).inside is None


def test_stock_is_the_first_count_and_the_moves_since() -> None:
    gtin = "06901234567892"

    def counted(quantity: int) -> StockCounted:
        return StockCounted(plate="p1", gtin=gtin, quantity=quantity, probability=1.0, weight_g=1.0)

    moved = StockMoved(plate="p1", gtin=gtin, quantity=-2, cause=StockMove.PICK, weight_delta_g=-660.0, confidence=1.0)
    got = arrived([on_shelf(1, counted(8)), on_shelf(2, moved), on_shelf(3, counted(6)), on_shelf(2, moved)])
    assert got.stock == {"aisle-3": {gtin: 6}}
    assert got.counts == {"aisle-3": {gtin: 6}}
    assert got.duplicates == 1


def test_sales_are_summed_each_once() -> None:
    sale = CheckoutCompleted(session="s", lines=(), total=705, currency="CNY", tenders=(), receipt_number="r")
    got = arrived([on_shelf(1, sale), on_shelf(2, sale), on_shelf(2, sale)])
    assert got.sold == {"aisle-3": Sold(2, 1410)}
