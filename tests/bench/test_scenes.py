"""Scenes: the truth that is kept of a rendered one is the way that was walked, and disturbances are told."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge.bench import scene_health
from edge.bench.scenes import to_and_fro
from edge.errors import ConfigError
from edge.sim.disturb import DISTURBANCES
from edge.sim.floor.queueing import LANE, QueueDay, queue_day
from edge.sim.floor.walk import Walk
from edge.sim.render.floor_scene import SHIFT_M, Trod, person_of
from edge.sim.render.floor_truth import read
from edge.sim.render.walking import waypoints
from edge.sim.render.wardrobe import look_by_lot
from edge.vision.detections import Detections
from tests.vision import scenes

STEP_S = 0.02


def test_a_person_of_a_scene_goes_the_way_of_the_floor() -> None:
    walk = Walk(1.7, 1.25, sway_m=0.0)
    walk.begin(3.0, (5.0, 2.0))
    walk.go((0.0, 2.0))
    walk.stay(walk.until + 4.0)
    walk.go((0.0, -1.0))
    person = person_of(walk, "somebody", look_by_lot(np.random.default_rng(1)))
    for n, (x, y) in enumerate(waypoints(person, STEP_S)):
        there = walk.at(min(walk.since + n * STEP_S, walk.until))
        assert there is not None
        assert (x, y + SHIFT_M) == pytest.approx(there, abs=0.05)


def test_the_way_that_is_kept_says_who_waited_as_the_way_itself_does() -> None:
    day = queue_day(90.0, np.random.default_rng(3), every_s=(8.0, 8.0), service_s=9.0)
    kept = []
    for walk in day.walks:
        walk.sway_m = 0.0
        times = np.arange(walk.since, walk.until, 0.1)
        kept.append(Trod("x", walk.since, tuple(place for at in times if (place := walk.at(float(at))))).walk())
    for true, same in zip(day.truth(), QueueDay(kept, 90.0).truth(), strict=True):
        assert (same.joined, same.left) == pytest.approx((true.joined, true.left), abs=0.2)
        assert same.served == true.served


def test_busier_arrivals_make_a_longer_queue() -> None:
    def longest(every_s: float) -> int:
        day = queue_day(150.0, np.random.default_rng(3), every_s=(every_s, every_s), service_s=9.0)
        return max(sum(LANE.holds(walk.at(float(at))) for walk in day.walks) for at in range(150))

    assert longest(8.0) > longest(40.0)


def test_a_truth_that_is_not_there_says_how_to_render_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"python -m edge\.sim\.render\.scenes\.queue"):
        read(tmp_path, "queue")
    (tmp_path / "queue.json").write_text('{"scene": "queue"}', "utf-8")
    with pytest.raises(ConfigError, match="expected the truth"):
        read(tmp_path, "queue")


def test_a_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    people = [{"name": "a", "since": 1.0, "places": [[0.0, 1.0], [0.0, 1.1], [0.0, 1.2]]}]
    kept = {"scene": "doors", "fps": 10, "frames": 20, "people": people, "boxes": [[]] * 20}
    (tmp_path / "doors.json").write_text(json.dumps(kept), "utf-8")
    truth = read(tmp_path, "doors")
    assert truth.seconds == 2.0
    assert truth.walks[0].at(1.15) == pytest.approx((0.0, 1.15))
    assert truth.walks[0].at(2.0) is None


def test_a_scene_is_played_to_and_fro() -> None:
    found = [Detections(np.zeros((n, 4), dtype=np.float32), np.zeros(n, dtype=np.float32)) for n in range(3)]
    played = list(to_and_fro(found, 10.0, 0.8))
    assert [len(one) for _, one in played] == [0, 1, 2, 1, 0, 1, 2, 1]
    assert [at for at, _ in played] == pytest.approx([n / 10 for n in range(8)])


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_disturbed_picture_has_its_size_and_is_another(name: str) -> None:
    shop, last = scenes.shop(), scenes.shop(seed=2)
    disturbed = DISTURBANCES[name](shop, last)
    assert disturbed.shape == shop.shape
    assert disturbed.dtype == np.uint8
    assert not np.array_equal(disturbed, shop)


@pytest.mark.slow
def test_every_disturbance_of_the_demo_s_clip_is_told_within_ten_seconds() -> None:
    found = scene_health.run([])
    assert found["not_within_10_s"] == []
    assert found["false"] == {}
