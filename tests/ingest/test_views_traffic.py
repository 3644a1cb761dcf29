"""What the views say of lines, zones, queues, the shop, cameras and certificates, in both databases."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from edge.codec import format_time
from edge.events import CameraStatus, CameraStatusChanged, CertificateChanged, CertificateExpiring, ClockCorrected
from edge.ingest.database import Database
from edge.ingest.store import Store
from tests.ingest.made import (
    CLOSED,
    DOOR,
    SELF,
    SHOP,
    WALL,
    capture,
    counted,
    in_shop,
    queue,
    record,
    taken,
    zone,
)
from tests.ingest.test_store import rows

# WALL is 09:03; a quarter begins at 09:15.
QUARTER = "2026-11-02T09:00:00.000000Z"


def test_the_deviation_of_a_sum_is_the_root_of_the_sum_of_squares(database: Database) -> None:
    events = (record(counted(0, 10, 3.0, 7), 1), record(counted(1, 5, 4.0, 4), 2, at=60))
    Store(database).write(taken(*events))
    query = "SELECT quarter, came_in, in_sd, out_sd, in_parties, sd_share, parties_share FROM {}"
    for view in ("footfall_line_15min", "footfall_15min"):
        assert rows(database, query.format(view)) == [(QUARTER, 15, 5.0, 5.0, 11, 1.0, 1.0)]


def test_a_sum_of_which_a_part_has_no_deviation_has_none_and_says_how_much_had(database: Database) -> None:
    other = msgspec.structs.replace(counted(1, 1), line="back")
    events = (record(counted(0, 10, 3.0), 1), record(counted(1, 5, None, None), 2, at=60), record(other, 3, at=60))
    Store(database).write(taken(*events))
    by_line = rows(database, "SELECT line, in_sd, in_parties, sd_share FROM footfall_line_15min ORDER BY line")
    assert by_line == [("back", 1.0, 1, 1.0), ("door", None, None, 0.5)]
    ((came_in, in_sd, parties, share),) = rows(
        database, "SELECT came_in, in_sd, in_parties, sd_share FROM footfall_15min"
    )
    assert (came_in, in_sd, parties) == (16, None, None)
    assert share == pytest.approx(2 / 3)


def test_a_zone_is_weighted_with_what_was_watched_and_who_stayed(database: Database) -> None:
    minutes = zone(0, 1.0, 10.0, 1), zone(1, 4.0, 30.0, 3, observed_s=30), zone(2, 9.0, None, 0, observed_s=0)
    Store(database).write(taken(*(record(one, n + 1, at=60 * n) for n, one in enumerate(minutes))))
    found = rows(
        database,
        "SELECT camera, zone, quarter, entered, departed, occupancy_mean, occupancy_max, dwell_p50_s, dwell_p90_s,"
        " dwell_n, coverage FROM zone_15min",
    )
    assert found == [("door", "promo", QUARTER, 9, 6, 2.0, 10, 25.0, 50.0, 4, 0.5)]


def test_a_queue_tells_its_length_its_waits_and_who_gave_up(database: Database) -> None:
    minutes = queue(0, 1.0, 30.0, 1), queue(1, 3.0, 90.0, 2, 1), queue(2, 2.0, None, 0)
    Store(database).write(taken(*(record(one, n + 1, at=60 * n) for n, one in enumerate(minutes))))
    found = rows(
        database,
        "SELECT queue, length_mean, length_max, wait_p50_s, wait_p90_s, served, abandoned FROM queue_15min",
    )
    assert found == [("tills", 2.0, 4, 75.0, 150.0, 3, 1)]
    assert [wait for (wait,) in rows(database, "SELECT wait_now_s FROM queue_interval ORDER BY interval_start")] == [
        30.0,
        90.0,
        None,
    ]


@pytest.mark.parametrize(
    ("minutes", "rate"), [([(10, 1), (30, 3)], 0.1), ([(0, 0)], None), ([(1, 2)], None), ([(0, 0), (4, 1)], 0.25)]
)
def test_the_share_of_those_who_pass(database: Database, minutes: list[tuple[int, int]], rate: float | None) -> None:
    events = (record(capture(n, *one), n + 1, at=60 * n) for n, one in enumerate(minutes))
    Store(database).write(taken(*events))
    assert rows(database, "SELECT camera, capture, rate FROM capture_15min") == [("door", "window", rate)]


def test_the_shop_tells_how_many_are_in_it_and_what_was_set_right(database: Database) -> None:
    events = (record(in_shop(n, people), n + 1, SHOP, at=60 * n) for n, people in enumerate([1, 4, 2]))
    Store(database).write(taken(*events, record(CLOSED, 9, SHOP, at=600)))
    assert rows(database, "SELECT occupancy FROM occupancy_interval ORDER BY interval_start") == [(1,), (4,), (2,)]
    ((now, sd, is_open, age_s),) = rows(database, "SELECT occupancy, occupancy_sd, open, age_s FROM occupancy_state")
    assert (now, sd, bool(is_open)) == (2, 0.5, True)
    assert age_s == pytest.approx((datetime.now(UTC) - WALL).total_seconds() - 180, abs=60)
    assert rows(database, "SELECT repaired_at, reason, before, after FROM occupancy_repair_true") == [
        (format_time(WALL + timedelta(seconds=600)), "closing", 2, 0)
    ]
    assert rows(database, "SELECT line, came_in, went_out, balanced_in FROM door_balance_true ORDER BY 1") == [
        ("back/door", 1, 1, 1.0),
        ("door/door", 10, 9, 9.5),
    ]


def test_a_camera_is_healthy_when_it_is_online_and_its_last_interval_says_nothing_else(database: Database) -> None:
    query = "SELECT status, reason, degraded, coverage, healthy FROM camera_state"
    store = Store(database)
    store.write(taken(record(CameraStatusChanged(status=CameraStatus.ONLINE), 1)))
    assert [(status, bool(well)) for status, _, _, _, well in rows(database, query)] == [("online", True)]
    half = msgspec.structs.replace(counted(1, 3), observed_s=30, degraded=("low_fps", "dark"))
    store.write(taken(record(half, 3, at=60), record(counted(0, 3), 2, at=0)))
    ((*said, well),) = rows(database, query)
    assert (said, bool(well)) == (["online", "", "low_fps,dark", 0.5], False)
    store.write(taken(record(CameraStatusChanged(status=CameraStatus.MOVED, reason="turned"), 5, at=90)))
    store.write(taken(record(counted(2, 3), 4, at=120)))
    ((*said, well),) = rows(database, query)
    assert (said, bool(well)) == (["moved", "turned", "", 1.0], False)


def test_a_camera_of_two_epochs_is_as_the_later_one_says(database: Database) -> None:
    newer = "00000000000c-0000000c"
    later = record(CameraStatusChanged(status=CameraStatus.BLOCKED), 1, DOOR, epoch=newer, at=60)
    Store(database).write(taken(later, record(CameraStatusChanged(status=CameraStatus.ONLINE), 50)))
    assert rows(database, "SELECT camera, status FROM camera_state") == [("door", "blocked")]


def test_certificates_say_when_they_end_and_whether_a_new_one_was_refused(database: Database) -> None:
    soon, later = datetime.now(UTC) + timedelta(days=9.5), datetime.now(UTC) + timedelta(days=400)
    refused = record(CertificateChanged(accepted=False, reason="wrong key", expires=soon), 1, SELF)
    warned = record(CertificateExpiring(expires=soon, days_left=9), 2, SELF, at=60)
    taken_up = record(CertificateChanged(accepted=True, expires=later), 3, SELF, at=90)
    store = Store(database)
    store.write(taken(warned, refused))
    assert rows(database, "SELECT gateway, days_left, refused FROM certificate_state") == [("gw-1", 9.5, "wrong key")]
    store.write(taken(taken_up))
    assert rows(database, "SELECT gateway, days_left, refused FROM certificate_state") == [("gw-1", 400.0, "")]


def test_times_of_intervals_are_put_right_too(database: Database) -> None:
    """Of a box that took WALL for now; its boot began 100 s before, and that was an hour later in truth."""
    clock = ClockCorrected(boot_id="boot-1", wall_at_zero=WALL + timedelta(seconds=3500), error_s=0.1)
    Store(database).write(taken(record(zone(0, 1, 1.0, 1), 1, trusted=False), record(clock, 1, SELF)))
    ((start,),) = rows(database, "SELECT interval_start FROM zone_interval")
    assert start[:19] == format_time(WALL + timedelta(hours=1))[:19]
