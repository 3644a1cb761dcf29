"""Whether a handful of readings is at rest."""

from random import Random

import pytest

from edge.scale.weighing.rest import level_at_rest, noise_of


@pytest.mark.parametrize("count", [6, 12, 24, 60])
def test_normal_noise_is_rest_nearly_always(count: int) -> None:
    random = Random(count)
    found = [level_at_rest([random.gauss(500, 2) for _ in range(count)], 2.0) for _ in range(400)]
    assert sum(level is None for level in found) <= 8
    assert all(level == pytest.approx(500, abs=5) for level in found if level is not None)


def test_a_glitch_among_them_does_no_harm() -> None:
    assert level_at_rest([500, 501, 12_000, 499, 500, 501], 1.0) == pytest.approx(500.5, abs=0.6)


def test_a_slope_and_a_step_are_no_rest() -> None:
    assert level_at_rest([500 + 3 * n for n in range(8)], 1.0) is None
    assert level_at_rest([500] * 6 + [510] * 6, 1.0) is None


def test_noise_is_told_from_steps() -> None:
    random = Random(3)
    values = [random.gauss(0, 2) + (300 if n > 200 else 0) for n in range(400)]
    assert noise_of(values) == pytest.approx(2, rel=0.15)
