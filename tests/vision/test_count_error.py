"""The deviation of a count: more evidence against it, more of it; and its share of intervals that hold the truth."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Direction
from edge.vision.count_coverage import Coverage, Judged, coverage
from edge.vision.count_error import RATES, ErrorRates, count_sd, holds
from edge.vision.detections import Crossing
from edge.vision.matching import Passage, match

PERFECT = ErrorRates(sure=0.7, false_sure=0, false_unsure=0, missed=0, fading=0, between=0, doubt=0)
confidences = st.lists(st.floats(0, 1), max_size=30)


def sd_of(crossings: list[float], doubts: int, observed_s: float, rates: ErrorRates = RATES) -> float:
    found = count_sd(crossings, doubts, observed_s, 60.0, rates)
    assert found is not None
    return found


@given(confidences)
def test_who_errs_never_and_watched_always_is_certain(crossings: list[float]) -> None:
    assert sd_of(crossings, 5, 60.0, PERFECT) == 0


@given(confidences, st.integers(0, 9), st.floats(1, 59))
def test_less_watching_is_less_certain(crossings: list[float], doubts: int, observed_s: float) -> None:
    assert sd_of(crossings, 0, observed_s, PERFECT) > sd_of(crossings, 0, observed_s + 1, PERFECT)
    assert math.isfinite(sd_of(crossings, doubts, observed_s))


@given(confidences)
def test_a_passing_that_was_never_settled_is_less_certain(crossings: list[float]) -> None:
    only_missed = dataclasses.replace(PERFECT, missed=0.1, fading=2.0, between=1.0, doubt=0.3)
    assert sd_of(crossings, 1, 60.0, only_missed) > sd_of(crossings, 0, 60.0, only_missed)


def test_nothing_can_be_said_of_what_nobody_watched() -> None:
    assert count_sd([], 0, 0.0, 60.0) is None


UNBIASED = [(0.1, 0.1, 0.0), (0.05, 0.05, 0.0)]
BIASED = [(0.02, 0.1, 0.0), (0.05, 0.05, 0.3)]


@pytest.mark.parametrize(("missed", "false", "unwatched"), [*UNBIASED, *BIASED])
def test_nine_tenths_of_the_intervals_hold_a_truth_made_by_these_rates(
    missed: float, false: float, unwatched: float
) -> None:
    """Counted is drawn from a known truth; nothing of `count_sd` is used to draw it."""
    rates = dataclasses.replace(PERFECT, false_sure=false, false_unsure=false, missed=missed)
    dice, held, intervals = np.random.default_rng(3), 0, 2000
    for _ in range(intervals):
        true = int(dice.poisson(100))
        found = int(dice.binomial(true, (1 - unwatched) / (1 + missed / (1 - false))))
        counted = found + int(dice.binomial(found, false))
        sd = count_sd([0.9] * counted, 0, 60.0 * (1 - unwatched), 60.0, rates)
        assert sd is not None
        held += holds(counted, sd, true)
    assert held / intervals >= 0.85
    if missed == false and not unwatched:
        assert held / intervals <= 0.95, "a bias is allowed for in full and holds more"


@pytest.mark.parametrize("between", [1.0, 2.0])
def test_nine_tenths_hold_the_truth_where_cameras_differ(between: float) -> None:
    """Each interval is of another camera, which misses at a rate of its own."""
    dice, held, alike, intervals, mean = np.random.default_rng(4), 0, 0, 2000, 0.2
    rates = dataclasses.replace(PERFECT, missed=mean, between=between)
    for _ in range(intervals):
        missed = mean * float(dice.gamma(1 / between, between))
        true = int(dice.poisson(100))
        counted = int(dice.binomial(true, 1 / (1 + missed)))
        held += holds(counted, sd_of([0.9] * counted, 0, 60.0, rates), true)
        alike += holds(counted, sd_of([0.9] * counted, 0, 60.0, dataclasses.replace(rates, between=0)), true)
    assert 0.85 <= held / intervals <= 0.97
    assert alike / intervals < 0.85, "cameras that are held to be alike are held to be too certain"


def test_a_sure_crossing_has_fewer_missed_behind_it() -> None:
    assert sd_of([0.9] * 20, 0, 60.0) < sd_of([0.6] * 20, 0, 60.0) < sd_of([0.4] * 20, 0, 60.0)


def judged(counted_s: list[float], true_s: list[float]) -> Judged:
    truth = [Passage(at, Direction.IN) for at in true_s]
    counted = [Passage(at, Direction.IN) for at in counted_s]
    crossings = [Crossing("door", Direction.IN, at, 0, 0.9, n, (0.0, 0.0), 100.0) for n, at in enumerate(counted_s)]
    watched = [n / 10 for n in range(401)]
    return Judged(truth, crossings, counted, match(truth, counted, 0.5), [], watched, 40.0)


def test_a_certain_count_holds_the_truth_only_where_it_is_exact() -> None:
    wrong = judged([5.0, 15.0], [5.0])
    assert coverage(wrong, PERFECT, [10.0]) == Coverage(8, 7)
    assert coverage(wrong, PERFECT, [40.0]) == Coverage(2, 1)


def test_a_crossing_that_is_counted_late_is_no_error_of_the_count() -> None:
    assert coverage(judged([10.2], [9.9]), PERFECT, [10.0]).share == 1


def test_a_clip_shorter_than_a_stretch_says_nothing() -> None:
    assert coverage(judged([], []), PERFECT, [60.0]).share is None
