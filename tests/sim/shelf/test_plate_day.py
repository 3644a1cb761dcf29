"""Simulated plates: what is said to have happened is what the signal shows."""

from itertools import pairwise

import numpy as np
import pytest

from edge.sim.shelf.actions import Step
from edge.sim.shelf.physics import DAY_S, PlatePhysics
from edge.sim.shelf.plate_day import Goods, PlateLife
from edge.sim.shelf.scenario import plates
from edge.sim.shelf.varied_day import VariedLife

GOODS = (Goods("00000000000010", 330.0, 2.0, 8), Goods("00000000000020", 124.0, 0.8, 10))
STILL = PlatePhysics(noise_g=0.0, glitch_share=0.0, walk_g_per_root_min=0.0, creep=0.0)


def test_the_moves_are_the_differences_of_the_counts() -> None:
    life = PlateLife(GOODS, STILL, seed=3, days=2)
    moved = {one.gtin: sum(move.quantity for move in life.moves if move.gtin == one.gtin) for one in GOODS}
    assert {one.gtin: start + moved[one.gtin] for one, start in zip(GOODS, life.start, strict=True)} == life.counts
    assert 60 < len(life.moves) / 2 < 250


def test_a_still_signal_is_the_sum_of_the_steps() -> None:
    life = PlateLife(GOODS, STILL, seed=4)
    steps = [action for action in life.actions if isinstance(action, Step)]
    checked = 0
    for times, weights in life.stretches():
        if any(times[0] - 15 < action.at < times[-1] for action in life.actions):
            continue
        load = life.first_load_g + sum(step.delta_g for step in steps if step.at < times[0])
        assert weights == pytest.approx(np.full(len(times), load), abs=0.01)
        checked += 1
    assert checked > 40


def test_stretches_go_forward_and_hold_all_that_happens() -> None:
    life = PlateLife(GOODS, PlatePhysics(), seed=5)
    last, covered = -1.0, []
    for times, weights in life.stretches():
        assert times[0] > last
        assert len(times) == len(weights)
        last = times[-1]
        covered.append((times[0], times[-1]))
    assert last < DAY_S + 60
    assert all(any(a <= move.at <= b for a, b in covered) for move in life.moves)


def test_one_seed_is_one_life() -> None:
    one, same, other = (PlateLife(GOODS, PlatePhysics(), seed=seed) for seed in (6, 6, 7))
    assert one.moves == same.moves != other.moves


@pytest.mark.parametrize(("kind", "lightest", "noise"), [("normal", 30, 1.0), ("hard", 10, 3.0)])
def test_a_set_is_as_its_name_says(kind: str, lightest: float, noise: float) -> None:
    scripts = plates("hard" if kind == "hard" else "normal", 60, seed=1)
    assert min(one.unit_g for script in scripts for one in script.goods) >= lightest
    assert {script.physics.noise_g for script in scripts} == {noise}
    assert 0.15 < sum(len(script.goods) > 1 for script in scripts) / 60 < 0.45
    assert all(sum(one.room * one.unit_g for one in script.goods) < script.capacity_g for script in scripts)


def test_odd_days_have_swaps_and_things_left_and_their_truth_holds() -> None:
    life = VariedLife(GOODS, STILL, seed=6, days=3)
    moved = {one.gtin: sum(move.quantity for move in life.moves if move.gtin == one.gtin) for one in GOODS}
    assert {one.gtin: start + moved[one.gtin] for one, start in zip(GOODS, life.start, strict=True)} == life.counts
    swaps = [a for a, b in pairwise(life.moves) if a.at == b.at and a.quantity * b.quantity < 0 and a.gtin != b.gtin]
    assert len(swaps) > 2
    of_goods = {round(move.at, 6) for move in life.moves}
    left = [one for one in life.actions if isinstance(one, Step) and round(one.at, 6) not in of_goods]
    assert sum(30 <= step.delta_g <= 1500 for step in left) > 1


def test_only_the_varied_set_is_odd() -> None:
    varied, normal = plates("varied", 1, 1)[0], plates("normal", 1, 1)[0]
    assert varied.goods == normal.goods
    assert isinstance(varied.live(1), VariedLife)
    assert not isinstance(normal.live(1), VariedLife)
