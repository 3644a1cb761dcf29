"""The fit of what cameras miss finds the figures that scenes were made with."""

import numpy as np
import pytest

from edge.vision.count_error import PIVOT
from tests.bench.error_fit import Scene, fit


def scenes(cameras: int, between: float, fading: float = 4.0, missed: float = 0.2) -> list[Scene]:
    dice, made = np.random.default_rng(2), []
    for n in range(cameras):
        own = dice.gamma(1 / between, between)
        confidences = np.full(60, dice.uniform(0.3, 0.9))
        mean = own * missed * float(np.exp(-fading * (confidences - PIVOT)).sum())
        made.append(Scene(f"camera-{n}", int(dice.poisson(mean)), tuple(confidences)))
    return made


@pytest.mark.parametrize("between", [0.25, 1.0])
def test_the_figures_are_found_again(between: float) -> None:
    missed, fading, found = fit(scenes(120, between))
    assert missed == pytest.approx(0.2, rel=0.35)
    assert fading == pytest.approx(4.0, abs=1.0)
    assert found == pytest.approx(between, rel=0.5)


def test_a_camera_counts_once_however_often_it_was_played() -> None:
    some = scenes(6, 1.0)
    assert fit([*some, *[some[0]] * 20]) == pytest.approx(fit(some))
