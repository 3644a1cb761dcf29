"""Crossings → interval counts. Pure.

An interval is as long as the monotonic clock says, and says for how much of it the camera was really watched: never a
silent zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.events import Direction, FootfallCounted, Stamp
from edge.vision.detections import Crossing

# Two frames further apart than this many analysed frames, and than this many seconds, leave a hole in between.
HOLE_FRAMES = 3.0
HOLE_S = 1.0


@dataclass
class Footfall:
    """The counts of one camera's lines in the interval that runs.

    Attributes:
        lines: the lines' ids.
        length_s: how long an interval is.
        fps: analysed frames per second that are aimed at.
        began: when the running interval began.
    """

    lines: Sequence[str]
    length_s: float
    fps: float
    began: Stamp
    _counts: dict[tuple[str, Direction], int] = field(default_factory=dict)
    _watched_s: float = 0.0
    _degraded: set[str] = field(default_factory=set)
    _frame_s: float | None = None

    def crossed(self, crossing: Crossing) -> None:
        """Count a crossing."""
        key = crossing.line, crossing.direction
        self._counts[key] = self._counts.get(key, 0) + 1

    def frame(self, monotonic_s: float) -> None:
        """A frame was analysed; the time since the one before was watched, if it was no hole."""
        before = self._frame_s
        self._frame_s = monotonic_s
        if before is None:
            return
        gap = monotonic_s - before
        if gap > max(HOLE_S, HOLE_FRAMES / self.fps):
            self._degraded.add("frames_missing")
        else:
            self._watched_s += max(0.0, monotonic_s - max(before, self.began.monotonic_s))

    def degraded(self, reason: str) -> None:
        """Something keeps the camera from seeing well in this interval."""
        self._degraded.add(reason)

    def due(self, monotonic_s: float) -> bool:
        """Whether the running interval is over."""
        return monotonic_s >= self.began.monotonic_s + self.length_s

    def close(self, now: Stamp, *, early: bool = False) -> list[FootfallCounted]:
        """End the interval and begin the next: one event a line.

        Args:
            now: this moment; the interval ends at its proper time when that is past, and now when `early`.
            early: the agent stops; what was counted so far goes out as a shorter interval.
        """
        length = now.monotonic_s - self.began.monotonic_s
        if not early:
            length = self.length_s * max(1, int(length / self.length_s))
        observed = min(self._watched_s, length)
        events = [
            FootfallCounted(
                interval_start=self.began.wall,
                interval_s=round(length, 3),
                observed_s=round(observed, 3),
                degraded=tuple(sorted(self._degraded)),
                line=line,
                in_=self._counts.get((line, Direction.IN), 0),
                out=self._counts.get((line, Direction.OUT), 0),
            )
            for line in self.lines
        ]
        # From the clock as it is now: it may have been set right since the last one began.
        self.began = now.after(self.began.monotonic_s + length - now.monotonic_s)
        self._counts, self._watched_s, self._degraded = {}, 0.0, set()
        return events
