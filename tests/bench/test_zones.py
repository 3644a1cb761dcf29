"""The bench of zones: its truths are right where they can be told by hand, and what is measured is near to them."""

import numpy as np
import pytest

from edge.bench import zones
from edge.sim.floor import browsing, doors, queueing
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.walk import Walk

SECONDS = 300.0


def test_the_truth_of_a_queue_is_read_off_the_steps() -> None:
    served, gone, by = Walk(1.7), Walk(1.7), Walk(1.7)
    served.begin(0.0, (0.0, 4.55 + 1.2))
    for place in ((0.0, 3.0), (0.0, 0.0)):
        served.go(place)
        served.stay(served.until + 10)
    served.go((-5.0, -2.0))
    gone.begin(0.0, (5.0, 5.0))
    gone.go((0.0, 5.0))
    gone.stay(20.0)
    gone.go((5.0, 5.0))
    by.begin(0.0, (5.0, 5.0))
    by.go((5.0, 0.0))
    waited = queueing.QueueDay([served, gone, by], 60.0).truth()
    assert [one.served for one in waited] == [True, False]
    assert waited[0].left - waited[0].joined == pytest.approx(10 + (5.75 - 0.55) / 1.2, abs=0.2)
    assert waited[1].left - waited[1].joined == pytest.approx(20 - (5.0 - 0.9) / 1.2 + 0.9 / 1.2, abs=0.2)


def test_the_truth_of_a_door_is_who_stays_on_the_other_side() -> None:
    through, turned = Walk(1.7), Walk(1.7)
    through.begin(0.0, (-2.0, 0.0))
    through.go((-2.0, 4.0))
    turned.begin(0.0, (2.0, 0.0))
    turned.go((2.0, 2.2))
    turned.go((2.0, 0.0))
    (passing,) = doors.DoorDay([through, turned], 20.0).truth()
    assert (passing.door, passing.inwards) == ("left", True)
    assert passing.at == pytest.approx(2 / 1.2, abs=0.1)


def test_a_stay_is_from_the_first_to_the_last_step_in_the_zone() -> None:
    walk = Walk(1.7)
    walk.begin(0.0, (-4.0, 2.5))
    walk.go((0.0, 2.5))
    walk.stay(30.0)
    walk.go((4.0, 2.5))
    ((came, left),) = browsing.Browsing([walk], 60.0).truth()
    assert came == pytest.approx(2.4 / 1.2, abs=0.1)
    assert left == pytest.approx(30 + 1.6 / 1.2, abs=0.1)


def test_a_detector_fails_as_it_is_told() -> None:
    walk = Walk(1.75)
    walk.begin(0.0, (0.0, 3.0))
    walk.stay(100.0)
    perfect = Failings(jitter=0.0, miss=0.0, lapse_per_s=0.0, false_per_s=0.0)
    seen = Detecting(zones.AHEAD, perfect, np.random.default_rng(1))
    frames = list(seen.frames([walk], 10.0))
    assert {len(found) for _, found in frames} == {1}
    foot = seen.camera.pixel(0.0, 3.0)
    assert frames[0][1].boxes[0, 3] == pytest.approx(foot[1], abs=3)
    failing = Detecting(zones.AHEAD, Failings(miss=0.5), np.random.default_rng(1))
    assert sum(len(found) for _, found in failing.frames([walk], 20.0)) < 150


def test_who_stands_behind_somebody_is_not_found() -> None:
    front, behind = Walk(1.8), Walk(1.6)
    for walk, y in ((front, 3.0), (behind, 3.5)):
        walk.begin(0.0, (0.0, y))
        walk.stay(10.0)
    seen = Detecting(zones.AHEAD, Failings(false_per_s=0.0), np.random.default_rng(1))
    assert max(len(found) for _, found in seen.frames([front, behind], 5.0)) == 1


def test_a_queue_is_measured_near_to_its_truth() -> None:
    figures = zones.queue(SECONDS, 3)
    assert figures["length_mae"] < 0.5
    assert abs(figures["served"] - figures["served_true"]) <= 1
    assert figures["track_ids"] > figures["people"], "a tracker that never loses anybody proves nothing"


def test_a_zone_is_measured_near_to_its_truth() -> None:
    figures = zones.zone(SECONDS, 3)
    assert figures["occupancy_mae"] < 0.3
    assert abs(figures["entered"] - figures["entered_true"]) <= 2


def test_two_doors_are_counted_near_to_their_truth() -> None:
    assert zones.two_doors(SECONDS, 3)["f1"] > 0.93


@pytest.mark.slow
def test_an_hour_is_within_the_bounds() -> None:
    figures = zones.run(1)
    assert figures["queue"]["length_mae"] <= 0.5
    assert abs(figures["queue"]["wait_p50_error"]) <= 0.1
    assert abs(figures["zone"]["dwell_p50_error"]) <= 0.1
    assert figures["doors"]["f1"] >= 0.98
