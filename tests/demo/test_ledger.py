"""The demo's ledger: when all agree, and what is lost."""

from dataclasses import replace

import pytest

from edge.demo.arrivals import Arrived
from edge.demo.ledger import CameraLedger, LaneLedger, Ledger, OccupancyLedger, ShelfLedger
from edge.demo.sums import Flow, Sold, true_flow
from edge.events import Direction
from edge.vision.matching import Passage
from tests.demo.test_arrivals import DOOR


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
        "occupancy": None,
        "shelves": {},
        "lanes": {},
        "events": {"accepted": 3, "delivered": 3, "pending": 0, "received": 3},
    }


def test_the_shop_agrees_when_its_count_arrived_and_the_truth_has_no_say() -> None:
    seven = Flow(7, 5)
    doors = ledger(seven, seven, seven, seven)
    assert replace(doors, occupancy=OccupancyLedger(truth=4, counted=2, published=2, received=2)).ok
    assert not replace(doors, occupancy=OccupancyLedger(truth=2, counted=2, published=2, received=1)).ok
    assert (Flow(9, 5).inside, Flow(2, 3).inside) == (4, 0)


def test_a_shelf_agrees_when_moves_and_counts_do() -> None:
    left = {"06901234567892": 5}
    assert ShelfLedger(truth={}, counted=left, published=left, received=left, received_counts=left).ok
    assert not ShelfLedger(truth=left, counted=left, published=left, received=left, received_counts={}).ok


def test_a_lane_agrees_when_what_was_charged_arrived() -> None:
    sold = Sold(2, 1410)
    assert LaneLedger(sold, sold, sold, sold).ok
    assert not LaneLedger(sold, sold, sold, Sold(2, 1400)).ok


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
