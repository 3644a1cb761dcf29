"""The bench of staff: its truth knows who is who, its pictures show what people wear, and few are taken for others."""

import numpy as np

from edge.bench import staff
from edge.bench.zones import AHEAD
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.painting import Painter, as_shown
from edge.sim.floor.staffed import BACK, staffed_day
from edge.sim.floor.walk import Walk
from edge.vision.uniform import distance, lab, torso

SECONDS = 180.0


def test_the_staff_come_out_of_the_back_room_through_a_door_and_back() -> None:
    day = staffed_day(SECONDS, np.random.default_rng(1))
    walks = day.walks[day.first_staff :]
    assert all(BACK.holds(walk.at(walk.since + 0.01)) for walk in walks)
    customers, passed = day.truth()
    assert not any(BACK.holds(walk.at(walk.since + 0.01)) for walk in day.walks[: day.first_staff])
    assert len(passed) <= 2 * len(walks)
    assert len(customers) > len(passed) > 0
    assert {one.inwards for one in passed} == {True, False}


def test_a_painted_person_wears_their_colour() -> None:
    walk = Walk(1.75)
    walk.begin(0.0, (0.0, 3.0))
    walk.stay(10.0)
    dice = np.random.default_rng(1)
    seen = Detecting(AHEAD, Failings(), dice)
    red = staff.UNIFORMS["red"]
    picture = Painter(seen, [red], dice).picture([walk], 1.0)
    _, boxes, _ = seen.truth([walk], 1.0)
    points = torso(picture, boxes[0])
    assert points is not None
    shown = lab(np.asarray([as_shown(red)], dtype=np.uint8))
    assert float(np.median(distance(shown, lab(points)))) < 10


def test_the_staff_are_left_out_and_few_customers_with_them() -> None:
    for figures in (staff.by_zone(SECONDS, 2), staff.by_uniform(SECONDS, 2, staff.UNIFORMS["red"])):
        assert figures["10_fps"]["staff"] > 5
        assert figures["10_fps"]["staff_missed_share"] < 0.25
        assert figures["10_fps"]["customers_left_out_share"] < 0.2
