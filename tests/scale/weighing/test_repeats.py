"""When a scale that gives grams has frozen."""

from random import Random

import pytest

from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.faults import FaultWatch
from edge.scale.weighing.observations import FaultKind
from edge.scale.weighing.repeats import LEARNED_READINGS, Repeats

MINUTE = 600


def frozen_after(repeats: Repeats, weight_g: float, begin: float, seconds: float) -> float | None:
    for n in range(round(seconds * 10)):
        if repeats.is_frozen(weight_g, begin + n / 10):
            return n / 10
    return None


def noisy(division_g: float, readings: int) -> Repeats:
    repeats, random = Repeats(), Random(1)
    for n in range(readings):
        grams = round(random.gauss(1000.0, 1.0) / division_g) * division_g
        assert not repeats.is_frozen(grams, n / 10)
    return repeats


@pytest.mark.parametrize(("division_g", "within_s"), [(0.01, 2.0), (1.0, 4.0), (2.0, 8.0)])
def test_a_scale_that_always_varied_and_no_longer_does_is_frozen(division_g: float, within_s: float) -> None:
    repeats = noisy(division_g, 20 * MINUTE)
    after = frozen_after(repeats, 1000.0, 20 * 60.0, 60)
    assert after is not None
    assert after <= within_s


def test_one_that_repeats_itself_nearly_always_is_never_called_frozen() -> None:
    repeats = noisy(10.0, 2 * MINUTE)
    assert frozen_after(repeats, 1000.0, 120.0, 4 * 3600) is None


def test_nothing_is_said_before_it_is_known_and_of_a_held_zero() -> None:
    assert frozen_after(noisy(0.01, LEARNED_READINGS // 2), 1000.0, 30.0, 20) is None
    assert frozen_after(noisy(0.01, 2 * MINUTE), 0.0, 120.0, 20) is None


def test_it_stays_frozen_and_recovers() -> None:
    watch, random = FaultWatch(15_000), Random(1)
    told: list[tuple[int, FaultKind, bool]] = []
    for n in range(30 * MINUTE):
        still = 5 * MINUTE < n < 28 * MINUTE
        grams = 1000.0 if still else round(random.gauss(1000.0, 1.0), 1)
        seen = watch.reading(WeightReading(0, n / 10, grams, Status.STABLE), grams)
        told += [(n, one.fault, one.recovered) for one in seen]
    assert [one[1:] for one in told] == [(FaultKind.STUCK, False), (FaultKind.STUCK, True)]
    assert told[0][0] - 5 * MINUTE <= 30
    assert told[1][0] - 28 * MINUTE <= 20
