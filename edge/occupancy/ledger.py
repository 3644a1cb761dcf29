"""The doors' ever-rising sums, read now and then: what was counted since, and what nobody told of. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from edge.occupancy.occupancy import DoorCount


class Ledger(msgspec.Struct, kw_only=True):
    """How far each door has been read; kept over a restart.

    Attributes:
        seen: each line's sums when they were last read.
        owed_s: seconds that passed at each line and that no interval has told of yet.
    """

    seen: dict[str, DoorCount] = {}
    owed_s: dict[str, float] = {}

    def read(
        self, lines: Sequence[str], totals: Mapping[str, DoorCount], elapsed_s: float, patience_s: float
    ) -> list[DoorCount]:
        """What each line counted since it was last read.

        Args:
            lines: the doors.
            totals: their sums now; one that never told of anything may be absent.
            elapsed_s: since the last reading.
            patience_s: an interval may come so late; what is owed for longer was not watched.
        """
        return [self._line(line, totals.get(line, DoorCount(line=line)), elapsed_s, patience_s) for line in lines]

    def _line(self, line: str, total: DoorCount, elapsed_s: float, patience_s: float) -> DoorCount:
        # A book that begins with this reading tells of a time before it.
        counted = since(self.seen.get(line, DoorCount(line=line)), total)
        self.seen[line] = total
        owed_s = max(0.0, self.owed_s.get(line, 0.0) + elapsed_s - counted.told_s)
        unwatched_s = max(0.0, owed_s - patience_s)
        self.owed_s[line] = owed_s - unwatched_s
        return msgspec.structs.replace(counted, unwatched_s=counted.unwatched_s + unwatched_s)


def since(seen: DoorCount, total: DoorCount) -> DoorCount:
    """What was counted since a line was read before; all of it where its sums began anew meanwhile."""
    if total.told_s < seen.told_s:
        return total
    return DoorCount(
        line=total.line,
        in_=total.in_ - seen.in_,
        out=total.out - seen.out,
        in_variance=max(0.0, total.in_variance - seen.in_variance),
        out_variance=max(0.0, total.out_variance - seen.out_variance),
        told_s=total.told_s - seen.told_s,
        watched_s=max(0.0, total.watched_s - seen.watched_s),
        unwatched_s=max(0.0, total.unwatched_s - seen.unwatched_s),
    )
