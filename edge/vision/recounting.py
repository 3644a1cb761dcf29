"""The past counted again, over any lines, zones and queues: foot records in, interval events out. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from edge.vision.foot_records import Began, Degraded, Ended, Finished, FootRecord, Framed, Sized
from edge.vision.interval import Interval
from edge.vision.measures import Drawn, Measured, Measures
from edge.vision.setup import UNKNOWN_SIZE

DrawnFor = Callable[[tuple[int, int]], Drawn]


class Recounting:
    """Counts a past again.

    Attributes:
        frames: how many pictures of it were gone through.
    """

    def __init__(self, drawn: DrawnFor) -> None:
        """Begin.

        Args:
            drawn: what is drawn into pictures of a size.
        """
        self.frames = 0
        self._drawn = drawn
        self._run = ""
        self._measures: Measures | None = None

    def run(self, records: Iterable[FootRecord], begin: datetime, end: datetime) -> Iterator[Measured]:
        """The intervals that begin from `begin` on and before `end`.

        Args:
            records: in their order, from well before `begin` on: who was there already is known from them.
            begin: UTC.
            end: UTC.
        """
        for record in records:
            for event in self._take(record):
                if event.interval_start >= end:
                    return
                if event.interval_start >= begin:
                    yield event

    def _take(self, record: FootRecord) -> list[Measured]:
        if isinstance(record, Began):
            self._begin(record)
            return []
        if self._measures is None:
            return []
        match record:
            case Sized():
                self._measures = Measures(self._drawn(record.size), self._measures.interval)
            case Framed():
                self.frames += 1
                self._measures.stood(list(record.footprints()), record.index, record.at_us)
            case Degraded():
                self._measures.degrade(record.reason)
            case Finished():
                self._measures.finish()
            case Ended():
                return self._measures.close(record.at, early=record.early)
        return []

    def _begin(self, record: Began) -> None:
        """A file that only goes on with the run at hand says nothing new."""
        if record.goes_on and record.run == self._run:
            return
        self._run = record.run
        interval = Interval(record.length_s, record.fps, record.at)
        self._measures = Measures(self._drawn(record.size or UNKNOWN_SIZE), interval)
