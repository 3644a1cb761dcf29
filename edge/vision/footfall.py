"""Crossings → interval counts. Pure."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.events import Direction, FootfallCounted
from edge.vision.count_error import LEAST_FPS, count_sd
from edge.vision.detections import Crossing
from edge.vision.interval import Closed
from edge.vision.parties import Parties

# A line's id and which way over it.
Way = tuple[str, Direction]


@dataclass
class Footfall:
    """The counts of one camera's lines in the interval that runs.

    Attributes:
        lines: the lines' ids.
        fps: analysed pictures per second that are aimed at; below `LEAST_FPS` no deviation is told.
        staff_known: whether the staff are told from the customers.
    """

    lines: Sequence[str]
    fps: float = 10.0
    staff_known: bool = False
    _counts: Counter[Way] = field(default_factory=Counter)
    _firsts: Counter[Way] = field(default_factory=Counter)
    _staff: Counter[Way] = field(default_factory=Counter)
    _confidences: dict[Way, list[float]] = field(default_factory=lambda: defaultdict(list))
    _doubts: Counter[Way] = field(default_factory=Counter)
    _parties: Parties = field(default_factory=Parties)

    def crossed(self, crossing: Crossing) -> None:
        """Count a crossing."""
        key = crossing.line, crossing.direction
        self._counts[key] += 1
        self._confidences[key].append(crossing.confidence)
        self._firsts[key] += self._parties.crossed(crossing)

    def staff_crossed(self, crossing: Crossing) -> None:
        """Somebody of the staff crossed: counted apart, and in no other figure."""
        self._staff[crossing.line, crossing.direction] += 1

    def doubted(self, line: str, direction: Direction) -> None:
        """Somebody passed a line and vanished beside it: not counted, and not certain either."""
        self._doubts[line, direction] += 1

    def close(self, closed: Closed) -> list[FootfallCounted]:
        """The interval is over: one event a line; the next one begins at zero."""
        counts, self._counts = self._counts, Counter()
        firsts, self._firsts = self._firsts, Counter()
        staff, self._staff = self._staff, Counter()
        deviations = self._deviations(closed)
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
                in_sd=deviations[line, Direction.IN],
                out_sd=deviations[line, Direction.OUT],
                staff_in=staff[line, Direction.IN] if self.staff_known else None,
                staff_out=staff[line, Direction.OUT] if self.staff_known else None,
            )
            for line in self.lines
        ]

    def _deviations(self, closed: Closed) -> dict[Way, float | None]:
        confidences, self._confidences = self._confidences, defaultdict(list)
        doubts, self._doubts = self._doubts, Counter()
        found: dict[Way, float | None] = {}
        for key in itertools.product(self.lines, Direction):
            observed_s = closed.observed_s if self.fps >= LEAST_FPS else 0.0
            sd = count_sd(confidences[key], doubts[key], observed_s, closed.interval_s)
            found[key] = None if sd is None else round(sd, 2)
        return found
