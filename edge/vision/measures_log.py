"""Measures whose every input is kept, so that the past can be counted again. Pure."""

from collections.abc import Callable, Sequence

from edge.events import Stamp
from edge.vision.detections import Crossing
from edge.vision.foot_records import Began, Degraded, Ended, Finished, FootRecord, Sized, framed
from edge.vision.footprint import Footprint
from edge.vision.interval import Interval
from edge.vision.measures import Drawn, Measured, Measures

Keep = Callable[[FootRecord], None]


class LoggedMeasures(Measures):
    """Measures that tell `keep` of all that is fed to them, before they take it in."""

    def __init__(
        self, drawn: Drawn, interval: Interval, keep: Keep, run: str, size: tuple[int, int] | None = None
    ) -> None:
        """Begin to count.

        Args:
            drawn: what is drawn into the picture.
            interval: that runs.
            keep: takes the records.
            run: tells this run of the agent from others.
            size: (width, height) of the pictures; None before the first one.
        """
        super().__init__(drawn, interval)
        self._keep = keep
        self._size = size
        self._reasons: set[str] = set()
        self._run = run
        keep(Sized(size) if size is not None else self._beginning())

    def stood(self, feet: Sequence[Footprint], index: int, at_us: int) -> list[Crossing]:
        """Take in who is seen in one frame (`Measures.stood`)."""
        self._keep(framed(at_us, index, feet))
        return super().stood(feet, index, at_us)

    def degrade(self, reason: str) -> None:
        """Something keeps the camera from seeing well in this interval; kept once an interval."""
        if reason not in self._reasons:
            self._reasons.add(reason)
            self._keep(Degraded(reason))
        super().degrade(reason)

    def finish(self) -> list[Crossing]:
        """Nobody is watched any longer."""
        self._keep(Finished())
        return super().finish()

    def close(self, now: Stamp, *, early: bool = False) -> list[Measured]:
        """End the interval."""
        self._keep(Ended(now, early))
        self._reasons.clear()
        events = super().close(now, early=early)
        self._keep(self._beginning(goes_on=True))
        return events

    def _beginning(self, *, goes_on: bool = False) -> Began:
        interval = self.interval
        return Began(self._run, interval.began, interval.length_s, interval.fps, self._size, goes_on)
