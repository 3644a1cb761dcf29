"""A live stream's presentation times on the box's monotonic clock. Pure.

Arrival jitters (network, buffers) but is never early; presentation times are even but drift, jump and restart, and some
cameras stamp a rate that they do not deliver. So the offset between the two is the least one of the last seconds of the
stream's own time: a hiccup, however long, is over before those are, while a rate that is wrong goes on and is followed.
"""

from collections import deque
from dataclasses import dataclass, field

# The stretch of the stream's own time whose least offset counts.
WINDOW_S = 2.0
# How fast the offset may rise, in seconds for each second of the stream: enough for stamps three times too fast.
RISE = 2.0
# A step of the stream that differs by more than this from what went by here begins a new time line.
JUMP_S = 2.0
LEAST_STEP_S = 1e-4


@dataclass
class MediaClock:
    """The clock of one stream."""

    _offset: float = 0.0
    _pts: float | None = None
    _arrived: float = 0.0
    _last: float = float("-inf")
    # (pts, offset) of the window, both rising: the first is the least, the others follow when it has become too old.
    _least: deque[tuple[float, float]] = field(default_factory=deque)

    def at(self, pts: float | None, arrived: float) -> float:
        """When a picture was taken, as near as can be told.

        Args:
            pts: seconds on the stream's own time line, None where it has none.
            arrived: monotonic seconds when it was decoded.

        Returns:
            Monotonic seconds, later than the one before, never later than `arrived` but to keep the order.
        """
        taken = arrived if pts is None else pts + self._follow(pts, arrived)
        self._last = max(min(taken, arrived), self._last + LEAST_STEP_S)
        return self._last

    def _follow(self, pts: float, arrived: float) -> float:
        """The offset to add to `pts`."""
        offset = arrived - pts
        step = 0.0 if self._pts is None else pts - self._pts
        if self._pts is None or step < -JUMP_S or step > arrived - self._arrived + JUMP_S:
            self._least.clear()
            self._offset = offset
        least = self._remember(pts, offset)
        self._offset = min(least, self._offset + RISE * max(step, 0.0))
        self._pts, self._arrived = pts, arrived
        return self._offset

    def _remember(self, pts: float, offset: float) -> float:
        """The least offset of the window, which ends with this one."""
        while self._least and (self._least[-1][1] >= offset or self._least[-1][0] >= pts):
            self._least.pop()
        self._least.append((pts, offset))
        while self._least[0][0] < pts - WINDOW_S:
            self._least.popleft()
        return self._least[0][1]
