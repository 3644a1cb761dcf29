"""The times of a recorded video's pictures, repaired where the file stamps them wrongly. Pure."""

from dataclasses import dataclass

# Where neither the container nor the codec knows a rate.
NOMINAL_FPS = 25.0
# Between two pictures of one file; less or more is a wrong time stamp.
SHORTEST_STEP_S, LONGEST_STEP_S = 1e-4, 60.0


@dataclass
class FileTimes:
    """Presentation times made to begin at 0 and never to stand still or go back.

    A stamp that is missing or wrong is replaced by a nominal step; the sound ones after it are believed again, so that
    repairs do not add up. Two wrong ones that fit each other are a new time line (recordings put together).

    Attributes:
        fps: the nominal rate.
    """

    fps: float
    _at: float | None = None
    # What makes a stamp a time: of the time line that is believed, and of the last stamp that did not fit it.
    _offset: float | None = None
    _other: float | None = None

    def of(self, pts: float | None) -> float:
        """The time in seconds of the next picture, whose presentation time the file gives as `pts`."""
        at = self._believed(pts)
        if at is None:
            at = 0.0 if self._at is None else self._at + 1.0 / (self.fps if self.fps > 0 else NOMINAL_FPS)
            self._other = None if pts is None else at - pts
            if self._offset is None:
                self._offset = self._other
        self._at = at
        return at

    def _believed(self, pts: float | None) -> float | None:
        """The time that a stamp says, None when it cannot be right."""
        if pts is None or self._at is None:
            return None
        for offset in (self._offset, self._other):
            if offset is not None and SHORTEST_STEP_S <= pts + offset - self._at <= LONGEST_STEP_S:
                self._offset, self._other = offset, None
                return pts + offset
        return None
