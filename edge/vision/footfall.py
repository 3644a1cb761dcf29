"""Crossings → interval counts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.events import Direction, FootfallCounted
from edge.vision.detections import Crossing
from edge.vision.interval import Closed


@dataclass
class Footfall:
    """The counts of one camera's lines in the interval that runs.

    Attributes:
        lines: the lines' ids.
    """

    lines: Sequence[str]
    _counts: dict[tuple[str, Direction], int] = field(default_factory=dict)

    def crossed(self, crossing: Crossing) -> None:
        """Count a crossing."""
        key = crossing.line, crossing.direction
        self._counts[key] = self._counts.get(key, 0) + 1

    def close(self, closed: Closed) -> list[FootfallCounted]:
        """The interval is over: one event a line; the next one begins at zero."""
        counts, self._counts = self._counts, {}
        return [
            FootfallCounted(
                interval_start=closed.interval_start,
                interval_s=closed.interval_s,
                observed_s=closed.observed_s,
                degraded=closed.degraded,
                line=line,
                in_=counts.get((line, Direction.IN), 0),
                out=counts.get((line, Direction.OUT), 0),
            )
            for line in self.lines
        ]
