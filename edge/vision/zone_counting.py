"""Who was in a zone: tracks in, zone intervals out. Pure."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.events import ZoneCounted
from edge.vision.detections import Track
from edge.vision.interval import Closed
from edge.vision.line import Anchor
from edge.vision.occupancy import Occupancy
from edge.vision.polygon import Area
from edge.vision.quantile import quantile, rounded
from edge.vision.staff import NOBODY, StaffApart
from edge.vision.visits import Visit, Visitor, Visits, VisitSettings

# Dwells kept of one interval: more than this many people do not leave a zone in one.
MOST_DWELLS = 10_000


@dataclass(frozen=True)
class Zone:
    """An area whose visitors are counted.

    Attributes:
        id: its name.
        area: where it is.
        anchor: which point of a person's box has to be in it.
        settings: how it is decided who is in.
    """

    id: str
    area: Area
    anchor: Anchor = "foot"
    settings: VisitSettings = field(default_factory=VisitSettings)


class ZoneCounter:
    """The counter of one zone.

    A visit that runs over the end of an interval is in `left` and in the dwells of the interval in which it ends.
    """

    def __init__(self, zone: Zone, began_s: float, *, staff_known: bool = False) -> None:
        """Begin to count.

        Args:
            zone: where.
            began_s: when the first interval begins, monotonic seconds.
            staff_known: whether the staff are told from the customers.
        """
        self.zone = zone
        self._visits = Visits(zone.area, zone.anchor, zone.settings)
        self._occupancy = Occupancy(began_s)
        self._entered = self._left = 0
        self._dwells: deque[float] = deque(maxlen=MOST_DWELLS)
        self._apart = StaffApart(zone.area, zone.anchor) if staff_known else None

    def update(self, tracks: list[Track], at: float, watched_s: float, staff: Mapping[int, int] = NOBODY) -> None:
        """Take in the people of one frame.

        Args:
            tracks: who is seen.
            at: the frame's, monotonic seconds.
            watched_s: since the frame before; 0 when there was a hole in between.
            staff: who of them is of the staff (`StaffWatch.update`).
        """
        if self._apart is not None:
            tracks = self._apart.customers(tracks, staff)
            self._entered -= sum(self._fresh(visitor) for visitor in self._visits.leave_out(staff))
        over = self._visits.update(tracks, at)
        present = list(self._visits.present())
        self._entered += sum(visitor.counted is None for visitor in present)
        self._occupancy.frame(present, at, watched_s)
        self._end(over)

    def finish(self) -> None:
        """Nobody is watched any longer: every visit ends where it was last seen."""
        self._end(self._visits.finish())

    def close(self, closed: Closed) -> ZoneCounted:
        """The interval is over: its event; the next one begins."""
        mean, most = self._occupancy.close(self._visits.present(), closed)
        event = ZoneCounted(
            interval_start=closed.interval_start,
            interval_s=closed.interval_s,
            observed_s=closed.observed_s,
            degraded=closed.degraded,
            zone=self.zone.id,
            entered=self._entered,
            left=self._left,
            occupancy_mean=mean,
            occupancy_max=most,
            dwell_p50_s=rounded(quantile(self._dwells, 0.5)),
            dwell_p90_s=rounded(quantile(self._dwells, 0.9)),
            dwell_n=len(self._dwells),
            staff=None if self._apart is None else self._apart.close(),
        )
        self._entered = self._left = 0
        self._dwells.clear()
        return event

    def _fresh(self, visitor: Visitor) -> bool:
        """Whether they are among those who entered in this interval."""
        return visitor.counted is not None and (visitor.entered or 0.0) >= self._occupancy.began_s

    def _end(self, visits: list[Visit]) -> None:
        for visit in visits:
            self._occupancy.ended(visit.visitor, visit.left)
            self._left += 1
            self._dwells.append(visit.dwell_s)
