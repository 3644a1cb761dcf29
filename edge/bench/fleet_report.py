"""What became of a fleet's events, in figures. Pure.

Times are monotonic seconds. Percentiles are those of the events, not of gateways.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Left out of the calm at its beginning and its end: connections that begin, a broker that stops.
MARGIN_S = 2.0
# The best rate of a drain is that of its best so many seconds.
BEST_OF_S = 5.0


@dataclass(frozen=True, slots=True)
class Life:
    """An event that arrived: accepted by its gateway, first sent, committed by the database."""

    gateway: int
    accepted_s: float
    sent_s: float
    committed_s: float


@dataclass(frozen=True)
class Course:
    """When what happened.

    Attributes:
        began_s: the first event.
        down_s: the broker went away; None where it did not.
        up_s: it was back.
        ended_s: the last event was accepted.
        served_s: of each gateway, when each connection came so far that events might go.
    """

    began_s: float
    down_s: float | None
    up_s: float | None
    ended_s: float
    served_s: Mapping[int, Sequence[float]]


def calm(lives: Sequence[Life], course: Course) -> dict[str, Any]:
    """Before the outage: how many a second came into the database, and how soon after they were published."""
    begin_s = course.began_s + MARGIN_S
    end_s = (course.ended_s if course.down_s is None else course.down_s) - MARGIN_S
    within = [one for one in lives if begin_s <= one.accepted_s < end_s]
    committed = sum(begin_s <= one.committed_s < end_s for one in lives)
    return {
        "calm_s": round(end_s - begin_s, 1),
        "calm_per_s": round(committed / (end_s - begin_s)) if end_s > begin_s else None,
        **_spread("calm_committed_ms", (one.committed_s - one.sent_s for one in within)),
    }


def outage(lives: Sequence[Life], course: Course) -> dict[str, Any]:
    """After the broker was back: reconnects, the backlog's way into the database, and the events of that time."""
    if course.up_s is None:
        return {}
    up_s = course.up_s
    back = {number: min((at for at in times if at >= up_s), default=None) for number, times in course.served_s.items()}
    served = [at - up_s for at in back.values() if at is not None]
    backlog = [one for one in lives if one.accepted_s < up_s <= one.committed_s]
    drained_s = max((one.committed_s for one in backlog), default=up_s)
    commits = sorted(one.committed_s for one in lives if up_s <= one.committed_s <= drained_s)
    live = [
        one
        for one in lives
        if up_s <= one.accepted_s <= drained_s and (at := back[one.gateway]) is not None and one.accepted_s >= at
    ]
    return {
        "away_s": round(up_s - (course.down_s or up_s), 1),
        "backlog": len(backlog),
        "reconnected": len(served),
        "reconnect_p50_s": _rounded(_quantile(sorted(served), 0.5)),
        "reconnect_all_s": _rounded(max(served, default=None)),
        "drained_s": round(drained_s - up_s, 1),
        "drain_per_s": round(len(commits) / (drained_s - up_s)) if drained_s > up_s else None,
        "drain_best_per_s": round(_best(commits) / BEST_OF_S),
        "live_in_drain": len(live),
        **_spread("live_committed_ms", (one.committed_s - one.accepted_s for one in live)),
    }


def _best(times: Sequence[float]) -> int:
    """The most of these sorted times within `BEST_OF_S`."""
    best = first = 0
    for last, at in enumerate(times):
        while times[first] < at - BEST_OF_S:
            first += 1
        best = max(best, last - first + 1)
    return best


def _spread(name: str, seconds: Iterable[float]) -> dict[str, float | None]:
    ordered = sorted(1000 * one for one in seconds)
    return {
        f"{name}_p50": _rounded(_quantile(ordered, 0.5)),
        f"{name}_p95": _rounded(_quantile(ordered, 0.95)),
        f"{name}_max": _rounded(ordered[-1] if ordered else None),
    }


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[int(share * (len(ordered) - 1))] if ordered else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
