"""A database of the first schema: brought to this one, and what came before read again for the newer tables."""

from collections.abc import Iterator

import pytest

from edge.events import CameraStatus, CameraStatusChanged
from edge.ingest import bulk, tables
from edge.ingest.arrivals import Arrival, Taken
from edge.ingest.database import Database
from edge.ingest.names import Names
from edge.ingest.retelling import retell
from edge.ingest.steps import STEPS, Flavour
from edge.ingest.store import Store
from edge.ingest.told import event_row
from edge.sim.broker import BrokerOptions, mosquitto_path, start_broker
from tests.ingest.made import counted, queue, record, taken, traffic
from tests.ingest.test_store import a_day, rows, written
from tests.ingest.test_worker import settings, working
from tests.uplink.test_uplink import eventually

FOOTFALL_COLUMNS = "stream, sequence, time, line, interval_start, interval_s, observed_s, came_in, went_out, degraded"


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database with the first schema, and nothing in it."""
    with Database(url) as database:
        with database.transaction() as transaction:
            if database.postgres:
                transaction.run("DROP SCHEMA public CASCADE")
                transaction.run("CREATE SCHEMA public")
            transaction.run("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
            transaction.run("INSERT INTO schema_version VALUES (1)")
            for statement in STEPS[0](Flavour.of(postgres=database.postgres)):
                transaction.run(statement)
        yield database
        if database.postgres:
            with database.transaction() as transaction:
                transaction.run("DROP SCHEMA public CASCADE")
                transaction.run("CREATE SCHEMA public")


def came_before(database: Database, batch: list[Taken]) -> None:
    """What the first version wrote of these: events, watermarks, and of lines no more than it knew."""
    events = [one.received for one in batch if isinstance(one, Arrival)]
    names = Names()
    names.learn(database, events, ())
    of_events = sorted(event_row(one, names.numbers(one)) for one in events)
    with database.transaction() as transaction:
        insert = bulk.insert(tables.EVENT, postgres=database.postgres)
        transaction.bulk(insert, list(zip(*of_events, strict=True)))
        for stream, last in transaction.rows("SELECT stream, max(sequence) FROM event GROUP BY 1"):
            transaction.run("UPDATE stream SET newest = :last, through = :last WHERE id = :id", last=last, id=stream)
        transaction.run(
            f"INSERT INTO footfall ({FOOTFALL_COLUMNS}) SELECT stream, sequence, time, 'door', time, 60, 60, 1, 1, ''"
            " FROM event WHERE type = 'footfall.counted.v1'"
        )


def retold(database: Database, at_once: int = 7) -> int:
    """Read all again; in how many pieces."""
    pieces = 0
    while retell(database, at_once):
        pieces += 1
    return pieces


def test_what_came_before_is_in_the_views_as_if_it_came_now(
    old: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    came_before(old, traffic())
    old.upgrade()
    assert rows(old, "SELECT * FROM zone_interval") == []
    assert retold(old) > 3
    with Database(f"sqlite:///{tmp_path_factory.mktemp('truth')}/truth.db") as truth:
        truth.upgrade()
        Store(truth).write(traffic())
        expected = written(truth)
    found = written(old)
    for name in ("zone_interval", "queue_interval", "capture_interval", "occupancy_interval", "door_balance_true"):
        assert found[name] == expected[name]
        assert found[name]
    assert found["camera_state"] == expected["camera_state"]
    assert found["certificate_state"] == expected["certificate_state"]
    errors = "SELECT sequence, in_sd, out_sd, in_parties FROM footfall ORDER BY sequence"
    assert [row[1] for row in rows(old, errors)] == [None, None, 0.5, None, None, 0.5, None]


def test_new_events_are_written_while_the_old_ones_are_read(old: Database) -> None:
    came_before(old, traffic())
    old.upgrade()
    Store(old).write(
        taken(record(queue(9, 2.0, 9.0, 1), 200), record(CameraStatusChanged(status=CameraStatus.DARK), 201))
    )
    retold(old)
    assert rows(old, "SELECT count(*) FROM queue_interval") == [(4,)]
    assert rows(old, "SELECT status FROM camera_state") == [("dark",)]


def test_an_event_that_the_tables_refuse_keeps_no_other_from_them(old: Database) -> None:
    """A count that is no 64-bit number was an event like any other, for its data were kept as JSON."""
    came_before(
        old, taken(record(counted(0, 1), 1), record(queue(1, 1.0, 1.0, 10**30), 2), record(queue(2, 1, 1, 4), 3))
    )
    old.upgrade()
    retold(old)
    assert rows(old, "SELECT served FROM queue_interval") == [(4,)]


def test_nothing_is_left_to_read_in_a_new_database(database: Database) -> None:
    Store(database).write(a_day())
    assert not retell(database)


def test_a_mark_that_is_set_back_has_all_read_again_and_changes_nothing(database: Database) -> None:
    Store(database).write(a_day())
    before = written(database)
    with database.transaction() as transaction:
        transaction.run("UPDATE stream SET retold = 0, retell_to = newest")
    assert retold(database) > 3
    assert written(database) == before


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")
def test_the_first_worker_brings_the_schema_to_this_version_and_reads_what_came_before(old: Database, url: str) -> None:
    came_before(old, traffic())
    with start_broker(BrokerOptions(mosquitto=True)) as broker, working(settings(broker, url)):
        eventually(lambda: rows(old, "SELECT count(*) FROM stream WHERE retold < retell_to") == [(0,)])
        assert rows(old, "SELECT count(*) FROM zone_15min") == [(1,)]
