"""The staff: known by where they come from, where they stay or what they wear, and left out of every figure."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from edge.config.camera import CaptureConfig
from edge.events import CaptureMeasured, FootfallCounted, HeatmapCounted, QueueMeasured, ZoneCounted
from edge.vision.counting import CountingSettings
from edge.vision.detections import Clothes, Track
from edge.vision.floor_plane import fit
from edge.vision.interval import Interval
from edge.vision.line import Line
from edge.vision.measures import Drawn, Measured, Measures
from edge.vision.polygon import Disc, Polygon
from edge.vision.queue_counting import Queue
from edge.vision.staff import LEAST_SIGHTS, REACH, StaffRule, StaffWatch
from edge.vision.zone_counting import Zone
from tests.vision.test_interval import BEGAN
from tests.vision.walks import Place, play, standing, track, walking

BACK = Polygon(((0, 300), (100, 300), (100, 400), (0, 400)), (1000, 1000))
RULE = StaffRule([BACK], stay_s=5.0)
DOOR = Line("door", (300, 200), (300, 500), (-1, 0))
STREET = Line("street", (700, 200), (700, 500), (-1, 0))
FLOOR = Zone("floor", Polygon(((120, 250), (280, 250), (280, 450), (120, 450)), (1000, 1000)))
TILL = Queue("till", Polygon(((120, 250), (280, 250), (280, 450), (120, 450)), (1000, 1000)), Disc((200, 350), 30))
ALL = Drawn(
    lines=[(DOOR, CountingSettings()), (STREET, CountingSettings())],
    zones=[FLOOR],
    queues=[TILL],
    captures=[CaptureConfig(id="window", outside="street", door="door")],
    staff=RULE,
)
IN, OUT = walking((900, 350), (200, 350), 7), walking((200, 350), (900, 350), 7)
UNSEEN: list[Place] = [None]
FROM_BACK = walking((50, 350), (200, 350), 3)


def known(
    rule: StaffRule, path: list[Place], wears: Callable[[float], Clothes] = lambda _: Clothes.UNSEEN
) -> list[float]:
    """When somebody was known to be staff."""
    watch, found = StaffWatch(rule), list[float]()

    def take(tracks: list[Track], at: float) -> None:
        if watch.update([replace(one, clothes=wears(at)) for one in tracks], at):
            found.append(at)

    play([path], take)
    return found


def measured(drawn: Drawn, paths: list[list[Place]], staff: frozenset[int] = frozenset()) -> list[Measured]:
    """One interval; those people of `staff` wear the uniform."""
    measures = Measures(drawn, Interval(60.0, 10.0, BEGAN))

    def take(tracks: list[Track], at: float) -> None:
        dressed = [replace(one, clothes=Clothes.UNIFORM if one.id in staff else Clothes.OTHER) for one in tracks]
        measures.frame(dressed, round(at * 10), at)

    play(paths, take, began_s=BEGAN.monotonic_s)
    measures.finish()
    return measures.close(BEGAN.after(60.0))


def test_whoever_comes_through_the_back_room_is_staff_for_as_long_as_they_are_seen() -> None:
    found = known(RULE, [*FROM_BACK, *OUT])
    assert (found[0], len(found)) == (0.0, 100)


def test_whoever_walks_into_it_is_not_until_they_stay() -> None:
    assert known(RULE, [*IN, *walking((200, 350), (50, 350), 1), *walking((50, 350), (200, 350), 1), *OUT]) == []
    found = known(RULE, [*walking((200, 350), (50, 350), 2), *standing((50, 350), 8), *FROM_BACK])
    assert 5.0 < found[0] < 7.5
    assert found[-1] > 12, "they are staff outside of it too"


def test_the_uniform_is_known_by_enough_sights_and_by_most_of_them() -> None:
    every = known(StaffRule(), OUT, lambda _: Clothes.UNIFORM)
    assert every[0] == pytest.approx((LEAST_SIGHTS - 1) / 10)
    assert known(StaffRule(), OUT, lambda at: Clothes.UNIFORM if round(at * 10) % 2 else Clothes.OTHER) == []
    assert known(StaffRule(), OUT, lambda at: Clothes.UNIFORM if at < 0.25 else Clothes.OTHER) == []
    assert known(StaffRule(), OUT, lambda at: Clothes.UNIFORM if round(at * 10) % 4 else Clothes.OTHER)


def test_somebody_of_the_staff_who_comes_back_under_another_id_stays_staff() -> None:
    watch, numbers = StaffWatch(RULE), set[int]()

    def take(tracks: list[Track], at: float) -> None:
        numbers.update(watch.update(tracks, at).values())

    hidden: list[Place] = [None] * 10
    play([[*FROM_BACK, *hidden, *OUT]], take, ids=lambda _, frame: 1 if frame < 35 else 2)
    assert (numbers, watch.is_staff(2)) == ({1}, True)
    assert watch.is_staff(1), "a line may settle the old id's crossing late"


def test_nothing_is_kept_of_who_is_gone() -> None:
    watch = StaffWatch(RULE)
    for n in range(2000):
        watch.update([track(n, (50, 350), n / 10)], n / 10)
    assert len(watch._known) < 150
    assert len(watch._people) < 10 * REACH.memory_s + 2


def test_the_staff_are_in_no_figure_and_the_interval_says_how_many() -> None:
    customer, errand = [*IN, *standing((200, 350), 12)], [*FROM_BACK, *standing((200, 350), 12), *OUT]
    events = measured(ALL, [customer, [*UNSEEN * 5, *errand]])
    door, street, capture, zone, queue = events
    assert isinstance(door, FootfallCounted)
    assert (door.in_, door.out, door.staff_in, door.staff_out, door.in_parties, door.out_parties) == (1, 0, 0, 1, 1, 0)
    assert isinstance(street, FootfallCounted)
    assert (street.in_, street.out, street.staff_in, street.staff_out) == (1, 0, 0, 1)
    assert isinstance(capture, CaptureMeasured)
    assert (capture.passers_by, capture.entered) == (1, 1)
    assert isinstance(zone, ZoneCounted)
    assert (zone.entered, zone.occupancy_max, zone.staff) == (1, 1, 1)
    assert isinstance(queue, QueueMeasured)
    assert (queue.served, queue.staff) == (1, 1)
    alone = measured(ALL, [customer])
    assert isinstance(alone[3], ZoneCounted)
    present_s = alone[3].occupancy_mean * alone[3].observed_s
    assert zone.occupancy_mean * zone.observed_s == pytest.approx(present_s, abs=0.05)
    assert (alone[3].staff, alone[0].staff_out if isinstance(alone[0], FootfallCounted) else None) == (0, 0)


def test_where_nobody_is_told_apart_all_are_customers_and_no_number_is_given() -> None:
    door, *_, zone, queue = measured(replace(ALL, staff=None), [[*FROM_BACK, *OUT]], frozenset({0}))
    assert isinstance(door, FootfallCounted)
    assert isinstance(zone, ZoneCounted)
    assert isinstance(queue, QueueMeasured)
    assert (door.out, door.staff_in, door.staff_out, zone.staff, queue.staff) == (1, None, None, None, None)


def test_whoever_is_known_late_is_taken_back_from_the_zone_they_are_in() -> None:
    path = [*walking((900, 350), (200, 350), 7), *standing((200, 350), 12)]
    drawn = replace(ALL, staff=StaffRule([FLOOR.area], stay_s=5.0))
    door, _, _, zone, queue = measured(drawn, [path])
    assert isinstance(door, FootfallCounted)
    assert isinstance(zone, ZoneCounted)
    assert isinstance(queue, QueueMeasured)
    assert door.in_ == 1, "what was counted before is told already"
    assert (zone.entered, zone.left, zone.dwell_n, zone.staff) == (0, 0, 0, 1)


def test_a_passing_of_the_staff_that_is_never_settled_is_no_doubt() -> None:
    stop: list[Place] = [*FROM_BACK, *walking((200, 350), (304, 350), 2), *standing((304, 350), 1), *UNSEEN * 530]
    sure, doubtful = (measured(replace(ALL, staff=rule), [stop])[0] for rule in (RULE, StaffRule()))
    assert isinstance(sure, FootfallCounted)
    assert isinstance(doubtful, FootfallCounted)
    assert (sure.out, doubtful.out) == (0, 0)
    assert (sure.out_sd or 0) < (doubtful.out_sd or 0)


def test_the_heatmap_shows_customers_only() -> None:
    corners = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0)]
    heat = (fit(corners, [(x / 100, y / 100) for x, y in corners]), 1.0)
    (event,) = [
        one for one in measured(Drawn(heat=heat, staff=RULE), [FROM_BACK, IN]) if isinstance(one, HeatmapCounted)
    ]
    assert min(cell.x for cell in event.cells) >= 1
    assert sum(cell.person_s for cell in event.cells) > 5
