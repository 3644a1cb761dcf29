"""What has come of one source's sequence numbers: up to where all of them, and which are missing below. Pure.

Numbers begin at 1 and have no gaps where they are given out. What is known of a source follows from the set of
numbers that came and from nothing else: not from their order, not from how often each came, not from who took which.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

Run = tuple[int, int]  # first and last

# More holes than this are not told apart: the oldest are joined, and what came between them counts as missing again.
# That is safe (what comes again is known by its number) and keeps a row small whatever a gateway numbers.
MOST_HOLES = 4096


class Progress(msgspec.Struct, frozen=True):
    """What has come of one source and epoch.

    Attributes:
        newest: the highest number that came; 0 when none did.
        missing: the runs below it that have not come, in order.
    """

    newest: int = 0
    missing: tuple[Run, ...] = ()

    @property
    def through(self) -> int:
        """All numbers up to here have come."""
        return self.missing[0][0] - 1 if self.missing else self.newest

    @property
    def missing_count(self) -> int:
        """How many numbers below the newest have not come."""
        return sum(last - first + 1 for first, last in self.missing)

    def beyond(self, most: int) -> tuple[Run, ...]:
        """The first runs that came behind `through`, so many at most."""
        starts = [last + 1 for _, last in self.missing[:most]]
        ends = [first - 1 for first, _ in self.missing[1 : most + 1]]
        return tuple(itertools.zip_longest(starts, ends, fillvalue=self.newest))

    def advanced(self, came: Iterable[int]) -> Self:
        """The same after more numbers came, in any order, again or for the first time.

        Args:
            came: numbers from 1.
        """
        runs = runs_of(came)
        if not runs:
            return self
        newest = max(self.newest, runs[-1][1])
        holes = [*self.missing, (self.newest + 1, newest)] if newest > self.newest else self.missing
        return type(self)(newest, _bounded(without(holes, runs)))


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Numbers in any order as the runs that they make up."""
    runs: list[Run] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def without(holes: Sequence[Run], runs: Sequence[Run]) -> list[Run]:
    """What is left of `holes` when `runs` are taken out; both in order."""
    left: list[Run] = []
    at = 0
    for first, last in holes:
        begin = first
        while at < len(runs) and runs[at][1] < begin:
            at += 1
        n = at
        while n < len(runs) and runs[n][0] <= last:
            if runs[n][0] > begin:
                left.append((begin, runs[n][0] - 1))
            begin = runs[n][1] + 1
            n += 1
        if begin <= last:
            left.append((begin, last))
    return left


def _bounded(holes: Sequence[Run]) -> tuple[Run, ...]:
    extra = len(holes) - MOST_HOLES
    if extra <= 0:
        return tuple(holes)
    return (holes[0][0], holes[extra][1]), *holes[extra + 1 :]
