"""How many of those who pass the shop come in: counts of two lines in, a share with its uncertainty out. Pure."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from edge.config.camera import CaptureConfig
from edge.events import CaptureMeasured, FootfallCounted, Interval
from edge.vision.count_error import NORMAL_90


def measured(captures: Sequence[CaptureConfig], counted: Sequence[FootfallCounted]) -> list[CaptureMeasured]:
    """The shares of one interval.

    Args:
        captures: which pairs.
        counted: what each line counted in that interval.
    """
    by_line = {event.line: event for event in counted}
    return [_measured(one, by_line) for one in captures]


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 90 % interval of a share seen among `n` (Wilson, JASA 22, 1927; Brown, Cai, DasGupta, 2001).

    Args:
        share: 0..1.
        n: above 0; need not be whole.

    Returns:
        Its ends, 0..1.
    """
    square = NORMAL_90**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = NORMAL_90 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _measured(capture: CaptureConfig, by_line: Mapping[str, FootfallCounted]) -> CaptureMeasured:
    outside, door = by_line[capture.outside], by_line[capture.door]
    passers, variance = _passers_by(outside, capture)
    interval = {name: getattr(door, name) for name in Interval.__struct_fields__}
    event = CaptureMeasured(**interval, capture=capture.id, passers_by=passers, entered=door.in_)
    if not passers or door.in_ > passers or door.in_sd is None:
        return event
    share = door.in_ / passers
    low, high = wilson(share, _worth(share, passers, door.in_sd**2, variance))
    return msgspec.structs.replace(event, rate=round(share, 4), rate_low=round(low, 4), rate_high=round(high, 4))


def _passers_by(event: FootfallCounted, capture: CaptureConfig) -> tuple[int, float]:
    """How many, and the variance of it."""
    each = {"in": (event.in_, event.in_sd), "out": (event.out, event.out_sd)}
    chosen = [pair for way, pair in each.items() if capture.ways in (way, "both")]
    return sum(count for count, _ in chosen), sum((sd or 0.0) ** 2 for _, sd in chosen)


def _worth(share: float, n: int, entered_variance: float, passers_variance: float) -> float:
    """How many surely counted passers-by would tell as much: errors of counting widen the interval too."""
    chance = max(share * (1 - share), 1 / n) / n
    counting = (entered_variance + share * share * passers_variance) / (n * n)
    return n * chance / (chance + counting)
