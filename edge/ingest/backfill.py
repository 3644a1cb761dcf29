"""Which gaps are old, which are explained, and which are to be asked for. Pure.

A number that is missing may be on its way, with another worker, or lost between broker and gateway. What is still
missing after a while is asked for again; what the gateway has given up, or has not got any more, is not.
"""

from collections.abc import Sequence

import msgspec

from edge.ingest.sequences import Run

EVICTED, GONE, GIVEN_UP = "evicted", "gone", "given up"
# One command asks for this many numbers at most (a gateway sends so many again for one).
MOST_ASKED = 5000


class BackfillRule(msgspec.Struct, frozen=True, kw_only=True):
    """When to ask.

    Attributes:
        after_s: how old a gap must be.
        first_s: between the first and the second request; doubled with each.
        most_s: between two requests, at most.
        most_requests: then the gap is given up.
        most_at_once: commands in one round.
    """

    after_s: float = 60
    first_s: float = 60
    most_s: float = 3600
    most_requests: int = 12
    most_at_once: int = 20

    def pause_s(self, asked: int) -> float:
        """How long to wait after the request with this number, from 1."""
        return min(self.most_s, self.first_s * 2.0 ** (asked - 1))


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A run of numbers that is missing. Times are seconds of one clock.

    Attributes:
        asked: how often it was asked for.
        ask_after: not before.
        outcome: why it is asked for no more; empty while it is.
    """

    first: int
    last: int
    found: float
    asked: int = 0
    ask_after: float
    outcome: str = ""

    @property
    def count(self) -> int:
        """How many numbers."""
        return self.last - self.first + 1


class Evicted(msgspec.Struct, frozen=True):
    """So many numbers of a run were given up by the gateway itself."""

    first: int
    last: int
    count: int


def reconciled(known: Sequence[Gap], missing: Sequence[Run], at: float, rule: BackfillRule) -> list[Gap]:
    """The gaps of a stream now: what is new begins its time, what has shrunk or split keeps the age it had.

    A gap of which a part came is worth asking for again: its requests are counted anew.

    Args:
        known: what was kept of them, in order.
        missing: the runs that are missing, in order.
        at: this moment.
        rule: when to ask.
    """
    gaps = []
    for first, last in missing:
        over = [one for one in known if one.first <= last and first <= one.last]
        if not over:
            gaps.append(Gap(first=first, last=last, found=at, ask_after=at + rule.after_s))
            continue
        oldest = min(over, key=lambda one: one.found)
        ended = {one.outcome for one in over}
        came = last - first + 1 < sum(one.count for one in over)
        gaps.append(
            Gap(
                first=first,
                last=last,
                found=oldest.found,
                asked=0 if came else max(one.asked for one in over),
                ask_after=min(one.ask_after for one in over),
                outcome=oldest.outcome if "" not in ended else "",
            )
        )
    return gaps


def explained(gap: Gap, evictions: Sequence[Evicted], missing: Sequence[Run]) -> bool:
    """Whether the gateway itself gave up every number of a gap.

    A report names a run and how many of it are gone, not which: it explains what is missing of the run when that is
    no more than it says.
    """
    left = [(gap.first, gap.last)]
    for one in evictions:
        gone = sum(max(0, min(last, one.last) - max(first, one.first) + 1) for first, last in missing)
        if gone <= one.count:
            left = [part for run in left for part in _cut(run, one)]
    return not left


def asked(gap: Gap, at: float, rule: BackfillRule) -> Gap:
    """A gap after it was asked for once more, or given up."""
    if gap.asked >= rule.most_requests:
        return msgspec.structs.replace(gap, outcome=GIVEN_UP)
    number = gap.asked + 1
    return msgspec.structs.replace(gap, asked=number, ask_after=at + rule.pause_s(number))


def _cut(run: Run, one: Evicted) -> list[Run]:
    first, last = run
    if one.last < first or last < one.first:
        return [run]
    return [part for part in ((first, one.first - 1), (one.last + 1, last)) if part[0] <= part[1]]
