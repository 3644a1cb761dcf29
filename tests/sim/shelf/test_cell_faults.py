"""Faulty cells: each fault looks as it says, begins and ends in time, and leaves the rest alone."""

import numpy as np
import pytest

from edge.sim.shelf.cell_faults import OFF_S, SETTLE_S, CellFault, CellFaultKind, FaultyCell, spoiled
from edge.sim.shelf.physics import Cell, PlatePhysics
from edge.sim.shelf.plate_day import Goods, PlateLife

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
RATE_HZ, BEGIN_S, LASTS_S, END_G = 10.0, 20.0, 30.0, 20_000.0
TIMES: Floats = np.arange(800) / RATE_HZ
LOAD_G = 3000.0
RESTART_S = OFF_S + SETTLE_S


def sound(seed: int = 1) -> Floats:
    cell = Cell(PlatePhysics(glitch_share=0.0), np.random.default_rng(seed))
    return cell.read(TIMES, np.full(len(TIMES), LOAD_G))


def faulty(*kinds: CellFaultKind, seed: int = 1) -> FaultyCell:
    faults = [CellFault(kind, BEGIN_S, LASTS_S) for kind in kinds]
    return FaultyCell(faults, full_scale_g=END_G, random=np.random.default_rng(seed))


def during(kind: CellFaultKind) -> tuple[Floats, Floats]:
    times, weights = faulty(kind).read(TIMES, sound())
    inside = (times >= BEGIN_S) & (times < BEGIN_S + LASTS_S)
    return times[inside], weights[inside]


@pytest.mark.parametrize("kind", CellFaultKind)
def test_before_and_after_the_cell_is_sound(kind: CellFaultKind) -> None:
    times, weights = faulty(kind).read(TIMES, sound())
    for outside in (slice(None, 200), slice(500, None)):
        kept = np.isin(TIMES[outside], times)
        assert np.array_equal(weights[np.isin(times, TIMES[outside])], sound()[outside][kept])
        assert np.all(kept) or (kind is CellFaultKind.FAILED_TARE and np.sum(~kept) == round(RESTART_S * RATE_HZ))


@pytest.mark.parametrize("kind", CellFaultKind)
def test_one_seed_is_one_signal(kind: CellFaultKind) -> None:
    assert np.array_equal(faulty(kind, seed=5).read(TIMES, sound())[1], faulty(kind, seed=5).read(TIMES, sound())[1])


def test_a_dead_cell_is_silent() -> None:
    assert len(during(CellFaultKind.DEAD)[0]) == 0


def test_an_open_cell_wanders_from_end_to_end() -> None:
    _, weights = during(CellFaultKind.OPEN)
    assert (np.min(weights), np.max(weights)) == (-END_G, END_G)


def test_a_short_circuit_hides_the_load() -> None:
    _, weights = during(CellFaultKind.SHORTED)
    assert weights == pytest.approx(np.full(len(weights), -800.0), abs=1)
    assert np.std(weights) > 0


def test_a_saturated_cell_is_at_the_end() -> None:
    assert set(during(CellFaultKind.SATURATED)[1]) == {END_G}


def test_a_stuck_cell_repeats_what_it_said_last() -> None:
    _, weights = during(CellFaultKind.STUCK)
    assert len(set(weights)) == 1
    assert weights[0] == pytest.approx(LOAD_G, abs=3)


def test_a_failed_tare_takes_the_load_for_zero() -> None:
    times, weights = during(CellFaultKind.FAILED_TARE)
    assert times[0] == pytest.approx(BEGIN_S + RESTART_S, abs=0.11)
    assert np.mean(weights) == pytest.approx(0, abs=2)


def test_a_cold_cell_warms_up() -> None:
    _, weights = during(CellFaultKind.POWER_UP)
    assert np.mean(weights[:10]) - LOAD_G > np.mean(weights[-10:]) - LOAD_G > 5


def test_faults_over_several_stretches_are_those_of_one() -> None:
    kinds = (CellFaultKind.STUCK, CellFaultKind.FAILED_TARE)
    whole = faulty(*kinds).read(TIMES, sound())
    cell, readings = faulty(*kinds), sound()
    pieces = [cell.read(TIMES[begin : begin + 90], readings[begin : begin + 90]) for begin in range(0, 800, 90)]
    assert np.array_equal(np.concatenate([weights for _, weights in pieces]), whole[1])


def test_a_plate_day_keeps_its_stretches_but_those_without_a_reading() -> None:
    life = PlateLife((Goods("00000000000010", 330.0, 2.0, 8),), PlatePhysics(), seed=1, per_day=5)
    dead = FaultyCell(
        [CellFault(CellFaultKind.DEAD, 0.0, 43_200.0)], full_scale_g=END_G, random=np.random.default_rng(1)
    )
    begins = [times[0] for times, _ in spoiled(dead, life.stretches())]
    assert begins[0] >= 43_200.0
    assert begins == sorted(begins)
    assert len(begins) > 40
