"""The bench of the lane: its rule to compare with, its score, and a small run of the real path."""

import pytest

from edge.bench.checkout import one_lane
from edge.bench.checkout_baseline import LastLineRule
from edge.bench.checkout_outcome import SessionOutcome
from edge.bench.checkout_score import scored
from edge.sim.lane.rates import Theft
from edge.sim.lane.truth import Stolen, Visit

TEA, MILK = ("tea", 98.0, 102.0), ("milk", 990.0, 1010.0)


def outcome(
    *thefts: Stolen,
    nudges: tuple[float, ...] = (),
    alerts: tuple[float, ...] = (),
    charged: int = 100,
    suspects: bool = False,
) -> SessionOutcome:
    return SessionOutcome(
        number=0,
        honest=not thefts,
        visit=Visit(thefts=list(thefts), paid=True),
        nudges=[(at, "unexpected_item") for at in nudges],
        alerts=[(at, "unexpected_item") for at in alerts],
        charged=charged,
        due=100,
        suspects=suspects,
    )


def stolen(kind: Theft = Theft.NOT_SCANNED_ALONE, grams: float = 200.0, **fields: float) -> Stolen:
    return Stolen(kind, 10.0, 10.5, grams, fields.get("label_g"), righted_at=fields.get("righted_at"))


def test_the_rule_links_what_fits_its_last_line() -> None:
    rule = LastLineRule()
    rule.scanned(*TEA)
    rule.weight(100.0)
    rule.payment_started()
    assert rule.told == ()


def test_the_rule_tells_of_what_was_never_scanned() -> None:
    rule = LastLineRule()
    rule.scanned(*TEA)
    rule.weight(100.0)
    rule.weight(350.0)
    rule.payment_started()
    assert list(rule.told) == [350.0]
    rule.next_shopper()
    rule.payment_started()
    assert not rule.told


def test_the_rule_forgets_what_is_taken_out_again_and_ignores_ten_grams() -> None:
    rule = LastLineRule()
    rule.scanned(*TEA)
    for delta in (100.0, 350.0, -345.0, 9.0):
        rule.weight(delta)
    rule.payment_started()
    assert rule.told == ()


def test_the_rule_has_its_known_faults() -> None:
    """A voided line takes its weight along, and two things for two lines fit no last line."""
    rule = LastLineRule()
    rule.scanned(*TEA)
    rule.weight(100.0)
    rule.voided("tea")
    rule.payment_started()
    assert not rule.told
    rule.next_shopper()
    rule.scanned(*TEA)
    rule.scanned(*MILK)
    rule.weight(1100.0)
    rule.payment_started()
    assert list(rule.told) == [1100.0]


@pytest.mark.parametrize(
    ("one", "recall"),
    [
        (outcome(stolen(), alerts=(12.0,)), 1.0),
        (outcome(stolen(), alerts=(9.0,)), 0.0),
        (outcome(stolen(), nudges=(12.0,)), 0.0),
        (outcome(stolen(righted_at=15.0), nudges=(12.0,)), 1.0),
        (outcome(stolen(righted_at=15.0)), 0.0),
        (outcome(stolen(grams=49.0)), None),
    ],
)
def test_a_theft_is_found_by_an_alert_or_by_a_nudge_that_helped(one: SessionOutcome, recall: float | None) -> None:
    assert scored([one])["not_scanned_recall"] == recall


def test_a_switched_ticket_counts_from_fifteen_per_cent() -> None:
    near = outcome(stolen(Theft.TICKET_SWITCHED, 114.0, label_g=100.0))
    far = outcome(stolen(Theft.TICKET_SWITCHED, 84.0, label_g=100.0), alerts=(11.0,))
    assert scored([near])["ticket_switch_recall"] is None
    assert scored([near, far])["ticket_switch_recall"] == 1.0


def test_honest_rates_totals_and_waits() -> None:
    figures = scored(
        [
            outcome(),
            outcome(nudges=(3.0,)),
            outcome(alerts=(3.0,), suspects=True),
            outcome(charged=101),
            outcome(stolen(), nudges=(11.75,), alerts=(25.0,)),
        ]
    )
    assert (figures["honest_alert_rate"], figures["honest_nudge_rate"]) == (0.25, 0.25)
    assert figures["totals_wrong"] == 1
    assert figures["alert_p95_s"] == 1.25
    assert figures["baseline_rtsf"]["honest_suspect_rate"] == 0.25


def test_the_real_lane_serves_simulated_shoppers_alike_each_time() -> None:
    first, wrong = one_lane(7, 0, 24)
    again, _ = one_lane(7, 0, 24)
    assert wrong == 0
    assert [(one.charged, one.nudges, one.alerts) for one in first] == [
        (one.charged, one.nudges, one.alerts) for one in again
    ]
    assert sum(one.charged is not None for one in first) >= 11
    assert all(one.scan_ms for one in first)


def test_the_streaming_scale_serves_too() -> None:
    outcomes, wrong = one_lane(7, 1, 24)
    assert wrong == 0
    assert not [one.visit.stuck for one in outcomes if one.visit.stuck]
