"""Where on the floor people were, and for how long: tracks in, seconds per cell out. Pure. No track, no id."""

import math

from edge.events import HeatCell, HeatmapCounted
from edge.vision.detections import Track
from edge.vision.floor_plane import FloorPlane
from edge.vision.interval import Closed
from edge.vision.line import anchor_point

# Of an interval: who is in more cells than this is told of no more.
MOST_CELLS = 4096
# As far beyond the pairs of points as this share of their extent the plane still tells.
BEYOND = 0.5


class HeatCounter:
    """The heatmap of one camera."""

    def __init__(self, plane: FloorPlane, cell_m: float) -> None:
        """Begin to count.

        Args:
            plane: the floor.
            cell_m: the side of a cell.
        """
        self._plane, self._cell_m = plane, cell_m
        self._seconds: dict[tuple[int, int], float] = {}
        sides = [[place[axis] for place in plane.metres] for axis in (0, 1)]
        self._bounds = [
            (min(side) - BEYOND * (max(side) - min(side)), max(side) + BEYOND * (max(side) - min(side)))
            for side in sides
        ]

    def update(self, tracks: list[Track], watched_s: float) -> None:
        """Take in the people of one frame, each of whom was where they are for `watched_s`."""
        for track in tracks:
            cell = self._cell(track)
            if cell is not None and (cell in self._seconds or len(self._seconds) < MOST_CELLS):
                self._seconds[cell] = self._seconds.get(cell, 0.0) + watched_s

    def close(self, closed: Closed) -> HeatmapCounted:
        """The interval is over: its event; the next one begins."""
        seconds, self._seconds = self._seconds, {}
        cells = tuple(HeatCell(x=x, y=y, person_s=round(spent, 2)) for (x, y), spent in sorted(seconds.items()))
        return HeatmapCounted(
            interval_start=closed.interval_start,
            interval_s=closed.interval_s,
            observed_s=closed.observed_s,
            degraded=closed.degraded,
            cell_m=self._cell_m,
            cells=cells,
        )

    def _cell(self, track: Track) -> tuple[int, int] | None:
        place = self._plane.place(anchor_point(track.box, "foot"))
        if place is None or not all(low <= one <= high for one, (low, high) in zip(place, self._bounds, strict=True)):
            return None
        return math.floor(place[0] / self._cell_m), math.floor(place[1] / self._cell_m)
