"""The small parts: when a batch is written, what a receipt says, what is kept of dead letters."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from edge.codec import Gateway
from edge.config.gateway import UplinkConfig
from edge.errors import ConfigError
from edge.ingest import care, gaps
from edge.ingest.arrivals import Answered, DeadLetter, Reply
from edge.ingest.batch import Batch, BatchRule
from edge.ingest.database import Database
from edge.ingest.receipt_book import MOST_RUNS, ReceiptBook
from edge.ingest.sequences import Progress
from edge.ingest.settings import DeadLetterRule, IngestSettings
from edge.ingest.store import Advance, Store
from tests.ingest.made import EPOCH, GATEWAY, crossings
from tests.ingest.test_store import rows


@pytest.mark.parametrize(
    ("adds", "at", "due"),
    [
        ([], 9, False),
        ([(0, 3)], 0, True),
        ([(0, 1)], 0.001, False),
        ([(0, 1)], 0.005, True),
        ([(0, 1), (0.199, 1)], 0.2, True),
        ([(0, 1), (0.1, 1)], 0.104, False),
    ],
)
def test_a_batch_is_full_or_old_or_nothing_more_comes(adds: list[tuple[float, int]], at: float, due: bool) -> None:
    batch = Batch[int](BatchRule(most=3, age_s=0.2, quiet_s=0.005))
    for when, count in adds:
        batch.add([1] * count, when)
    assert batch.due(at) is due
    assert len(batch.take()) == sum(count for _, count in adds)
    assert not batch.due(at + 1000)


def advance(progress: Progress, gateway: Gateway = GATEWAY, source: str = "camera/door") -> Advance:
    return Advance(gateway, source, EPOCH, progress)


def test_a_gateway_is_told_the_newest_and_not_too_often() -> None:
    book, other = ReceiptBook(1.0), Gateway("acme", "sh-2", "gw-1")
    book.note([advance(Progress(5)), advance(Progress(1), other)], 0)
    book.note([advance(Progress(9, ((7, 7),))), advance(Progress(2), source="shelf/a")], 0.5)
    assert book.due(0.9) == []
    told = dict(book.due(1.0))
    assert json.loads(told[GATEWAY]) == [
        {"source": "camera/door", "epoch": EPOCH, "through": 6, "beyond": [[8, 9]]},
        {"source": "shelf/a", "epoch": EPOCH, "through": 2, "beyond": []},
    ]
    assert book.due(99) == []
    assert other in told


def test_a_receipt_stays_small() -> None:
    book = ReceiptBook(0)
    book.note([advance(Progress().advanced(range(2, 2000, 2)))], 0)
    ((_, payload),) = book.due(0)
    assert len(json.loads(payload)[0]["beyond"]) == MOST_RUNS


def test_dead_letters_are_bounded_by_age_and_number(database: Database) -> None:
    letters = [DeadLetter(f"t/{n}", b"x", b"[]", "why") for n in range(10)]
    Store(database).write(letters)
    now = datetime.now(UTC)
    assert care.clean(database, DeadLetterRule(days=1, rows=4), now) == 6
    assert [topic for (topic,) in rows(database, "SELECT topic FROM dead_letter ORDER BY id")] == [
        f"t/{n}" for n in range(6, 10)
    ]
    assert care.clean(database, DeadLetterRule(days=1, rows=4), now + timedelta(days=2)) == 4


@pytest.mark.parametrize("correlation", [b"", b"x", b"1", b"99999999999999999999:1:", "1:½".encode(), b"1:1:"])
def test_an_answer_to_nothing_changes_nothing(database: Database, correlation: bytes) -> None:
    Store(database).write(crossings([2]))
    gaps.answered(database, Answered(GATEWAY, correlation, Reply(ok=True)))
    assert rows(database, "SELECT outcome FROM gap") == []


def test_another_gateways_answer_does_not_count(database: Database) -> None:
    Store(database).write(crossings([2]))
    settings = IngestSettings(broker=UplinkConfig(url="mqtt://h"), database="sqlite://")
    assert settings.backfill is not None
    gaps.look(database, settings.backfill, datetime.now(UTC))
    (request,) = gaps.look(database, settings.backfill, datetime.now(UTC) + timedelta(seconds=61))
    gaps.answered(database, Answered(Gateway("acme", "sh-9", "gw-1"), request.correlation, Reply(ok=True)))
    assert rows(database, "SELECT outcome, asked FROM gap") == [("", 1)]
    gaps.answered(database, Answered(GATEWAY, request.correlation, Reply(ok=True)))
    assert rows(database, "SELECT outcome FROM gap") == [("gone",)]


@pytest.mark.parametrize("name", ["", "a/b", "a+", "x" * 65])
def test_names_of_workers_are_plain(name: str) -> None:
    with pytest.raises(ConfigError, match="--worker"):
        IngestSettings(broker=UplinkConfig(url="mqtt://h"), database="sqlite://", worker=name)
