"""How often the 90 % interval of a count holds the truth, over the stretches of a marked clip. Pure.

A crossing that was matched belongs to the stretch in which it truly happened: being half a second late is the
business of `matching`, not an error of the count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from edge.events import Direction
from edge.vision.count_error import RATES, ErrorRates, count_sd, holds
from edge.vision.detections import Crossing
from edge.vision.interval import HOLE_S
from edge.vision.matching import Matching, Passage

STRETCHES_S = (10.0, 20.0, 40.0)


@dataclass(frozen=True)
class Coverage:
    """What came of the 90 % intervals.

    Attributes:
        stretches: how many there were, each direction on its own.
        held: how many held the truth.
    """

    stretches: int = 0
    held: int = 0

    @property
    def share(self) -> float | None:
        """0..1, 0.9 is meant; None where there was no stretch."""
        return self.held / self.stretches if self.stretches else None

    def __add__(self, other: Self) -> "Coverage":
        return Coverage(self.stretches + other.stretches, self.held + other.held)


@dataclass(frozen=True)
class Judged:
    """A clip that was counted, and the truth of it.

    Attributes:
        truth: what happened.
        crossings: what was counted.
        counted: the moment of each by picture number, in seconds, as `matching` saw it.
        matching: who is who.
        doubts: passings that were never settled: seconds and direction.
        watched: the moments of the analysed pictures, seconds, rising.
        length_s: of the clip.
        hole_s: two pictures further apart leave a time unwatched.
    """

    truth: Sequence[Passage]
    crossings: Sequence[Crossing]
    counted: Sequence[Passage]
    matching: Matching
    doubts: Sequence[tuple[float, Direction]]
    watched: Sequence[float]
    length_s: float
    hole_s: float = HOLE_S


def coverage(judged: Judged, rates: ErrorRates = RATES, stretches_s: Sequence[float] = STRETCHES_S) -> Coverage:
    """Over all whole stretches of each length, both directions.

    Args:
        judged: the clip.
        rates: what errors are expected.
        stretches_s: lengths, seconds.
    """
    found = Coverage()
    for length_s in stretches_s:
        for n in range(int(judged.length_s / length_s)):
            found += _stretch(judged, rates, n * length_s, (n + 1) * length_s)
    return found


def _stretch(judged: Judged, rates: ErrorRates, begin_s: float, end_s: float) -> Coverage:
    found = Coverage()
    observed_s = _observed(judged, begin_s, end_s)
    for direction in Direction:
        inside = [n for n, at in _moments(judged, direction) if begin_s <= at < end_s]
        confidences = [judged.crossings[n].confidence for n in inside]
        doubts = sum(way is direction and begin_s <= at < end_s for at, way in judged.doubts)
        sd = count_sd(confidences, doubts, observed_s, end_s - begin_s, rates)
        if sd is not None:
            true = sum(one.direction is direction and begin_s <= one.at < end_s for one in judged.truth)
            found += Coverage(1, int(holds(len(inside), sd, true)))
    return found


def _moments(judged: Judged, direction: Direction) -> Iterator[tuple[int, float]]:
    """Each counted crossing of a direction, at its true moment where it has one."""
    truly = {count: judged.truth[true].at for true, count in judged.matching.pairs}
    for n, passage in enumerate(judged.counted):
        if passage.direction is direction:
            yield n, truly.get(n, passage.at)


def _observed(judged: Judged, begin_s: float, end_s: float) -> float:
    steps = zip(judged.watched, judged.watched[1:], strict=False)
    near = (min(b, end_s) - max(a, begin_s) for a, b in steps if b - a <= judged.hole_s)
    return sum(max(0.0, seconds) for seconds in near)
