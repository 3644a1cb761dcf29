"""Who waits and for how long: tracks in, queue intervals out. Pure. Seconds.

A queue is an area and the service point that it leads to. Somebody has joined once they have been there for a while
or have reached the service point; whoever only walks through has not. Their wait ends when they reach the service
point; who is seen to leave without it has abandoned, who vanishes there has not. Who is being served is not in the
queue any more.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.events import QueueMeasured
from edge.vision.detections import Track
from edge.vision.interval import Closed
from edge.vision.line import Anchor
from edge.vision.occupancy import PRESENT_S, Occupancy
from edge.vision.polygon import Area, Union
from edge.vision.quantile import quantile, rounded
from edge.vision.staff import NOBODY, StaffApart
from edge.vision.visits import Visit, Visitor, Visits, VisitSettings
from edge.vision.wait_estimate import WaitEstimate

# Waits kept of one interval: more people are not served in one.
MOST_WAITS = 10_000


@dataclass(frozen=True)
class Queue:
    """A queue.

    Attributes:
        id: its name.
        area: where people wait.
        service: where they are served; touches or overlaps `area`.
        anchor: which point of a person's box has to be there.
        settings: how it is decided who is there.
        join_s: who is there for less, and is not served, walked through.
        service_s: who stands at the service point for so long is being served.
    """

    id: str
    area: Area
    service: Area
    anchor: Anchor = "foot"
    settings: VisitSettings = field(default_factory=VisitSettings)
    join_s: float = 5.0
    service_s: float = 1.5


class QueueCounter:
    """The counter of one queue."""

    def __init__(self, queue: Queue, began_s: float, *, staff_known: bool = False) -> None:
        """Begin to count.

        Args:
            queue: where.
            began_s: when the first interval begins, monotonic seconds.
            staff_known: whether the staff are told from the customers.
        """
        self.queue = queue
        area = Union((queue.area, queue.service))
        self._visits = Visits(area, queue.anchor, queue.settings)
        self._apart = StaffApart(area, queue.anchor) if staff_known else None
        self._occupancy = Occupancy(began_s)
        self._estimate = WaitEstimate()
        self._at = began_s
        self._abandoned = self._served = 0
        self._waits: deque[float] = deque(maxlen=MOST_WAITS)

    def update(self, tracks: list[Track], at: float, watched_s: float, staff: Mapping[int, int] = NOBODY) -> None:
        """Take in the people of one frame (see `ZoneCounter.update`)."""
        self._at = at
        if self._apart is not None:
            tracks = self._apart.customers(tracks, staff)
            self._visits.leave_out(staff)
        over = self._visits.update(tracks, at)
        for visitor in self._visits.present():
            if visitor.at == at and visitor.served is None:
                self._at_service(visitor, at)
        self._occupancy.frame(self._waiting(at), at, watched_s)
        self._end(over)

    def finish(self) -> None:
        """Nobody is watched any longer: who was waiting has neither been served nor gone away."""
        for visit in self._visits.finish():
            self._occupancy.ended(visit.visitor, visit.left)

    def close(self, closed: Closed) -> QueueMeasured:
        """The interval is over: its event; the next one begins."""
        mean, most = self._occupancy.close(self._waiting(self._at), closed)
        event = QueueMeasured(
            interval_start=closed.interval_start,
            interval_s=closed.interval_s,
            observed_s=closed.observed_s,
            degraded=closed.degraded,
            queue=self.queue.id,
            length_mean=mean,
            length_max=most,
            wait_p50_s=rounded(quantile(self._waits, 0.5)),
            wait_p90_s=rounded(quantile(self._waits, 0.9)),
            served=self._served,
            abandoned=self._abandoned,
            # Nobody knows who waits before a camera that is gone; 0 would say that nobody does.
            wait_now_s=rounded(self._wait_now()) if closed.to_the_end else None,
            staff=None if self._apart is None else self._apart.close(),
        )
        self._abandoned = self._served = 0
        self._waits.clear()
        return event

    def _at_service(self, visitor: Visitor, at: float) -> None:
        """See whether they have reached the service point, to stay."""
        if self.queue.service.depth(visitor.point) < 0:
            visitor.reached = None
            return
        if visitor.reached is None:
            visitor.reached = at
        if at - visitor.reached < self.queue.service_s:
            return
        joined = visitor.reached if visitor.entered is None else min(visitor.entered, visitor.reached)
        visitor.served = visitor.reached
        if visitor.counted is None:  # too short a wait to have been counted as one so far
            visitor.counted = max(self._occupancy.began_s, joined)
        self._occupancy.ended(visitor, visitor.reached)
        self._served += 1
        self._waits.append(visitor.reached - joined)
        self._estimate.served(joined, visitor.reached)

    def _waiting(self, at: float) -> Iterable[Visitor]:
        """Who has joined and stands in the queue; who is at the service point counts again if they step back."""
        return (
            visitor
            for visitor in self._visits.present()
            if visitor.served is None
            and visitor.reached is None
            and visitor.entered is not None
            and at - visitor.entered >= self.queue.join_s
        )

    def _end(self, visits: list[Visit]) -> None:
        for visit in visits:
            self._occupancy.ended(visit.visitor, visit.left)
            gave_up = visit.visitor.served is None and not visit.visitor.inside
            self._abandoned += gave_up and visit.dwell_s >= self.queue.join_s

    def _wait_now(self) -> float | None:
        there = [visitor for visitor in self._visits.present() if visitor.at >= self._at - PRESENT_S]
        busy = any(visitor.served is not None and self.queue.service.depth(visitor.point) >= 0 for visitor in there)
        return self._estimate.now(self._at, sum(visitor.served is None for visitor in there), busy=busy)
