"""Which frames an analysis rate keeps. Pure."""

from dataclasses import dataclass

# A frame that comes this much of a period early is still in time: clocks jitter, and PTS are rounded.
EARLY = 0.45


@dataclass
class Sampler:
    """Keeps at most `fps` frames a second, evenly; every frame when `fps` is None or the stream is no faster."""

    fps: float | None
    _due: float | None = None

    def keep(self, at: float) -> bool:
        """Whether to analyse the frame of second `at`. Times must not go back."""
        if self.fps is None:
            return True
        period = 1.0 / self.fps
        if self._due is not None and at < self._due - EARLY * period:
            return False
        late = self._due is None or at >= self._due + period
        self._due = (at if late or self._due is None else self._due) + period
        return True
