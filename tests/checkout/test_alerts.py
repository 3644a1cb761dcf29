"""What looks wrong in a bag, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout import alerts
from edge.checkout.alerts import Cause
from edge.checkout.bagging import moves
from edge.checkout.bagging.bag import Bag, Change
from edge.checkout.bagging.explain import Tolerance
from edge.checkout.bagging.piece import Piece, WeightMode

TOLERANCE = Tolerance()


def with_change(grams: float, *, open_g: float | None = None, unseen: bool = False) -> Bag:
    pieces = [] if open_g is None else [Piece(1, "k", (WeightMode(open_g, 1.0, 9),))]
    bag = moves.opened(moves.begun(0.0), pieces)
    return moves.changed(bag, Change(at=3.0, delta_g=grams, sd_g=0.5, unseen=unseen), grams)


@pytest.mark.parametrize(
    ("grams", "open_g", "cause"),
    [
        (300.0, None, Cause.UNEXPECTED_ITEM),
        (300.0, 400.0, Cause.WEIGHT_MISMATCH),
        (300.0, 20.0, Cause.UNEXPECTED_ITEM),
        (-300.0, 400.0, None),
        (2.0, None, None),
    ],
)
def test_the_cause(grams: float, open_g: float | None, cause: Cause | None) -> None:
    found = alerts.suspicion(with_change(grams, open_g=open_g), TOLERANCE, 0.0)
    assert (None if found is None else found.cause) is cause


@given(st.floats(5, 5000), st.floats(5, 5000))
def test_more_grams_are_surer(one: float, other: float) -> None:
    sure = []
    for grams in sorted((one, other)):
        found = alerts.suspicion(with_change(grams), TOLERANCE, 0.0)
        sure.append(0.0 if found is None else alerts.likelihood(found))
    assert 0.0 <= sure[0] <= sure[1] <= 1.0


def test_what_nobody_watched_is_less_sure_and_says_so() -> None:
    seen, unseen = (alerts.suspicion(with_change(300, unseen=gone), TOLERANCE, 0.0) for gone in (False, True))
    assert seen is not None
    assert unseen is not None
    assert alerts.likelihood(unseen) < alerts.likelihood(seen)
    assert "watch" in alerts.evidence(unseen, since_scan_s=None, scale_z=0.0, learning=False)


def test_evidence_tells_order_and_gap() -> None:
    found = alerts.suspicion(with_change(300, open_g=400), TOLERANCE, 0.0)
    assert found is not None
    told = alerts.evidence(found, since_scan_s=-2.0, scale_z=0.5, learning=True)
    assert told["order"] == "weight before scan"
    assert "400 g" in told["weight"]
    assert set(told) == {"weight", "gap", "order", "scale", "learning"}


def test_a_lane_over_its_budget_is_loosened_and_comes_back() -> None:
    budget, share = 0.005, 0.0
    for _ in range(10):
        share = alerts.false_share(share, false=True)
    loose = alerts.loosened(TOLERANCE, share, budget)
    assert TOLERANCE.sigmas < loose.sigmas <= TOLERANCE.sigmas * alerts.MOST_LOOSENED
    for _ in range(1000):
        share = alerts.false_share(share, false=False)
    assert alerts.loosened(TOLERANCE, share, budget) == TOLERANCE
