"""The interval that runs at a camera, and for how much of it the camera was really watched. Pure.

An interval is as long as the monotonic clock says, and says how long it was watched: never a silent zero.
"""

from dataclasses import dataclass, field
from datetime import datetime

from edge.events import Stamp

# Two frames further apart than this many analysed frames, and than this many seconds, leave a hole in between.
HOLE_FRAMES = 3.0
HOLE_S = 1.0


@dataclass(frozen=True)
class Closed:
    """An interval that is over: what every event about it begins with.

    Attributes:
        from_s, to_s: monotonic seconds.
        to_the_end: whether it was watched up to its end.
    """

    interval_start: datetime
    interval_s: float
    observed_s: float
    degraded: tuple[str, ...]
    from_s: float
    to_s: float
    to_the_end: bool


@dataclass
class Interval:
    """The interval of one camera that runs.

    Attributes:
        length_s: how long an interval is.
        fps: analysed frames per second that are aimed at.
        began: when the running interval began.
    """

    length_s: float
    fps: float
    began: Stamp
    _watched_s: float = 0.0
    _degraded: set[str] = field(default_factory=set)
    _frame_s: float | None = None

    def frame(self, monotonic_s: float) -> float:
        """A frame was analysed.

        Returns:
            Seconds since the one before that count as watched; 0 when there was a hole in between.
        """
        before, self._frame_s = self._frame_s, monotonic_s
        if before is None:
            return 0.0
        gap = monotonic_s - before
        if gap > hole_s(self.fps):
            self._degraded.add("frames_missing")
            return 0.0
        self._watched_s += max(0.0, monotonic_s - max(before, self.began.monotonic_s))
        return gap

    def degrade(self, reason: str) -> None:
        """Something keeps the camera from seeing well in this interval."""
        self._degraded.add(reason)

    def due(self, monotonic_s: float) -> bool:
        """Whether the running interval is over."""
        return monotonic_s >= self.began.monotonic_s + self.length_s

    def close(self, now: Stamp, *, early: bool = False) -> Closed:
        """End the interval and begin the next.

        Args:
            now: this moment; the interval ends at its proper time when that is past, and now when `early`.
            early: the agent stops; what was counted so far goes out as a shorter interval.
        """
        length = now.monotonic_s - self.began.monotonic_s
        if not early:
            length = self.length_s * max(1, int(length / self.length_s))
        end_s = self.began.monotonic_s + length
        closed = Closed(
            interval_start=self.began.wall,
            interval_s=round(length, 3),
            observed_s=round(min(self._watched_s, length), 3),
            degraded=tuple(sorted(self._degraded)),
            from_s=self.began.monotonic_s,
            to_s=end_s,
            to_the_end=self._frame_s is not None and end_s - self._frame_s <= hole_s(self.fps),
        )
        # From the clock as it is now: it may have been set right since the last one began.
        self.began = now.after(end_s - now.monotonic_s)
        self._watched_s, self._degraded = 0.0, set()
        return closed


def hole_s(fps: float) -> float:
    """Two analysed pictures further apart than this leave a time unwatched, seconds.

    Args:
        fps: analysed pictures per second that are aimed at.
    """
    return max(HOLE_S, HOLE_FRAMES / fps)
