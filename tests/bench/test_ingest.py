"""The bench of the ingest: its fleet, its judge, and short runs of the whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.bench.ingest import compare, run
from edge.bench.ingest_fleet import packets, say, shuffled
from edge.ingest.arrivals import Arrival, take
from edge.ingest.database import Database
from edge.ingest.packets import PacketReader, read_publish
from edge.ingest.store import Store
from edge.sim.broker import mosquitto_path
from edge.sim.postgres import programs

needs_mosquitto = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")


@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0, 0.5), st.integers(1, 50))
def test_everything_is_published_and_nothing_goes_far_from_its_place(
    seed: int, count: int, doubled: float, window: int
) -> None:
    order = shuffled(seed, count, doubled=doubled, window=window)
    assert set(order) == set(range(count))
    assert len(order) == count + round(doubled * count)
    highest = 0
    for n in order:
        assert n >= highest - window
        highest = max(highest, n)


def test_a_fleet_numbers_each_source_without_gaps_and_the_packets_say_so() -> None:
    said = say(1, 200, 7)
    seen: dict[tuple[object, object], int] = {}
    for one, (head, rest) in zip(said, packets(said), strict=True):
        key = one.gateway, one.record.source
        assert one.record.sequence == seen.get(key, 0) + 1
        seen[key] = one.record.sequence
        (packet,) = PacketReader(4096).feed(head + (7).to_bytes(2) + rest)
        taken = take(read_publish(*packet))
        assert isinstance(taken, Arrival)
        assert taken.received.record == one.record


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("DELETE FROM event WHERE sequence = 2 AND type LIKE 'footfall%'", "missing"),
        ("UPDATE event SET type = 'x' WHERE sequence = 1", "changed"),
        ("UPDATE event SET sequence = 9999 WHERE sequence = 1 AND type LIKE 'stock%'", "invented"),
        ("UPDATE stock SET quantity = quantity + 1", "stock"),
        ("UPDATE stream SET missing_count = 1", "holes"),
        ("DELETE FROM sale", "sales"),
    ],
)
def test_the_judge_sees_every_harm(tmp_path: Path, harm: str, says: str) -> None:
    said = say(3, 300, 5)
    taken = [take(read_publish(*PacketReader(4096).feed(a + b"\0\1" + b)[0])) for a, b in packets(said)]
    with Database(f"sqlite:///{tmp_path}/x.db") as database:
        database.upgrade()
        Store(database).write(taken)
        assert compare(database, said) == []
        with database.transaction() as transaction:
            transaction.run(harm)
        assert any(one.startswith(says) for one in compare(database, said))


@needs_mosquitto
def test_two_workers_write_the_truth(tmp_path: Path) -> None:
    result = run(events=600, workers=2, batch=50, database=f"sqlite:///{tmp_path}/bench.db")
    assert result["identical"], result["differences"]
    assert result["published"] == 630


@needs_mosquitto
@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not on this machine")
def test_workers_that_are_killed_write_the_truth() -> None:
    result = run(events=8000, workers=2, kills=10)
    assert result["kills"] == 10
    assert result["identical"], result["differences"]
