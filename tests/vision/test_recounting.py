"""The past counted again is what was counted then, to the last figure."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from edge.bench.zones import AHEAD
from edge.events import FootfallCounted
from edge.sim.floor import doors
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.walk import Rect
from edge.vision import foot_store
from edge.vision.counting import CountingSettings
from edge.vision.detections import Clothes
from edge.vision.foot_records import FootRecord, Framed
from edge.vision.foot_store import FootStore
from edge.vision.interval import Interval
from edge.vision.line import Line
from edge.vision.measures import Drawn, Measured
from edge.vision.measures_log import LoggedMeasures
from edge.vision.polygon import Disc, Polygon
from edge.vision.queue_counting import Queue
from edge.vision.recounting import Recounting
from edge.vision.staff import StaffRule
from edge.vision.tracker import Tracker
from edge.vision.zone_counting import Zone
from tests.vision.test_interval import BEGAN

SECONDS, LENGTH_S = 300.0, 20.0
SIZE = (640, 360)
CLOTHES = (Clothes.UNIFORM, Clothes.OTHER, Clothes.UNSEEN, Clothes.OTHER, Clothes.OTHER)
FOREVER = BEGAN.wall + timedelta(days=365)


def drawn(seen: Detecting) -> Drawn:
    lines = []
    for name, ends in doors.DOORS.items():
        start, end = seen.pixels(ends)
        lines.append((Line(name, start, end, (0.0, -1.0)).opened(SIZE), CountingSettings()))
    area = Polygon(seen.pixels(Rect(-3, 1, 3, 4).corners), SIZE)
    queue = Queue("till", area, Disc(seen.pixels([(2.0, 4.0)])[0], 30))
    back = Polygon(seen.pixels(Rect(0, 5, 3, 7).corners), SIZE)
    return Drawn(lines, [Zone("floor", area)], [queue], staff=StaffRule([back]))


def a_day(store: FootStore) -> tuple[Drawn, list[Measured]]:
    """Two doors, with a hole, a fault and a stop and start in the middle; what was measured live."""
    dice = np.random.default_rng(5)
    day, seen = doors.door_day(SECONDS, dice), Detecting(AHEAD, Failings(), dice)
    there, tracker, events = drawn(seen), Tracker(), list[Measured]()
    interval = Interval(LENGTH_S, 10.0, BEGAN)
    LoggedMeasures(there, interval, store.keep, "run-1")
    measures = LoggedMeasures(there, interval, store.keep, "run-1", SIZE)
    for n, (after, found) in enumerate(seen.frames(day.walks, SECONDS)):
        at = 100.0 + after
        if n == 1500:  # the agent is stopped and started
            measures.finish()
            events += measures.close(BEGAN.after(after), early=True)
            interval = Interval(LENGTH_S, 10.0, BEGAN.after(after))
            measures = LoggedMeasures(there, interval, store.keep, "run-2")
            measures = LoggedMeasures(there, interval, store.keep, "run-2", SIZE)
        if 700 < n < 760:  # the camera is gone
            measures.degrade("camera_offline")
            continue
        if interval.due(at):
            events += measures.close(BEGAN.after(after + 0.003))
        # Every fifth track wears the uniform.
        tracks = [replace(one, clothes=CLOTHES[one.id % 5]) for one in tracker.update(found, at)]
        measures.frame(tracks, n, at)
    measures.finish()
    events += measures.close(BEGAN.after(SECONDS), early=True)
    store.flush()
    return there, events


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Drawn, list[Measured]]:
    folder = tmp_path_factory.mktemp("tracks")
    there, events = a_day(FootStore(folder, days=30, most_bytes=1 << 30))
    return folder, there, events


def test_a_recount_gives_exactly_what_the_agent_gave(kept: tuple[Path, Drawn, list[Measured]]) -> None:
    folder, there, events = kept
    counting = Recounting(lambda _: there)
    again = list(counting.run(foot_store.read(folder, BEGAN.wall, FOREVER), BEGAN.wall, FOREVER))
    assert again == events
    assert sum(getattr(event, "in_", 0) for event in events) > 5, "nothing happened"
    assert any("camera_offline" in event.degraded for event in events)
    assert sum((getattr(event, "staff_in", 0) or 0) + (getattr(event, "staff_out", 0) or 0) for event in events) > 3
    assert counting.frames == 3000 - 59


def test_a_past_without_clothes_is_counted_as_if_nobody_had_been_seen_to_wear_the_uniform(
    kept: tuple[Path, Drawn, list[Measured]],
) -> None:
    folder, there, events = kept
    records = [
        Framed(one.at_us, one.index, one.feet) if isinstance(one, Framed) else one
        for one in foot_store.read(folder, BEGAN.wall, FOREVER)
    ]
    only = replace(there, staff=StaffRule())
    again = list(Recounting(lambda _: only).run(records, BEGAN.wall, FOREVER))
    assert len(again) == len(events)
    assert {getattr(event, "staff_in", 0) for event in again} == {0}
    assert sum(getattr(event, "in_", 0) for event in again) > sum(getattr(event, "in_", 0) for event in events)


def test_a_past_is_counted_again_with_everybody_as_a_customer(kept: tuple[Path, Drawn, list[Measured]]) -> None:
    folder, there, events = kept
    all_ = replace(there, staff=None)
    again = list(Recounting(lambda _: all_).run(foot_store.read(folder, BEGAN.wall, FOREVER), BEGAN.wall, FOREVER))
    with_staff = [
        (one.in_ + (one.staff_in or 0), one.out + (one.staff_out or 0))
        for one in events
        if isinstance(one, FootfallCounted)
    ]
    assert [(one.in_, one.out) for one in again if isinstance(one, FootfallCounted)] == with_staff


def test_a_part_of_the_past_is_the_same_part(kept: tuple[Path, Drawn, list[Measured]]) -> None:
    folder, there, events = kept
    begin, end = BEGAN.after(55).wall, BEGAN.after(210).wall
    again = list(Recounting(lambda _: there).run(foot_store.read(folder, begin, end), begin, end))
    assert again == [event for event in events if begin <= event.interval_start < end]


def test_a_line_that_was_not_there_is_counted_as_if_it_had_been(kept: tuple[Path, Drawn, list[Measured]]) -> None:
    folder, there, events = kept
    only = Drawn(lines=there.lines[1:], staff=there.staff)
    again = list(Recounting(lambda _: only).run(foot_store.read(folder, BEGAN.wall, FOREVER), BEGAN.wall, FOREVER))
    assert again == [event for event in events if getattr(event, "line", "") == "right"]


def test_a_cut_file_gives_what_is_whole(kept: tuple[Path, Drawn, list[Measured]], tmp_path: Path) -> None:
    folder, there, events = kept
    for file in foot_store.stored(folder):
        data = file.read_bytes()
        (tmp_path / file.name).write_bytes(data[: len(data) * 2 // 3])
    again = list(Recounting(lambda _: there).run(foot_store.read(tmp_path, BEGAN.wall, FOREVER), BEGAN.wall, FOREVER))
    assert 0 < len(again) < len(events)
    assert all(event in events for event in again)


def hours(store: FootStore, count: int) -> None:
    """A long run with an interval an hour, one picture each."""
    interval = Interval(3600.0, 1.0, BEGAN)
    measures = LoggedMeasures(Drawn(), interval, store.keep, "run")
    for hour in range(count):
        measures.frame([], hour, 100.0 + 3600.0 * hour + 1)
        measures.close(BEGAN.after(3600.0 * (hour + 1)))


def test_files_are_of_an_hour_and_old_ones_go(tmp_path: Path) -> None:
    hours(FootStore(tmp_path, days=0.5, most_bytes=1 << 30), 48)
    assert 11 <= len(foot_store.stored(tmp_path)) <= 14


def test_no_more_bytes_are_kept_than_wanted(tmp_path: Path) -> None:
    hours(FootStore(tmp_path, days=30, most_bytes=2000), 48)
    files = foot_store.stored(tmp_path)
    assert files
    assert sum(file.stat().st_size for file in files) < 2600


def test_a_file_of_a_long_run_stands_for_itself(tmp_path: Path) -> None:
    hours(FootStore(tmp_path, days=30, most_bytes=1 << 30), 10)
    begin = BEGAN.after(3600 * 5).wall
    records: list[FootRecord] = list(foot_store.read(tmp_path, begin, FOREVER))
    assert len(records) < 30
    events = list(Recounting(lambda _: Drawn(zones=[Zone("z", Disc((0, 0), 1))])).run(records, begin, FOREVER))
    assert [event.interval_start for event in events] == [BEGAN.after(3600 * hour).wall for hour in range(5, 10)]


def test_a_disk_that_takes_nothing_harms_nobody_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "tracks").write_text("a file where the folder should be")
    store = FootStore(tmp_path / "tracks", days=30, most_bytes=1 << 30)
    hours(store, 3)
    store.flush()
    assert store.lost > 0
