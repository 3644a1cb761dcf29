"""When a plate cannot weigh."""

import math

import pytest

from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.faults import FaultWatch
from edge.scale.weighing.observations import FaultKind, PlateFault


def reading(
    at: float, weight_g: float | None = 100.0, status: Status = Status.STABLE, counts: int | None = None
) -> WeightReading:
    return WeightReading(0, at, weight_g, status, counts)


def watched(watch: FaultWatch, readings: list[WeightReading]) -> list[PlateFault]:
    return [fault for one in readings for fault in watch.reading(one, one.weight_g)]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (Status.OVERLOAD, FaultKind.OVERLOAD),
        (Status.UNDERLOAD, FaultKind.UNDERLOAD),
        (Status.NOT_READY, FaultKind.NOT_READY),
    ],
)
def test_a_status_that_lasts_is_a_fault_and_ends(status: Status, fault: FaultKind) -> None:
    watch = FaultWatch(15_000)
    began = watched(watch, [reading(n / 10, None, status) for n in range(20)])
    assert [(one.fault, one.recovered) for one in began] == [(fault, False)]
    assert began[0].at <= 3
    assert watch.active
    ended = watched(watch, [reading(2 + n / 10) for n in range(20)])
    assert [(one.fault, one.recovered) for one in ended] == [(fault, True)]
    assert not watch.active


def test_a_blow_that_overloads_for_a_moment_is_none() -> None:
    watch = FaultWatch(15_000)
    assert not watched(watch, [reading(n / 10, None, Status.OVERLOAD) for n in range(8)] + [reading(0.9)])


@pytest.mark.parametrize("weight", [-8_000, 40_000])
def test_a_weight_that_no_load_makes_is_a_fault(weight: float) -> None:
    found = watched(FaultWatch(15_000), [reading(n / 10, weight) for n in range(20)])
    assert [one.fault for one in found] == [FaultKind.IMPLAUSIBLE]
    assert f"{weight:.1f} g" in found[0].reason


def test_silence_is_a_fault_within_three_seconds_and_ends() -> None:
    watch = FaultWatch(15_000)
    watched(watch, [reading(1.0)])
    ticks = [fault for n in range(100) for fault in watch.tick(1.0 + n / 10)]
    assert [(one.fault, one.recovered) for one in ticks] == [(FaultKind.SILENT, False)]
    assert ticks[0].at <= 4.0
    assert [one.recovered for one in watched(watch, [reading(12 + n / 10) for n in range(20)])] == [True]


def test_a_plate_that_never_spoke_is_silent_too() -> None:
    watch = FaultWatch(15_000)
    assert [fault.fault for n in range(40) for fault in watch.tick(n / 10)] == [FaultKind.SILENT]


def test_counts_that_stand_still_are_a_dead_cell_and_grams_that_do_are_not() -> None:
    dead = watched(FaultWatch(15_000), [reading(n / 10, 100.0, Status.UNSTABLE, counts=0) for n in range(40)])
    assert [one.fault for one in dead] == [FaultKind.STUCK]
    assert dead[0].at <= 3
    assert not watched(FaultWatch(15_000), [reading(n / 10) for n in range(400)])


def test_one_fault_that_becomes_another_ends_first() -> None:
    watch = FaultWatch(15_000)
    watched(watch, [reading(n / 10, None, Status.OVERLOAD) for n in range(20)])
    found = watched(watch, [reading(2 + n / 10, None, Status.NOT_READY) for n in range(20)])
    assert [(one.fault, one.recovered) for one in found] == [(FaultKind.OVERLOAD, True), (FaultKind.NOT_READY, False)]


def test_an_open_cell_that_wanders_from_end_to_end_is_a_fault() -> None:
    watch = FaultWatch(15_000)
    found = watched(watch, [reading(n / 10, 46_000 * math.sin(n / 10 * math.pi)) for n in range(100)])
    assert [(one.fault, one.recovered) for one in found] == [(FaultKind.IMPLAUSIBLE, False)]
    assert found[0].at <= 3
