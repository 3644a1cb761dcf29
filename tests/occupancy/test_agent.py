"""The shop's agent on real books and a real outbox, over a restart and a closing."""

import contextlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.agent.durably import Durably
from edge.agent.heartbeat import HeartbeatWriter
from edge.agent.protocol import Host
from edge.codec import Source
from edge.config.occupancy import OccupancyConfig
from edge.config.time_of_day import TimeOfDay
from edge.events import (
    EVENT_TYPES,
    ClockState,
    Event,
    FootfallCounted,
    Kind,
    OccupancyCounted,
    OccupancyRepaired,
    Stamp,
)
from edge.occupancy.agent import Shop
from edge.occupancy.door_book import BookedAgent, DoorBook, book_path, read
from edge.occupancy.hours import Hours
from edge.occupancy.occupancy import DoorCount
from edge.outbox.outbox import Outbox

CONFIG = OccupancyConfig(lines=("front/door", "side/door"), opens=TimeOfDay(9), closes=TimeOfDay(22))
HOURS = Hours(CONFIG.opens, CONFIG.closes, UTC)
SHOP = Source(Kind.GATEWAY, "occupancy")
BEGAN = Stamp(
    wall=datetime(2026, 11, 24, 21, 50, tzinfo=UTC), monotonic_s=50.0, boot_id="b", clock_state=ClockState.TRUSTED
)


class Clock:
    """A day in a moment."""

    def __init__(self) -> None:
        self.stamp = BEGAN

    def now(self) -> Stamp:
        return self.stamp

    def monotonic_s(self) -> float:
        return self.stamp.monotonic_s

    def sleep(self, seconds: float) -> None:
        self.stamp = self.stamp.after(seconds)


def quiet(**_figures: float | str) -> None:
    """Nobody watches."""


def counted(in_: int, out: int, sd: float | None = 1.0) -> FootfallCounted:
    observed_s = 0.0 if sd is None else 60.0
    return FootfallCounted(
        interval_start=BEGAN.wall,
        interval_s=60,
        observed_s=observed_s,
        line="door",
        in_=in_,
        out=out,
        in_sd=sd,
        out_sd=sd,
    )


class Store:
    """A shop whose agent can be restarted; what its outbox accepted can be read."""

    def __init__(self, folder: Path, outbox: Outbox, heartbeat: HeartbeatWriter) -> None:
        self.clock, self.folder, self.outbox = Clock(), folder, outbox
        self.books = {name: DoorBook(book_path(folder, name), name) for name in ("front", "side")}
        durably = Durably(SHOP, outbox, heartbeat, threading.Event())
        self.host = Host(durably.emit, quiet, self.clock, threading.Event(), durably)
        self.start()

    def start(self) -> None:
        self.shop = Shop(CONFIG, HOURS, 65.0, self.host, self.totals)

    def totals(self) -> dict[str, DoorCount]:
        return {line: one for name in self.books for line, one in read(book_path(self.folder, name)).items()}

    def minute(self, front: tuple[int, int], side: tuple[int, int] | None = (0, 0)) -> None:
        self.clock.sleep(60)
        self.books["front"].add(counted(*front))
        if side is not None:
            self.books["side"].add(counted(*side))
        self.shop.turn()

    def counted(self) -> list[OccupancyCounted]:
        return [event for event in self._events() if isinstance(event, OccupancyCounted)]

    def repaired(self) -> list[OccupancyRepaired]:
        return [event for event in self._events() if isinstance(event, OccupancyRepaired)]

    def _events(self) -> list[Event]:
        records = [row.record for row in self.outbox.pending(0, 1000)]
        return [msgspec.json.decode(one.data, type=EVENT_TYPES[one.type].data) for one in records]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    theirs, ours = os.pipe()
    with contextlib.closing(Outbox(tmp_path / "outbox.db", quota_bytes=1 << 24)) as outbox:
        yield Store(tmp_path, outbox, HeartbeatWriter(ours, lambda: 0.0))
    os.close(theirs)
    os.close(ours)


def test_the_count_goes_over_all_doors_and_is_zero_at_closing(store: Store) -> None:
    store.minute((9, 2), (1, 4))
    for _ in range(12):  # closing is made when the last interval before it must have come
        store.minute((0, 0))
    counted, repaired = store.counted(), store.repaired()
    assert (counted[0].occupancy, counted[0].in_, counted[0].out, counted[0].open) == (4, 10, 6, True)
    assert counted[0].occupancy_sd == 2
    (closing,) = repaired
    assert (closing.reason, closing.before, closing.after) == ("closing", 4, 0)
    assert [one.line for one in closing.doors] == list(CONFIG.lines)
    assert (counted[-1].occupancy, counted[-1].open) == (0, False)


def test_a_restart_keeps_the_count_and_what_the_doors_counted_meanwhile(store: Store) -> None:
    store.minute((9, 2))
    store.clock.sleep(60)
    store.books["front"].add(counted(5, 0))
    store.books["side"].add(counted(0, 0))
    store.start()
    store.minute((0, 1))
    last = store.counted()[-1]
    assert (last.occupancy, last.in_, last.out, last.degraded) == (11, 5, 1, ("restarted",))


def test_a_first_start_takes_no_count_from_before_it(store: Store) -> None:
    store.books["front"].add(counted(50, 0))
    store.start()
    store.minute((2, 1))
    assert store.counted()[-1].occupancy == 1


def test_a_box_that_was_off_for_a_while_is_less_sure(store: Store) -> None:
    store.minute((30, 0))
    before = store.counted()[-1].occupancy_sd
    store.clock.sleep(120)
    store.start()
    store.minute((0, 0))
    last = store.counted()[-1]
    assert (last.occupancy, last.degraded) == (30, ("door_unwatched", "restarted"))
    assert last.observed_s < 60
    assert last.occupancy_sd > before + 2


def test_a_door_that_falls_silent_is_told(store: Store) -> None:
    for _ in range(4):
        store.minute((1, 0), None)
    assert [one.degraded for one in store.counted()] == [
        (),
        ("door_unwatched",),
        ("door_unwatched",),
        ("door_unwatched",),
    ]


def test_more_out_than_in_is_an_event(store: Store) -> None:
    store.minute((1, 3))
    (repair,) = store.repaired()
    assert (repair.reason, repair.before, repair.after) == ("negative", -2, 0)
    assert store.counted()[-1].occupancy == 0


def test_a_clock_that_cannot_be_believed_closes_no_shop(store: Store) -> None:
    store.clock.stamp = msgspec.structs.replace(BEGAN, clock_state=ClockState.UNTRUSTED)
    for _ in range(13):
        store.minute((1, 0))
    assert store.repaired() == []
    assert store.counted()[-1].occupancy == 13


def test_a_book_that_was_spoilt_begins_anew(tmp_path: Path) -> None:
    path = book_path(tmp_path, "front")
    path.parent.mkdir()
    path.write_bytes(b'{"front/door": ')
    DoorBook(path, "front").add(counted(3, 1))
    assert read(path)["front/door"].in_ == 3


def test_an_interval_that_nobody_watched_is_booked_as_such(tmp_path: Path) -> None:
    path = book_path(tmp_path, "front")
    DoorBook(path, "front").add(counted(0, 0, None))
    assert read(path)["front/door"].unwatched_s == 60


class Counts:
    """An agent that tells of one interval."""

    def run(self, host: Host) -> None:
        host.emit(counted(2, 1), host.clock.now())


def test_a_camera_of_a_door_keeps_a_book_beside_its_events(store: Store, tmp_path: Path) -> None:
    path = book_path(tmp_path, "back")
    BookedAgent(Counts(), DoorBook(path, "back")).run(store.host)
    assert (read(path)["back/door"].in_, len(store.outbox.pending(0, 9))) == (2, 1)
