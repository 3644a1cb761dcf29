"""How fast a backlog goes out beside new events: by the time that receipts take."""

from collections import deque
from dataclasses import dataclass, field

import msgspec
import pytest

from edge.codec import Record, Source
from edge.events import Kind
from edge.outbox.rows import Row
from edge.uplink.flight import Flight, Lane
from edge.uplink.pace import FIRST, LEAST, MOST, QUEUED_S, Pace
from edge.uplink.readers import Readers
from edge.uplink.receipts import Receipts
from tests.uplink.test_uplink import STAMP

DOOR = Source(Kind.CAMERA, "door")
# As the ingest tells receipts.
TOLD_EVERY_S = 1.0


def row(number: int) -> Row:
    return Row(number, Record(source=DOOR, epoch="e", sequence=number, type="t", stamp=STAMP, data=b"{}"))


def turn(pace: Pace, began: float, took: float) -> int:
    """As many rows as may go, all with their receipts after so long; how many went."""
    went = 0
    while pace.has_room:
        pace.began(went, began)
        went += 1
    for rowid in range(went):
        pace.receipted(rowid, began + took)
    return went


def test_while_nothing_queues_it_doubles_up_to_an_end() -> None:
    pace = Pace()
    assert [turn(pace, float(at), 0.5) for at in range(5)] == [FIRST * 2**n for n in range(5)]
    for at in range(5, 20):
        turn(pace, float(at), 0.5)
    assert pace.limit == MOST


def test_when_rows_queue_it_is_halved_once_and_grows_by_one_a_turn_afterwards() -> None:
    pace = Pace()
    for at in range(4):
        turn(pace, float(at), 0.5)
    assert turn(pace, 10.0, 0.6 + QUEUED_S) == FIRST * 16
    halved = FIRST * 8
    grown = [turn(pace, 20.0 + at, 0.5) for at in range(11)]
    assert grown[0] == halved
    assert halved + 8 <= grown[10] <= halved + 10


def test_a_cloud_that_always_takes_long_is_no_queue() -> None:
    pace = Pace()
    for at in range(5):
        turn(pace, 100.0 * at, 60.0)
    assert pace.limit == FIRST * 2**5


def test_something_always_goes() -> None:
    pace = Pace()
    turn(pace, 0.0, 0.1)
    for at in range(1, 20):
        turn(pace, 100.0 * at, 50.0)
    assert pace.limit == LEAST
    assert pace.has_room


def test_what_has_no_receipt_in_time_makes_room_and_slows_down() -> None:
    receipts = Receipts(60)
    for number in range(1, FIRST + 1):
        receipts.pace.began(number, 0.0)
        receipts.delivered(row(number), 0.0)
    assert turn(receipts.pace, 1.0, 0.5) == 0
    assert receipts.overdue(60.0) == list(range(1, FIRST + 1))
    assert turn(receipts.pace, 61.0, 0.5) == FIRST // 2


BACKLOG = 50


def backlog(after: int, limit: int) -> list[Row]:
    return [row(number) for number in range(after + 1, min(after + limit, BACKLOG) + 1)]


def sent_at_once(flight: Flight, reason: int) -> list[int]:
    """What goes out while no receipt comes, the broker answering each at once."""
    went: list[int] = []
    while (one := flight.next(backlog, 8, 0.0)) is not None:
        flight.sent(flight.begin(one, 1), len(went), 0.0)
        flight.answered(len(went), reason, 0.0)
        went.append(one.rowid)
    return went


def flight_with(pace: Pace) -> Flight:
    return Flight(64, Lane(0, BACKLOG), Lane(BACKLOG, None), Readers(certain=True), pace, limit=64)


@pytest.mark.parametrize(("reason", "went"), [(0x99, BACKLOG), (0x00, FIRST)])
def test_what_the_broker_will_never_take_holds_no_place(reason: int, went: int) -> None:
    assert sent_at_once(flight_with(Pace()), reason) == list(range(1, went + 1))


def test_what_is_wanted_once_more_does_not_go_past_a_backlog_that_waits() -> None:
    flight = flight_with(Pace())
    first = sent_at_once(flight, 0x00)
    flight.repeat(row(1))
    assert sent_at_once(flight, 0x00) == []
    assert first == list(range(1, FIRST + 1))


def test_what_is_asked_for_and_was_not_sent_yet_goes_once_and_in_its_turn() -> None:
    flight = Flight(64, Lane(0, BACKLOG), Lane(BACKLOG, None), Readers(certain=False), limit=64)
    assert flight.next(backlog, 8, 0.0) == row(1)
    for number in (1, 2, 8, 9, BACKLOG, BACKLOG + 1):
        flight.repeat(row(number))
    assert sent_at_once(flight, 0x00) == [*range(2, BACKLOG + 1), 1]


@dataclass
class Shop:
    """A gateway that comes back with a backlog and has new events all the while."""

    backlog: int
    paced: bool
    receipts: Receipts = field(default_factory=lambda: Receipts(300))
    accepted: int = 0
    delivered: int = 0
    told_s: float = -1.0
    untold: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accepted = self.backlog
        pace = self.receipts.pace if self.paced else None
        self.flight = Flight(64, Lane(0, self.backlog), Lane(self.backlog, None), Readers(certain=True), pace, limit=64)

    def fetch(self, after: int, limit: int) -> list[Row]:
        return [row(number) for number in range(after + 1, min(after + limit, self.accepted) + 1)]

    def send(self, at: float) -> list[Row]:
        """The broker acknowledges at once, whatever waits behind it."""
        went = []
        while (one := self.flight.next(self.fetch, 64, at)) is not None:
            self.flight.sent(self.flight.begin(one, 1), one.rowid, at)
            self.flight.answered(one.rowid, 0, at)
            self.receipts.delivered(one, at)
            went.append(one)
        return went


def outage(*, paced: bool, shops: int = 40, backlog: int = 100, per_s: int = 200) -> tuple[float, float]:
    """Forty shops come back to one queue: how long a new event took at most, and until the backlog was in."""
    fleet = [Shop(backlog, paced) for _ in range(shops)]
    queue: deque[tuple[Shop, int, float]] = deque()
    worst_s, drained_s, step_s = 0.0, 0.0, 0.05
    left = shops * backlog
    for step in range(int(200 / step_s)):
        at = step * step_s
        for number, shop in enumerate(fleet):
            if step % 40 == number and left:  # a new event of each shop every two seconds: 20/s
                shop.accepted += 1
            queue.extend((shop, one.rowid, at) for one in shop.send(at))
        done: dict[int, list[int]] = {}
        for _ in range(min(len(queue), int(per_s * step_s))):
            shop, rowid, since = queue.popleft()
            done.setdefault(id(shop), []).append(rowid)
            shop.delivered += 1
            if rowid > shop.backlog:
                worst_s = max(worst_s, at - since)
            else:
                left -= 1
                drained_s = at
        for shop in fleet:
            told(shop, done.get(id(shop), []), at)
        if not left and all(shop.delivered == shop.accepted for shop in fleet):
            break
    assert left == 0
    assert all(shop.delivered == shop.accepted for shop in fleet)
    return worst_s, drained_s


def told(shop: Shop, committed: list[int], at: float) -> None:
    """The ingest tells a gateway at most once a second what it has."""
    shop.untold += committed
    if shop.untold and at - shop.told_s >= TOLD_EVERY_S:
        said = [{"source": str(DOOR), "epoch": "e", "beyond": [(number, number) for number in shop.untold]}]
        shop.receipts.received(msgspec.json.encode(said), at)
        shop.told_s = at
        shop.untold.clear()


def test_new_events_of_all_shops_pass_the_backlog_of_all_shops_and_the_drain_is_hardly_longer() -> None:
    worst_s, drained_s = outage(paced=False)
    paced_worst_s, paced_drained_s = outage(paced=True)
    assert worst_s > 15, "the queue of the broker has one lane"
    assert paced_worst_s < 4
    assert paced_drained_s < 1.5 * drained_s
