"""What many sessions of the simulated lane come to. Pure.

A theft is found when an attendant was alerted after it in the same session, or when its shopper was nudged and put it
right. An alert is on an honest shopper when nothing was stolen in the whole session. A shopper who walks off is honest
too, and counts with the alert that the goods left behind give.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from edge.bench.checkout_outcome import SessionOutcome
from edge.sim.lane.rates import NOT_SCANNED, Theft
from edge.sim.lane.truth import Stolen

LEAST_G, SWITCHED_SHARE = 50.0, 0.15
P95 = 0.95
# What is seen later than this has another cause than the weight that was put down.
NEAR_S = 30.0
UNEXPLAINED = NOT_SCANNED | {Theft.ADDED_AFTER_PAYING, Theft.PUT_BACK_AFTER_PAYING}

Found = Callable[[SessionOutcome, Stolen], bool]


def scored(outcomes: Sequence[SessionOutcome]) -> dict[str, Any]:
    """The figures of the report.

    Args:
        outcomes: of all sessions.
    """
    honest = [one for one in outcomes if not one.visit.thefts]
    return {
        "not_scanned_recall": _recall(outcomes, is_not_scanned, is_found),
        "ticket_switch_recall": _recall(outcomes, is_switched, is_found),
        "honest_alert_rate": _share(bool(one.alerts) for one in honest),
        "honest_nudge_rate": _share(bool(one.nudges) for one in honest),
        "totals_wrong": sum(one.charged != one.due for one in outcomes),
        "scan_to_line_p95_ms": _p95([ms for one in outcomes for ms in one.scan_ms], 3),
        "alert_p95_s": _p95(list(_alert_waits(outcomes)), 3),
        "baseline_rtsf": {
            "not_scanned_recall": _recall(outcomes, is_not_scanned, _is_suspect),
            "ticket_switch_recall": _recall(outcomes, is_switched, _is_suspect),
            "honest_suspect_rate": _share(bool(one.suspects) for one in honest),
        },
        "by_theft": _by_theft(outcomes),
        "by_slip": _by_slip(honest),
        "counts": {
            "honest": len(honest),
            "not_scanned": sum(is_not_scanned(one) for one in _thefts(outcomes)),
            "ticket_switched": sum(is_switched(one) for one in _thefts(outcomes)),
            "paid": sum(one.charged is not None for one in outcomes),
            "walked_off": sum(one.visit.walked_off for one in outcomes),
            "stuck": dict(Counter(one.visit.stuck for one in outcomes if one.visit.stuck)),
            "weights_off": sum(one.weights_off for one in outcomes),
        },
    }


def is_not_scanned(theft: Stolen) -> bool:
    """Goods of 50 g and more that no code was scanned for."""
    return theft.kind in NOT_SCANNED and theft.grams >= LEAST_G


def is_switched(theft: Stolen) -> bool:
    """A switched ticket where the weights differ by more than 15 %."""
    label_g = theft.label_g
    return label_g is not None and abs(theft.grams - label_g) > SWITCHED_SHARE * label_g


def is_found(outcome: SessionOutcome, theft: Stolen) -> bool:
    """Whether somebody came to know."""
    if any(at >= theft.at for at, _ in outcome.alerts):
        return True
    nudged = any(at >= theft.at for at, _ in outcome.nudges)
    return nudged and theft.righted_at is not None


def _is_suspect(outcome: SessionOutcome, _theft: Stolen) -> bool:
    return bool(outcome.suspects)


def _thefts(outcomes: Iterable[SessionOutcome]) -> list[Stolen]:
    return [theft for one in outcomes for theft in one.visit.thefts]


def _recall(outcomes: Iterable[SessionOutcome], counts: Callable[[Stolen], bool], found: Found) -> float | None:
    tried = [found(one, theft) for one in outcomes for theft in one.visit.thefts if counts(theft)]
    return round(sum(tried) / len(tried), 4) if tried else None


def _share(flags: Iterable[bool]) -> float:
    told = list(flags)
    return round(sum(told) / len(told), 4) if told else 0.0


def _p95(values: list[float], digits: int) -> float | None:
    ordered = sorted(values)
    return round(ordered[int(P95 * (len(ordered) - 1))], digits) if ordered else None


def _alert_waits(outcomes: Iterable[SessionOutcome]) -> Iterable[float]:
    """From when the scale had settled after goods came without a code, to the first thing that was said.

    Where the next thing comes before it has, nothing has settled yet.
    """
    for one in outcomes:
        told = sorted(at for at, _ in one.nudges + one.alerts)
        for theft in one.visit.thefts:
            if theft.kind not in UNEXPLAINED or not theft.clean:
                continue
            first = next((at for at in told if theft.at <= at < theft.at + NEAR_S), None)
            if first is not None:
                yield max(0.0, first - _settled_at(theft, one))


def _settled_at(theft: Stolen, outcome: SessionOutcome) -> float:
    settled = theft.settled_at
    for begins, ends in outcome.settling:
        if theft.at <= begins < settled:
            settled = max(settled, ends)
    return settled


def _by_theft(outcomes: Iterable[SessionOutcome]) -> dict[str, dict[str, Any]]:
    told: dict[str, list[bool]] = {}
    for one in outcomes:
        for theft in one.visit.thefts:
            told.setdefault(theft.kind, []).append(is_found(one, theft))
    return {kind: {"n": len(found), "recall": _share(found)} for kind, found in sorted(told.items())}


def _by_slip(honest: Iterable[SessionOutcome]) -> dict[str, dict[str, Any]]:
    of_slip: dict[str, list[SessionOutcome]] = {}
    for one in honest:
        for slip in [str(slip) for slip in one.visit.slips] or ["none"]:
            of_slip.setdefault(slip, []).append(one)
    return {
        slip: {
            "n": len(those),
            "nudged": _share(bool(one.nudges) for one in those),
            "alerted": _share(bool(one.alerts) for one in those),
        }
        for slip, those in sorted(of_slip.items())
    }
