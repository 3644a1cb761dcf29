"""From readings to rests."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.scale.weighing.observations import Observation, Rested, Unsettled
from edge.scale.weighing.weigher import Weigher, WeighingSettings
from tests.scale.weighing.signals import Signal, fed, rests


def weigher(least_g: float = 30.0) -> Weigher:
    return Weigher(WeighingSettings(least_g=least_g))


def test_the_first_rest_changes_nothing_and_says_that_nobody_watched_before() -> None:
    first = rests(fed(weigher(), Signal().readings(3000, 5)))[0]
    assert first.weight_g == pytest.approx(3000, abs=2)
    assert first.delta_g == 0
    assert first.unseen


@pytest.mark.parametrize(("rate", "noise", "least"), [(10, 1, 30), (40, 1, 30), (80, 3, 30), (10, 3, 10), (40, 3, 10)])
def test_a_step_is_one_rest_with_the_right_change(rate: float, noise: float, least: float) -> None:
    for seed in range(20):
        one, signal = weigher(least), Signal(rate, noise, random=Random(seed))
        fed(one, signal.readings(3000, 20))
        changed = [rest for rest in rests(fed(one, signal.readings(3000 - least, 6))) if abs(rest.delta_g) > least / 2]
        assert len(changed) == 1
        assert changed[0].delta_g == pytest.approx(-least, abs=5 * changed[0].sd_g + 0.5)
        assert not changed[0].unseen


@pytest.mark.parametrize(("rate", "within_s"), [(10, 1.2), (40, 0.8)])
def test_a_step_is_told_soon(rate: float, within_s: float) -> None:
    waits = []
    for seed in range(40):
        one, signal = weigher(), Signal(rate, 1.0, random=Random(seed))
        fed(one, signal.readings(3000, 20))
        stepped = signal.at
        changed = [rest for rest in rests(fed(one, signal.readings(2970, 6))) if abs(rest.delta_g) > 15]
        waits.append(changed[0].at - stepped)
    assert sorted(waits)[37] <= within_s


@given(seed=st.integers(0, 10_000), load=st.floats(0, 15_000), noise=st.floats(0.05, 3))
@settings(max_examples=30, deadline=None)
def test_noise_and_glitches_alone_never_change_the_weight(seed: int, load: float, noise: float) -> None:
    seen = fed(weigher(), Signal(10, noise, random=Random(seed)).readings(load, 120))
    assert all(abs(rest.delta_g) < 5 * noise for rest in rests(seen))
    assert not any(isinstance(one, Unsettled) for one in seen)


def test_slow_drift_is_followed_and_is_no_change() -> None:
    one, signal = weigher(10), Signal(10, 1.0)
    seen: list[Observation] = []
    for minute in range(30):
        seen += fed(one, signal.readings(3000 + minute * 1.0, 60))
    assert max(abs(rest.delta_g) for rest in rests(seen)) < 5
    assert one.level_g == pytest.approx(3029, abs=1.5)


def test_a_hand_that_leans_for_long_is_told_and_leaves_no_change() -> None:
    one, signal, random = weigher(), Signal(), Random(5)
    fed(one, signal.readings(3000, 10))
    seen: list[Observation] = []
    for step in range(100):
        seen += fed(one, signal.readings(6000 + 800 * math.sin(step / 3) + random.gauss(0, 100), 0.1))
    assert any(isinstance(found, Unsettled) for found in seen)
    back = rests(fed(one, signal.readings(3000, 5)))
    assert back[-1].delta_g == pytest.approx(0, abs=2)


def test_more_noise_is_learned_and_unlearned() -> None:
    one, signal = weigher(), Signal()
    fed(one, signal.readings(3000, 30))
    signal.noise_g = 5.0
    fed(one, signal.readings(3000, 60))
    assert one.noise_g == pytest.approx(5, rel=0.4)
    signal.noise_g = 1.0
    fed(one, signal.readings(3000, 200))
    assert one.noise_g == pytest.approx(1, rel=0.5)


def test_a_scale_of_coarse_steps_is_no_puzzle() -> None:
    one, signal = weigher(), Signal(10, 0.7, division_g=5)
    fed(one, signal.readings(3000, 20))
    changed = [rest for rest in rests(fed(one, signal.readings(2970, 6))) if abs(rest.delta_g) > 10]
    assert [round(rest.delta_g) for rest in changed] == [pytest.approx(-30, abs=2)]


def test_a_pause_in_the_readings_is_told_with_the_change_across_it() -> None:
    one, signal = weigher(), Signal()
    fed(one, signal.readings(3000, 10))
    signal.at += 60
    (rest,) = rests(fed(one, signal.readings(2500, 5)))
    assert rest.unseen
    assert rest.delta_g == pytest.approx(-500, abs=2)


def test_a_scale_that_gives_no_weight_while_it_moves_is_followed() -> None:
    one, at = weigher(), 0.0
    for _ in range(30):
        at += 0.1
        one.update(at, 3000, vouched=True)
    for _ in range(10):
        at += 0.1
        one.moved(at)
    seen: list[Observation] = []
    for _ in range(10):
        at += 0.1
        seen += one.update(at, 2670, vouched=True)
    (rest,) = rests(seen)
    assert (rest.before_g, rest.weight_g, rest.unseen) == (3000, 2670, False)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(-1e9, 1e9)), max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_rubbish_raises_or_makes_it_forget_its_bounds(rubbish: list[tuple[float, float]]) -> None:
    one, at = weigher(), 0.0
    for elapsed, weight in rubbish:
        at += elapsed
        for seen in one.update(at, weight):
            assert isinstance(seen, Rested | Unsettled)
    assert len(one._values) <= 160
