"""What one unit weighs, learned and guarded."""

from random import Random

import pytest

from edge.shelf.planogram import Product
from edge.shelf.unit_weight import UnitWeight

COLA = Product("06901234567892", 330.0, 2.0, 2.0)


def learned(true_g: float, sd_g: float, times: int) -> UnitWeight:
    random, known = Random(1), UnitWeight.configured(COLA)
    for _ in range(times):
        known = known.learn(random.gauss(true_g, sd_g), 0.5)
    return known


def test_the_true_mean_is_found() -> None:
    known = learned(333.0, 2.0, 60)
    assert known.mean_g == pytest.approx(333, abs=1)
    assert known.error_g < 0.5
    assert known.observed == 60


def test_the_spread_is_found_within_its_bounds() -> None:
    assert learned(330, 4.0, 400).sd_g == pytest.approx(4, rel=0.3)
    assert learned(330, 0.01, 800).sd_g == pytest.approx(1.0, rel=0.1)


def test_light_dummies_cannot_poison_it() -> None:
    known = UnitWeight.configured(COLA)
    for _ in range(1000):
        known = known.learn(100.0, 0.5)
    assert known.mean_g >= 0.9 * COLA.unit_g


def test_one_odd_unit_moves_it_little() -> None:
    known = learned(330, 2, 20)
    assert known.learn(380, 0.5).mean_g == pytest.approx(known.mean_g, abs=1.5)
