"""The bagging scale of the simulation."""

import statistics

import pytest

from edge.sim.lane.physics import RATE_HZ, BagScale


def readings(scale: BagScale, begin: float, lasts_s: float) -> list[tuple[float | None, bool]]:
    return [scale.read(begin + n / RATE_HZ) for n in range(int(lasts_s * RATE_HZ))]


def test_a_scale_that_judges_says_nothing_while_it_moves() -> None:
    scale = BagScale(1)
    scale.read(0.0)
    settled = scale.change(1.0, 500.0)
    moving = [scale.read(at) for at in (1.0, (1.0 + settled) / 2)]
    assert moving == [(None, False)] * 2
    grams, still = scale.read(settled + 0.01)
    assert still
    assert grams == pytest.approx(500, abs=6)


def test_a_scale_that_streams_swings_and_comes_to_rest() -> None:
    scale = BagScale(2, judges=False)
    scale.read(0.0)
    settled = scale.change(1.0, 1000.0)
    seen = [grams for grams, _ in readings(scale, 1.0, 4.0) if grams is not None]
    assert len(seen) == 4 * RATE_HZ
    assert max(abs(grams - 1000) for grams in seen[: int((settled - 1.0) * RATE_HZ) + 1]) > 20
    assert statistics.mean(seen[-10:]) == pytest.approx(1000, abs=5)
    assert not any(still for _, still in readings(scale, 6.0, 1.0))


def test_readings_are_whole_divisions() -> None:
    scale = BagScale(3, division_g=5.0)
    scale.change(0.0, 333.0)
    assert {grams % 5 for grams, _ in readings(scale, 2.0, 5.0) if grams is not None} == {0.0}


def test_zero_comes_back_when_all_is_taken_off() -> None:
    scale = BagScale(4)
    for at in range(40):
        scale.change(float(at), 150.0)
    scale.change(50.0, -6000.0)
    assert scale.load_g == 0.0
    assert abs(statistics.mean(grams for grams, _ in readings(scale, 52.0, 4.0) if grams is not None)) < 6


def test_leaning_is_over_when_it_is_over() -> None:
    scale = BagScale(5, judges=False)
    scale.lean(1.0, 3000.0, 2.0)
    leaning, after = scale.read(2.0)[0], scale.read(3.5)[0]
    assert leaning == pytest.approx(3000, rel=0.06)
    assert after == pytest.approx(0, abs=4)
