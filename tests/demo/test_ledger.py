"""The demo's ledger: sums, gaps, duplicates, and when all agree."""

from datetime import UTC, datetime

import pytest

from edge.codec import Gateway, Received, Record, Source, encode_event, type_of
from edge.demo.ledger import Arrived, CameraLedger, Flow, LaneLedger, Ledger, ShelfLedger, Sold, arrived, true_flow
from edge.events import (
    CheckoutCompleted,
    ClockState,
    Direction,
    Event,
    FootfallCounted,
    FootfallCrossed,
    Kind,
    Stamp,
    StockCounted,
    StockMove,
    StockMoved,
)
from edge.vision.matching import Passage

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


def ledger(
    counted: Flow, published: Flow, got: Flow, crossings: Flow, *, accepted: int = 3, pending: int = 0
) -> Ledger:
    camera = CameraLedger(
        truth=Flow(9, 5), counted=counted, published=published, received=got, received_crossings=crossings
    )
    numbers = {(DOOR, "e1"): frozenset({1, 2, 3})}
    return Ledger(
        cameras={"door": camera}, accepted=accepted, delivered=3, pending=pending, arrived=Arrived(events=numbers)
    )


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


def test_agreement_behind_the_camera_is_what_counts_and_the_truth_has_no_say() -> None:
    seven = Flow(7, 5)
    whole = ledger(seven, seven, seven, seven)
    assert whole.ok
    assert whole.as_json() == {
        "truth": {"in": 9, "out": 5},
        "counted": {"in": 7, "out": 5},
        "published": {"in": 7, "out": 5},
        "received": {"in": 7, "out": 5},
        "lost": 0,
        "gaps": 0,
        "duplicates": 0,
        "ok": True,
        "first_published_s": None,
        "cameras": {"door": whole.cameras["door"].as_json()},
        "shelves": {},
        "lanes": {},
        "events": {"accepted": 3, "delivered": 3, "pending": 0, "received": 3},
    }


def test_a_shelf_agrees_when_moves_and_counts_do() -> None:
    left = {"06901234567892": 5}
    assert ShelfLedger(truth={}, counted=left, published=left, received=left, received_counts=left).ok
    assert not ShelfLedger(truth=left, counted=left, published=left, received=left, received_counts={}).ok


def test_a_lane_agrees_when_what_was_charged_arrived() -> None:
    sold = Sold(2, 1410)
    assert LaneLedger(sold, sold, sold, sold).ok
    assert not LaneLedger(sold, sold, sold, Sold(2, 1400)).ok
    sale = CheckoutCompleted(session="s", lines=(), total=705, currency="CNY", tenders=(), receipt_number="r")
    got = arrived([on_shelf(1, sale), on_shelf(2, sale), on_shelf(2, sale)])
    assert got.sold == {"aisle-3": sold}


def test_stock_is_the_first_count_and_the_moves_since() -> None:
    gtin = "06901234567892"

    def counted(quantity: int) -> StockCounted:
        return StockCounted(plate="p1", gtin=gtin, quantity=quantity, probability=1.0, weight_g=1.0)

    moved = StockMoved(plate="p1", gtin=gtin, quantity=-2, cause=StockMove.PICK, weight_delta_g=-660.0, confidence=1.0)
    got = arrived([on_shelf(1, counted(8)), on_shelf(2, moved), on_shelf(3, counted(6)), on_shelf(2, moved)])
    assert got.stock == {"aisle-3": {gtin: 6}}
    assert got.counts == {"aisle-3": {gtin: 6}}
    assert got.duplicates == 1


@pytest.mark.parametrize("wrong", range(4))
def test_any_figure_that_differs_is_not_ok(wrong: int) -> None:
    flows = [Flow(7, 5)] * 4
    flows[wrong] = Flow(7, 4)
    assert not ledger(*flows).ok


def test_an_event_that_did_not_arrive_is_lost_though_the_counts_agree() -> None:
    seven = Flow(7, 5)
    short = ledger(seven, seven, seven, seven, accepted=4)
    assert (short.lost, short.ok) == (1, False)


def test_what_is_still_in_the_outbox_is_not_lost() -> None:
    seven = Flow(7, 5)
    assert ledger(seven, seven, seven, seven, accepted=5, pending=2).ok


def test_the_truth_ends_where_the_playing_ended() -> None:
    passages = [Passage(1, Direction.IN), Passage(2, Direction.OUT), Passage(3, Direction.IN)]
    assert true_flow(passages, 2.0) == Flow(1, 1)
    assert true_flow(passages, 99) == Flow(2, 1)
    assert true_flow([], 99) == Flow()
