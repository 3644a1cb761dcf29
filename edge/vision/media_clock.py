"""A live stream's presentation times on the box's monotonic clock. Pure.

Arrival jitters (network, buffers) but is never early; presentation times are even but drift, jump and restart, and some
cameras stamp a rate that they do not deliver. So the offset between the two is the least one seen lately, let rise
slowly to follow drift, and begun anew when it is plainly wrong.
"""

from dataclasses import dataclass

# How fast the least offset is forgotten: more than any quartz drifts, less than a network hesitates.
RISE_S_PER_S = 0.005
# Further off than this is no jitter but a new time line.
JUMP_S = 2.0
LEAST_STEP_S = 1e-4


@dataclass
class MediaClock:
    """The clock of one stream."""

    _offset: float | None = None
    _arrived: float = 0.0
    _last: float = float("-inf")

    def at(self, pts: float | None, arrived: float) -> float:
        """When a picture was taken, as near as can be told.

        Args:
            pts: seconds on the stream's own time line, None where it has none.
            arrived: monotonic seconds when it was decoded.

        Returns:
            Monotonic seconds, later than the one before, never later than `arrived` but to keep the order.
        """
        taken = arrived if pts is None else pts + self._follow(arrived - pts, arrived)
        self._last = max(min(taken, arrived), self._last + LEAST_STEP_S)
        return self._last

    def _follow(self, offset: float, arrived: float) -> float:
        if self._offset is None or abs(offset - self._offset) > JUMP_S:
            self._offset = offset
        else:
            self._offset = min(offset, self._offset + RISE_S_PER_S * (arrived - self._arrived))
        self._arrived = arrived
        return self._offset
