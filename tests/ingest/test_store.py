"""Batches into both databases: the same rows however they come."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.birth import Birth
from edge.codec import Gateway, format_time
from edge.errors import ConfigError
from edge.events import (
    CheckoutAlertRaised,
    CheckoutAlertResolved,
    CheckoutCompleted,
    ClockCorrected,
    ClockState,
    FootfallCounted,
    OutboxEvicted,
    Replaced,
    SaleLine,
    StockCounted,
    Tender,
)
from edge.ingest.arrivals import Born, Taken
from edge.ingest.database import Database
from edge.ingest.sequences import Progress
from edge.ingest.steps import STEPS
from edge.ingest.store import Store
from tests.ingest.made import (
    AISLE,
    CROSSED,
    DOOR,
    EPOCH,
    GATEWAY,
    LANE,
    SELF,
    WALL,
    crossings,
    record,
    taken,
    traffic,
)

GTIN = "06901234567892"


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What a query gives, times as text and numbers as Python's own, so that both databases say the same."""
    with database.transaction() as transaction:
        return [tuple(map(plain, row)) for row in transaction.rows(query)]


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a database gives
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, str | bool | int | type(None)):
        return value
    return float(value) if not isinstance(value, list | dict | bytes) else value


def counted(quantity: int, plate: str = "p1") -> StockCounted:
    return StockCounted(plate=plate, gtin=GTIN, quantity=quantity, probability=0.9, weight_g=330.0 * quantity)


def footfall(minute: int, came_in: int, observed_s: float = 60) -> FootfallCounted:
    start = WALL + timedelta(minutes=minute)
    return FootfallCounted(
        interval_start=start,
        interval_s=60,
        observed_s=observed_s,
        line="door",
        in_=came_in,
        out=1,
        degraded=("low_fps",),
    )


def sale(total: int, day: str = "") -> CheckoutCompleted:
    return CheckoutCompleted(
        session="s1",
        lines=(SaleLine(line=1, gtin=GTIN, quantity=2, price=total),),
        total=total,
        currency="CNY",
        tenders=(Tender(method="cash", amount=total),),
        receipt_number="1",
        business_date=day,
    )


def a_day() -> list[Taken]:
    """Something of everything."""
    return [
        *crossings(range(1, 30)),
        *traffic(),
        *taken(*(record(footfall(n, n), 30 + n, at=60 * n) for n in range(10))),
        *taken(*(record(counted(n), n, AISLE, at=n) for n in range(1, 20))),
        *taken(record(sale(500), 1, LANE), record(sale(700, "2026-11-01"), 2, LANE, at=1)),
        *taken(
            record(CheckoutAlertRaised(session="s1", alert="a1", cause="weight", evidence={}, likelihood=0.5), 3, LANE),
            record(CheckoutAlertResolved(session="s1", alert="a1", resolution="honest"), 4, LANE, at=9),
        ),
        *taken(
            record(
                OutboxEvicted(source="camera/door", from_sequence=41, to_sequence=50, count=10, reason="quota"), 1, SELF
            ),
            record(ClockCorrected(boot_id="boot-1", wall_at_zero=WALL + timedelta(hours=1), error_s=0.1), 2, SELF),
        ),
    ]


def written(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything, with names for numbers."""
    stream = "(SELECT kind || source || epoch FROM stream WHERE id = t.stream) AS stream"
    found = {}
    for table in ("event", "footfall", "stock", "sale", "eviction"):
        found[table] = sorted(rows(database, f"SELECT {stream}, t.sequence, t.time FROM {table} t"))
    for view in (
        "footfall_interval",
        "footfall_15min",
        "zone_interval",
        "queue_interval",
        "capture_interval",
        "occupancy_interval",
        "occupancy_repair_true",
        "door_balance_true",
    ):
        found[view] = sorted(rows(database, f"SELECT * FROM {view}"), key=str)
    # Ages differ by the moment.
    found["camera_state"] = rows(database, "SELECT camera, status, reason, since, interval_start FROM camera_state")
    found["certificate_state"] = rows(database, "SELECT expires, told_at, refused FROM certificate_state")
    found["stock"] = rows(database, "SELECT gtin, quantity, confidence FROM stock_plate ORDER BY 1")
    found["stream"] = rows(database, "SELECT kind, source, through, newest, missing FROM stream ORDER BY 1, 2")
    found["alert"] = rows(database, "SELECT lane, alert, raised_at, cause, resolved_at, resolution FROM alert_state")
    found["boot"] = rows(database, "SELECT boot_id, wall_at_zero, error_s FROM boot")
    return found


def write(database: Database, batches: Sequence[Sequence[Taken]]) -> int:
    store = Store(database)
    return sum(store.write(batch).new for batch in batches)


def test_all_that_comes_is_there_once(database: Database) -> None:
    day = a_day()
    assert write(database, [day]) == len(day)
    assert write(database, [day]) == 0
    assert len(rows(database, "SELECT * FROM event")) == len(day)


@pytest.mark.parametrize("seed", range(3))
def test_order_resends_and_the_cut_of_batches_make_no_difference(
    database: Database, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    day, dice = a_day(), random.Random(seed)
    again = day + dice.sample(day, 20)
    dice.shuffle(again)
    cuts = sorted(dice.sample(range(len(again)), 6))
    write(database, [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True)])
    with Database(f"sqlite:///{tmp_path_factory.mktemp('truth')}/truth.db") as truth:
        truth.upgrade()
        write(truth, [day])
        expected = written(truth)
    assert written(database) == expected


def test_two_workers_write_the_same_streams(database: Database, url: str) -> None:
    with Database(url) as other:
        a, b = Store(database), Store(other)
        a.write(crossings([1, 3, 5]))
        told = b.write(crossings([2, 3, 6]))
        assert told.new == 2
        assert [one.progress for one in told.advances] == [Progress(6, ((4, 4),))]
        assert a.write(crossings([4])).advances[0].progress == Progress(6)


def test_the_watermark_stands_in_the_same_transaction(database: Database) -> None:
    write(database, [crossings([1, 2, 4])])
    assert rows(database, "SELECT through, newest, missing, missing_count FROM stream") == [(2, 4, "[[3,3]]", 1)]


def test_footfall_has_quarters_with_coverage(database: Database) -> None:
    write(database, [taken(*(record(footfall(n, 2, 45), n + 1, at=60 * n) for n in range(15)))])
    found = rows(
        database, "SELECT store, quarter, came_in, went_out, observed_s, coverage FROM footfall_15min ORDER BY quarter"
    )
    assert found == [
        ("sh-1", "2026-11-02T09:00:00.000000Z", 24, 12, 540.0, 0.75),
        ("sh-1", "2026-11-02T09:15:00.000000Z", 6, 3, 135.0, 0.75),
    ]


@pytest.mark.parametrize("merged_first", [True, False])
def test_an_interval_that_was_merged_into_a_coarser_one_counts_once(database: Database, merged_first: bool) -> None:
    """One of the finer intervals had arrived, another had not; the coarser one stands for both."""
    finer = taken(record(footfall(1, 3), 1, at=60))
    coarser = footfall(1, 7, observed_s=110)
    both = (Replaced(epoch=EPOCH, sequence=1), Replaced(epoch=EPOCH, sequence=2))
    merged = taken(record(msgspec.structs.replace(coarser, replaces=both), 9, at=120))
    elsewhere = taken(record(footfall(1, 100), 1, source=AISLE, at=60))
    store = Store(database)
    for batch in (merged, finer, elsewhere) if merged_first else (finer, merged, elsewhere, finer):
        store.write(batch)
    found = rows(database, "SELECT camera, CAST(sum(came_in) AS INTEGER) FROM footfall_interval GROUP BY 1 ORDER BY 1")
    assert found == [("aisle-1", 100), ("door", 7)]


def test_stock_is_one_pool_over_all_shops(database: Database) -> None:
    other = Gateway("acme", "sh-2", "gw-1")
    write(
        database,
        [
            taken(record(counted(3), 1, AISLE), record(counted(7), 2, AISLE, at=1), record(counted(2, "p2"), 3, AISLE)),
            taken(record(counted(5), 1, AISLE), gateway=other),
        ],
    )
    found = rows(database, "SELECT tenant, gtin, quantity, plates, stores, least_confidence FROM stock_pool")
    assert found == [("acme", GTIN, 14, 3, 2, 0.9)]
    ((age,),) = rows(database, "SELECT oldest_age_s FROM stock_pool")
    assert age == pytest.approx((datetime.now(UTC) - WALL).total_seconds(), abs=60)


def test_a_new_epoch_takes_the_place_of_the_old(database: Database) -> None:
    newer = "00000000000b-0000000b"
    write(database, [taken(record(counted(9), 50, AISLE), record(counted(4), 1, AISLE, epoch=newer, at=60))])
    assert rows(database, "SELECT quantity FROM stock_plate") == [(4,)]


def test_sales_have_days_by_the_shops_own_calendar(database: Database) -> None:
    write(database, [taken(record(sale(500), 1, LANE), record(sale(700, "2026-11-01"), 2, LANE, at=1))])
    found = rows(database, "SELECT store, day, currency, sales, units, total FROM sales_day ORDER BY day")
    assert found == [("sh-1", "2026-11-01", "CNY", 1, 2, 700), ("sh-1", "2026-11-02", "CNY", 1, 2, 500)]


def test_alerts_are_open_until_they_are_resolved(database: Database) -> None:
    raised = record(CheckoutAlertRaised(session="s", alert="a", cause="weight", evidence={}), 1, LANE)
    resolved = record(CheckoutAlertResolved(session="s", alert="a", resolution="honest"), 2, LANE, at=30)
    write(database, [taken(raised)])
    assert rows(database, "SELECT cause, open_s, resolution FROM alert_state WHERE open") == [("weight", None, None)]
    write(database, [taken(resolved)])
    assert rows(database, "SELECT cause, open_s, resolution FROM alert_state WHERE NOT open") == [
        ("weight", 30.0, "honest")
    ]


def born(status: Any, session: str) -> Born:  # noqa: ANN401 - one of two words
    return Born(
        GATEWAY,
        Birth(
            status=status,
            session=session,
            version="1",
            config_hash="h",
            epoch=EPOCH,
            clock_state=ClockState.TRUSTED,
            sources=("camera/door",),
        ),
    )


@pytest.mark.parametrize(
    ("births", "online"),
    [
        ([("online", "a")], True),
        ([("online", "a"), ("offline", "a")], False),
        ([("offline", "a"), ("online", "a")], False),
        ([("online", "a"), ("online", "b"), ("offline", "a")], True),
    ],
)
def test_a_gateway_is_online_until_its_own_session_ends(
    database: Database, births: list[tuple[str, str]], online: bool
) -> None:
    write(database, [[born(*one)] for one in births])
    ((found, missing),) = rows(database, "SELECT online, missing FROM gateway_health")
    assert (bool(found), missing) == (online, 0)


def test_health_counts_what_is_missing(database: Database) -> None:
    write(database, [[born("online", "a"), *crossings([1, 2, 7])]])
    assert rows(database, "SELECT store, events, missing, gaps FROM gateway_health") == [("sh-1", 3, 4, 0)]


@pytest.mark.parametrize("correction_first", [True, False])
def test_times_of_a_wrong_clock_are_put_right_whenever_the_truth_comes(
    database: Database, correction_first: bool
) -> None:
    right = WALL + timedelta(days=3)
    clock = taken(
        record(ClockCorrected(boot_id="boot-1", wall_at_zero=right, error_s=0.2), 1, SELF),
        record(ClockCorrected(boot_id="boot-1", wall_at_zero=WALL, error_s=9.0), 2, SELF),
    )
    early = taken(
        record(footfall(0, 1), 1, trusted=False),
        record(footfall(1, 1), 2, trusted=True, at=60),
        record(footfall(0, 1), 3, trusted=False, boot="boot-2"),
    )
    write(database, [clock, early] if correction_first else [early, clock])
    # At WALL the box was up for 100 s; so it stood at zero 100 s earlier by its own account.
    found = rows(database, "SELECT sequence, true_time, error_s FROM event_true WHERE kind = 'camera' ORDER BY 1")
    assert found == [
        (1, format_time(right + timedelta(seconds=100)), 0.2),
        (2, format_time(WALL + timedelta(seconds=60)), None),
        (3, format_time(WALL), None),
    ]
    starts = rows(database, "SELECT interval_start FROM footfall_interval ORDER BY interval_start")
    moved = right + timedelta(seconds=100)
    assert [start[:19] for (start,) in starts] == [
        format_time(at)[:19] for at in (WALL, WALL + timedelta(minutes=1), moved)
    ]


def test_what_the_database_refuses_is_set_aside_and_the_rest_is_written(database: Database) -> None:
    poison = record(sale(10**30), 11, LANE)
    batch = [*crossings(range(1, 11)), *taken(poison), *crossings(range(11, 16))]
    told = Store(database).write(batch)
    assert (told.new, told.dead) == (15, 1)
    ((topic, payload, reason),) = rows(database, "SELECT topic, length(payload), reason FROM dead_letter")
    assert topic.endswith("evt/checkout/sco-1/checkout.completed.v1")
    assert payload == len(poison.data)
    assert reason


def test_a_dead_letter_that_comes_again_is_one(database: Database) -> None:
    broken = [one._replace() for one in taken(msgspec.structs.replace(record(CROSSED, 1), data=b"{"))]
    assert Store(database).write([*broken, *crossings([2])]).dead == 1
    Store(database).write(broken)
    assert len(rows(database, "SELECT * FROM dead_letter")) == 1
    assert len(rows(database, "SELECT * FROM event")) == 1


def test_a_replaced_database_is_noticed(database: Database) -> None:
    store = Store(database)
    store.write(crossings([1]))
    with database.transaction() as transaction:
        transaction.run("DELETE FROM stream")
    with pytest.raises(Exception, match="was it replaced"):
        store.write(crossings([2]))
    assert store.write(crossings([2])).new == 1


def test_the_schema_is_made_once_and_a_newer_one_is_left_alone(database: Database) -> None:
    database.upgrade()
    assert rows(database, "SELECT version FROM schema_version") == [(n,) for n in range(1, len(STEPS) + 1)]
    with database.transaction() as transaction:
        transaction.run("INSERT INTO schema_version VALUES (999)")
    with pytest.raises(ConfigError, match="found 999; upgrade store-edge"):
        database.upgrade()
    with database.transaction() as transaction:
        transaction.run("DELETE FROM schema_version WHERE version = 999")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nothing", "found no URL"),
        ("mysql://host/x", "found mysql"),
        ("postgresql://u:geheim@host/x", "no password in the URL"),
    ],
)
def test_a_wrong_url_is_told_and_no_secret_with_it(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        Database(url)
    assert "geheim" not in str(error.value)


def test_sources_are_kept_apart(database: Database) -> None:
    write(database, [[*crossings([1]), *taken(record(counted(1), 1, AISLE)), *crossings([1], DOOR)]])
    assert len(rows(database, "SELECT * FROM stream")) == 2
