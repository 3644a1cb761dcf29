"""A calibration from check weights, or the reason why there is none."""

from datetime import UTC, datetime
from random import Random

import pytest

from edge.scale.calibrate import CalibrationError, Weighing, calibration_of
from edge.scale.calibration import Calibration
from edge.scale.reading import Status, WeightReading

DATE = datetime(2026, 11, 1, tzinfo=UTC)


def weighing(
    load_g: float, *, noise: float = 300.0, bend: float = 0.0, offset: float = 0.0, count: int = 30
) -> Weighing:
    random = Random(round(load_g))
    counts = 84_000 + 420.0 * load_g * (1 + bend * load_g) + offset
    values = [random.gauss(counts, noise) + (5e6 if n == 7 else 0) for n in range(count)]
    return Weighing(load_g, values)


def found(*stages: Weighing) -> Calibration:
    return calibration_of(stages, date=DATE, by="anna")


def test_counts_become_grams() -> None:
    calibration = found(weighing(0), weighing(1000), weighing(2000), weighing(0))
    reading = WeightReading(1, 0.0, None, Status.UNSTABLE, counts=84_000 + 420 * 333)
    assert calibration.grams(reading) == pytest.approx(333, abs=1)
    assert (calibration.by, calibration.date) == ("anna", DATE)
    assert calibration.noise_g == pytest.approx(0.7, rel=0.5)


def test_a_cell_wired_the_other_way_round_is_calibrated_too() -> None:
    stages = [
        Weighing(one.load_g, [-value for value in one.values]) for one in (weighing(0), weighing(2000), weighing(0))
    ]
    assert found(*stages).per_gram == pytest.approx(-420, rel=0.01)


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ((weighing(0), weighing(2000, count=3), weighing(0)), "at least 10 readings with 2000 g, found 3"),
        ((weighing(0), weighing(0), weighing(0)), "a check weight above 0 g"),
        ((weighing(0), Weighing(2000, weighing(0).values), weighing(0)), "expected the 2000 g to show"),
        ((weighing(0), weighing(2000, noise=9000), weighing(0)), "expected a noise of at most 4.0 g"),
        ((weighing(0), weighing(1000, bend=1e-5), weighing(2000), weighing(0)), "deviation from a straight line"),
        ((weighing(0), weighing(2000), weighing(0, offset=42_000)), "the empty plate before and after"),
    ],
)
def test_what_makes_no_calibration_is_refused_with_the_reason(stages: tuple[Weighing, ...], reason: str) -> None:
    with pytest.raises(CalibrationError, match=reason):
        found(*stages)
