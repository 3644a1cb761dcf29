"""All that is measured at one camera: tracks in, crossings and interval events out. Pure.

The live agent and a recount over the past feed the same frames, reasons and ends of intervals to it, and get the
same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.config.camera import CaptureConfig
from edge.events import CaptureMeasured, FootfallCounted, HeatmapCounted, QueueMeasured, Stamp, ZoneCounted
from edge.vision.capture import measured
from edge.vision.counting import CountingSettings, LineCounter
from edge.vision.detections import Crossing, Track
from edge.vision.floor_plane import FloorPlane
from edge.vision.footfall import Footfall
from edge.vision.footprint import TIME_STEPS, Footprint, footprint, time_steps, track_of
from edge.vision.heatmap import HeatCounter
from edge.vision.interval import Interval
from edge.vision.line import Line
from edge.vision.queue_counting import Queue, QueueCounter
from edge.vision.staff import StaffRule, StaffWatch
from edge.vision.zone_counting import Zone, ZoneCounter

Measured = FootfallCounted | CaptureMeasured | ZoneCounted | QueueMeasured | HeatmapCounted


@dataclass(frozen=True)
class Drawn:
    """What is drawn into a camera's picture.

    Attributes:
        lines: each with how it counts.
        zones: where visitors are counted.
        queues: where people wait.
        captures: pairs of `lines`.
        heat: the floor and the side of a heatmap's cell, metres.
        staff: how the staff are known, who are left out of all figures; None knows none.
    """

    lines: Sequence[tuple[Line, CountingSettings]] = ()
    zones: Sequence[Zone] = ()
    queues: Sequence[Queue] = ()
    captures: Sequence[CaptureConfig] = ()
    heat: tuple[FloorPlane, float] | None = None
    staff: StaffRule | None = None


class Measures:
    """The counters of one camera and the interval that runs."""

    def __init__(self, drawn: Drawn, interval: Interval) -> None:
        self.interval = interval
        began_s = interval.began.monotonic_s
        self._lines = [LineCounter(line, how) for line, how in drawn.lines]
        self._captures = drawn.captures
        self._staff = StaffWatch(drawn.staff) if drawn.staff is not None else None
        known = self._staff is not None
        self._footfall = Footfall([line.id for line, _ in drawn.lines], interval.fps, staff_known=known)
        self._zones = [ZoneCounter(zone, began_s, staff_known=known) for zone in drawn.zones]
        self._heat = [HeatCounter(*drawn.heat)] if drawn.heat is not None else []
        self._queues = [QueueCounter(queue, began_s, staff_known=known) for queue in drawn.queues]

    def frame(self, tracks: Sequence[Track], index: int, at: float) -> list[Crossing]:
        """Take in who is seen in one frame.

        Args:
            tracks: who.
            index: the frame's, for crossings.
            at: the frame's, monotonic seconds; never goes back.

        Returns:
            The crossings that are settled now; they are counted already.
        """
        return self.stood([footprint(track) for track in tracks], index, time_steps(at))

    def stood(self, feet: Sequence[Footprint], index: int, at_us: int) -> list[Crossing]:
        """The same, by where they stood and microseconds."""
        at = at_us / TIME_STEPS
        tracks = [track_of(one, at) for one in feet]
        watched_s = self.interval.frame(at)
        staff = {} if self._staff is None else self._staff.update(tracks, at)
        for zone in self._zones:
            zone.update(tracks, at, watched_s, staff)
        for queue in self._queues:
            queue.update(tracks, at, watched_s, staff)
        for heat in self._heat:
            heat.update([track for track in tracks if track.id not in staff], watched_s)
        return self._crossed([crossing for line in self._lines for crossing in line.update(tracks, index, at)])

    def degrade(self, reason: str) -> None:
        """Something keeps the camera from seeing well in this interval."""
        self.interval.degrade(reason)

    def finish(self) -> list[Crossing]:
        """Nobody is watched any longer: settle what can be settled."""
        for zone in self._zones:
            zone.finish()
        for queue in self._queues:
            queue.finish()
        return self._crossed([crossing for line in self._lines for crossing in line.finish()])

    def close(self, now: Stamp, *, early: bool = False) -> list[Measured]:
        """End the interval (`Interval.close`): one event for each line, capture, zone, queue and heatmap."""
        closed = self.interval.close(now, early=early)
        lines = self._footfall.close(closed)
        zones = [zone.close(closed) for zone in self._zones]
        queues = [queue.close(closed) for queue in self._queues]
        return [*lines, *measured(self._captures, lines), *zones, *queues, *(heat.close(closed) for heat in self._heat)]

    def _crossed(self, crossings: list[Crossing]) -> list[Crossing]:
        """Count them; those of the staff apart, who are not returned."""
        customers = [crossing for crossing in crossings if not self._is_staff(crossing.track)]
        for crossing in crossings:
            if self._is_staff(crossing.track):
                self._footfall.staff_crossed(crossing)
            else:
                self._footfall.crossed(crossing)
        for line in self._lines:
            for doubt in line.take_doubts():
                if not self._is_staff(doubt.track):
                    self._footfall.doubted(line.line.id, doubt.direction)
        return customers

    def _is_staff(self, track: int) -> bool:
        return self._staff is not None and self._staff.is_staff(track)
