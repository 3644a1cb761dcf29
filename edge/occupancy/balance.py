"""The day's counts of several doors made to agree: whoever came in went out. Pure.

The counts closest to those observed, each difference weighed by its variance, that sum up to nobody left: least
squares under one linear constraint (Strang, Introduction to Applied Mathematics, section 2.2). A count gives way in
proportion to its variance, and all become more certain by it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tallied:
    """A day's count of one door, one direction.

    Attributes:
        count: people.
        variance: of the count about the truth, people squared.
    """

    count: float
    variance: float

    @property
    def sd(self) -> float:
        """The standard deviation, people."""
        return math.sqrt(self.variance)


def balanced(ins: Sequence[Tallied], outs: Sequence[Tallied]) -> tuple[list[Tallied], list[Tallied]]:
    """Counts whose sum in equals their sum out.

    Args:
        ins: of each door.
        outs: of each door.

    Returns:
        The same in their order; as they were where no variance allows a change. A count may come out below zero by
        less than its uncertainty.
    """
    total = sum(one.variance for one in (*ins, *outs))
    if total <= 0:
        return list(ins), list(outs)
    excess = sum(one.count for one in ins) - sum(one.count for one in outs)
    return [_moved(one, -excess, total) for one in ins], [_moved(one, excess, total) for one in outs]


def _moved(one: Tallied, by: float, total: float) -> Tallied:
    share = one.variance / total
    return Tallied(one.count + share * by, max(0.0, one.variance * (1 - share)))
