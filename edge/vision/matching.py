"""Which counted crossing is which true one: event matching and its figures. Pure.

A total hides its errors: one missed and one invented crossing cancel out. So crossings are matched one to one,
same direction, within a tolerance in time; what is left over on either side is a miss or a false count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from edge.events import Direction

# A counter may be this late or early and still have seen the same person pass.
TOLERANCE_S = 0.5
TOLERANCE_FRAMES = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody passed, as the truth or the counter has it.

    Attributes:
        at: seconds of media time.
        direction: in or out.
    """

    at: float
    direction: Direction


@dataclass(frozen=True, slots=True)
class Matching:
    """Who is who, as positions in the two sequences that were matched, in time order.

    Attributes:
        pairs: (position in the truth, position in the count) of what was found.
        missed: positions in the truth that nothing was counted for.
        false: positions in the count that nothing true stands behind.
    """

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    false: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there were, how many were counted, and how many of those are the same ones."""

    true: int
    counted: int
    matched: int

    @property
    def bias(self) -> int:
        """Counted less true: below zero when people are missed."""
        return self.counted - self.true

    @property
    def absolute_error(self) -> int:
        """The size of the bias."""
        return abs(self.bias)

    @property
    def precision(self) -> float:
        """The share of what was counted that is true; 1 when nothing was counted."""
        return self.matched / self.counted if self.counted else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was counted; 1 when there was nothing to count."""
        return self.matched / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 when there was nothing and nothing was counted."""
        total = self.true + self.counted
        return 2 * self.matched / total if total else 1.0

    def __add__(self, other: Self) -> "Tally":
        return Tally(self.true + other.true, self.counted + other.counted, self.matched + other.matched)


def tolerance_s(fps: float, analysed_fps: float, own_frames: int = 0) -> float:
    """How far apart in time a true and a counted crossing may be and still be the same.

    Args:
        fps: the clip's pictures per second.
        analysed_fps: how many of them per second the counter looked at.
        own_frames: how sure the truth itself is, in pictures of the clip.

    Returns:
        max(0.5 s, 2 analysed pictures) + the truth's own uncertainty, in seconds.
    """
    return max(TOLERANCE_S, TOLERANCE_FRAMES / analysed_fps) + own_frames / fps


def match(truth: Sequence[Passage], counted: Sequence[Passage], tolerance: float) -> Matching:
    """Match as many as can be; among those ways, the one with the least sum of time differences.

    Args:
        truth: what happened, in any order.
        counted: what was counted, in any order.
        tolerance: seconds that a pair may be apart, itself included.
    """
    pairs: list[tuple[int, int]] = []
    for direction in Direction:
        left = _ordered(truth, direction)
        right = _ordered(counted, direction)
        pairs += _match_ordered(truth, counted, left, right, tolerance)
    found, used = {true for true, _ in pairs}, {count for _, count in pairs}
    return Matching(
        pairs=tuple(sorted(pairs, key=lambda pair: (truth[pair[0]].at, pair))),
        missed=tuple(n for n in _by_time(truth) if n not in found),
        false=tuple(n for n in _by_time(counted) if n not in used),
    )


def tally(truth: Sequence[Passage], counted: Sequence[Passage], matching: Matching, direction: Direction) -> Tally:
    """The figures of one direction."""
    return Tally(
        true=sum(passage.direction is direction for passage in truth),
        counted=sum(passage.direction is direction for passage in counted),
        matched=sum(truth[n].direction is direction for n, _ in matching.pairs),
    )


def _by_time(passages: Sequence[Passage]) -> list[int]:
    return sorted(range(len(passages)), key=lambda n: passages[n].at)


def _ordered(passages: Sequence[Passage], direction: Direction) -> list[int]:
    return [n for n in _by_time(passages) if passages[n].direction is direction]


# The pairs matched, and the negated sum of their time differences: the larger tuple is the better matching.
_Worth = tuple[int, float]


def _match_ordered(
    truth: Sequence[Passage], counted: Sequence[Passage], left: list[int], right: list[int], tolerance: float
) -> list[tuple[int, int]]:
    """The best matching of two time-ordered lists of positions.

    With one tolerance for all, two pairs that cross in time can be uncrossed without making either the number or
    the sum worse, so it is enough to look at matchings that keep the order (dynamic programming as for an edit
    distance, O(n·m)).
    """
    worth: list[list[_Worth]] = [[(0, 0.0)] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, true in enumerate(left, start=1):
        for j, count in enumerate(right, start=1):
            apart = abs(truth[true].at - counted[count].at)
            best = max(worth[i - 1][j], worth[i][j - 1])
            if apart <= tolerance:
                matched, negative_sum = worth[i - 1][j - 1]
                best = max(best, (matched + 1, negative_sum - apart))
            worth[i][j] = best
    return _walk_back(worth, left, right)


def _walk_back(worth: list[list[_Worth]], left: list[int], right: list[int]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    i, j = len(left), len(right)
    while i and j:
        if worth[i][j] == worth[i - 1][j]:
            i -= 1
        elif worth[i][j] == worth[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((left[i], right[j]))
    return pairs
