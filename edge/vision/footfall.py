"""Crossings → interval counts. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.events import Direction, FootfallCounted
from edge.vision.detections import Crossing
from edge.vision.interval import Closed
from edge.vision.parties import Parties


@dataclass
class Footfall:
    """The counts of one camera's lines in the interval that runs.

    Attributes:
        lines: the lines' ids.
    """

    lines: Sequence[str]
    _counts: Counter[tuple[str, Direction]] = field(default_factory=Counter)
    _firsts: Counter[tuple[str, Direction]] = field(default_factory=Counter)
    _parties: Parties = field(default_factory=Parties)

    def crossed(self, crossing: Crossing) -> None:
        """Count a crossing."""
        key = crossing.line, crossing.direction
        self._counts[key] += 1
        self._firsts[key] += self._parties.crossed(crossing)

    def close(self, closed: Closed) -> list[FootfallCounted]:
        """The interval is over: one event a line; the next one begins at zero."""
        counts, self._counts = self._counts, Counter()
        firsts, self._firsts = self._firsts, Counter()
        return [
            FootfallCounted(
                interval_start=closed.interval_start,
                interval_s=closed.interval_s,
                observed_s=closed.observed_s,
                degraded=closed.degraded,
                line=line,
                in_=counts[line, Direction.IN],
                out=counts[line, Direction.OUT],
                in_parties=firsts[line, Direction.IN],
                out_parties=firsts[line, Direction.OUT],
            )
            for line in self.lines
        ]
