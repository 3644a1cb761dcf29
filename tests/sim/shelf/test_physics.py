"""What a simulated load cell makes of a load: the figures that it was asked for."""

import numpy as np
import pytest

from edge.sim.shelf.physics import Cell, PlatePhysics

CALM = PlatePhysics(glitch_share=0.0, walk_g_per_root_min=0.0)


def cell(physics: PlatePhysics, seed: int = 1) -> Cell:
    return Cell(physics, np.random.default_rng(seed))


def times(seconds: float, rate_hz: float = 10.0, begin: float = 0.0) -> np.ndarray:
    return begin + np.arange(int(seconds * rate_hz)) / rate_hz


def test_the_noise_is_the_one_asked_for() -> None:
    at = times(1000)
    read = cell(CALM).read(at, np.full(len(at), 3000.0))
    assert np.std(read) == pytest.approx(1.0, rel=0.05)
    assert np.mean(read) == pytest.approx(3000, abs=0.1)


def test_glitches_are_as_frequent_as_asked_for() -> None:
    at = times(5000)
    read = cell(PlatePhysics(walk_g_per_root_min=0.0)).read(at, np.full(len(at), 3000.0))
    begins = np.flatnonzero(np.diff((np.abs(read - 3000) > 50).astype(int)) == 1)
    assert len(begins) / len(at) == pytest.approx(0.009, rel=0.2)


def test_the_creep_after_half_an_hour_is_the_one_asked_for() -> None:
    one = cell(PlatePhysics(noise_g=0.0, glitch_share=0.0, walk_g_per_root_min=0.0))
    one.changed(0.0, 10_000.0)
    read = one.read(np.array([0.0, 1800.0]), np.full(2, 10_000.0))
    assert read[1] - read[0] == pytest.approx(2.5, abs=0.01)


def test_the_day_moves_the_zero_by_its_temperature() -> None:
    one = cell(PlatePhysics(noise_g=0.0, glitch_share=0.0, walk_g_per_root_min=0.0, tempco_g_per_k=0.15))
    read = one.read(times(86_400, 0.01), np.zeros(864))
    assert (np.max(read) - np.min(read)) / 2 == pytest.approx(1.2, rel=0.01)


def test_one_seed_is_one_signal() -> None:
    at = times(100)
    load = np.full(len(at), 500.0)
    assert np.array_equal(cell(PlatePhysics(), 7).read(at, load), cell(PlatePhysics(), 7).read(at, load))
    assert not np.array_equal(cell(PlatePhysics(), 7).read(at, load), cell(PlatePhysics(), 8).read(at, load))
