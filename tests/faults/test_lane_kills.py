"""A lane that is killed at every write: no line lost, nobody pays twice, no sale told twice, and it goes on at once."""

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkout.journal_reader import JournalReader
from edge.codec import decode_event
from edge.events import (
    CheckoutCompleted,
    CheckoutItemScanned,
    CheckoutSessionClosed,
    CheckoutSessionOpened,
    Event,
)
from edge.outbox.outbox import Outbox
from tests.faults.lane_shopper import GOODS, MortalLane, Visit

RESUME_S = 3.0


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[MortalLane]:
    with MortalLane(tmp_path, seed=4) as one:
        yield one


def buy(lane: MortalLane, chance: random.Random, die_at: int, kill_share: float = 0.0) -> list[str]:
    """One shopper; the lane dies at a point of its own, and perhaps at random."""
    wanted = chance.sample(sorted(GOODS), chance.randint(2, 4))
    lane.look()
    lane.arm(die_at)
    Visit(lane, wanted, chance, kill_share=kill_share).pay()
    return wanted


def judge(lane: MortalLane, bought: list[list[str]]) -> None:
    """What the outbox holds, what the terminal took, what the journal says: all of it once."""
    with Outbox.open_readonly(lane.folder / "outbox.db") as outbox:
        events: list[Event] = [decode_event(row.record.type, row.record.data) for row in outbox.pending(0, 100_000)]
    sales = [event for event in events if isinstance(event, CheckoutCompleted)]
    assert [sale.total for sale in sales] == [sum(GOODS[code][0] for code in wanted) for wanted in bought]
    assert max(Counter(sale.session for sale in sales).values()) == 1
    assert max(Counter(sale.receipt_number for sale in sales).values()) == 1
    for kind in (CheckoutSessionOpened, CheckoutSessionClosed):
        assert Counter(e.session for e in events if isinstance(e, kind)) == Counter(sale.session for sale in sales)
    lines = Counter((event.session, event.line) for event in events if isinstance(event, CheckoutItemScanned))
    assert sum(lines.values()) == len(lines) == sum(map(len, bought))
    assert lane.terminal.taken() == sum(sale.total for sale in sales)
    assert not lane.terminal.charges or max(lane.terminal.charges.values()) == 1
    assert lane.deaths.lost == []
    assert lane.deaths.calls == 0
    assert lane.deaths.slowest_s <= RESUME_S
    with JournalReader.open(lane.folder / "lane.journal") as journal:
        numbers = [entry.n for entry in journal.entries()]
    assert numbers == list(range(1, len(numbers) + 1))


def points_of_a_session(lane: MortalLane, chance: random.Random) -> tuple[int, list[str]]:
    wanted = buy(lane, chance, -1)
    return lane.points, wanted


def test_a_lane_dies_at_writes_and_nothing_is_lost_or_doubled(lane: MortalLane) -> None:
    chance = random.Random(7)
    points, first = points_of_a_session(lane, chance)
    bought = [first, *(buy(lane, chance, point) for point in range(0, points, max(1, points // 18)))]
    judge(lane, bought)
    assert lane.deaths.kills >= 15


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_200_sessions_die_at_every_write_and_at_random(lane: MortalLane) -> None:
    chance = random.Random(11)
    points, first = points_of_a_session(lane, chance)
    began = time.monotonic()
    every = points + 12  # so many more has a shopper of four goods
    shares = [0.0 if n < every else 0.15 for n in range(200)]
    bought = [first, *(buy(lane, chance, n % every, kill_share=share) for n, share in enumerate(shares))]
    judge(lane, bought)
    assert lane.deaths.kills >= 300, (lane.deaths, points, time.monotonic() - began)


@pytest.mark.slow
def test_a_resume_from_a_cold_start_is_in_time(tmp_path: Path) -> None:
    chance = random.Random(3)
    with MortalLane(tmp_path, seed=1) as lane:
        bought = buy(lane, chance, -1)
    (tmp_path / "lane.sock").unlink()
    with sqlite3.connect(tmp_path / "lane.journal") as db:
        assert db.execute("SELECT count(*) FROM entry").fetchone()[0] > len(bought)
    db.close()
    with MortalLane(tmp_path, seed=1) as lane:
        assert lane.deaths.slowest_s <= RESUME_S, "interpreter, imports, journal, scale and first screen"
