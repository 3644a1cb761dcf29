"""One person's way over the floor: metres and seconds."""

import bisect
import math
from dataclasses import dataclass, field

Place = tuple[float, float]

# How a standing person shifts their weight: metres, seconds.
SWAY_M, SWAY_S = 0.04, 3.7


@dataclass
class Walk:
    """Where somebody is, by the second; nowhere before the first and after the last mark.

    Attributes:
        height_m: of the person.
        speed: metres per second.
        phase: of their swaying.
        sway_m: how far they sway.
    """

    height_m: float
    speed: float = 1.2
    phase: float = 0.0
    sway_m: float = SWAY_M
    _times: list[float] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)

    @property
    def here(self) -> Place:
        """The place of the last mark."""
        return self._places[-1]

    @property
    def since(self) -> float:
        """The time of the first mark."""
        return self._times[0]

    @property
    def until(self) -> float:
        """The time of the last mark."""
        return self._times[-1]

    def begin(self, at: float, place: Place) -> None:
        """They appear."""
        self._times, self._places = [at], [place]

    def stay(self, until: float) -> None:
        """They stand where they are."""
        self.mark(max(until, self.until), self.here)

    def go(self, place: Place) -> float:
        """They walk straight to a place; returns when they are there."""
        self.mark(self.until + math.dist(self.here, place) / self.speed, place)
        return self.until

    def at(self, time: float) -> Place | None:
        """Where they stand at a time, None when they are not there."""
        if not self._times or not self._times[0] <= time <= self._times[-1]:
            return None
        n = min(bisect.bisect_right(self._times, time), len(self._times) - 1)
        before, after = self._times[n - 1], self._times[n]
        share = 1.0 if after <= before else (time - before) / (after - before)
        (x0, y0), (x1, y1) = self._places[n - 1], self._places[n]
        sway = self.sway_m * math.sin(2 * math.pi * time / SWAY_S + self.phase)
        return x0 + share * (x1 - x0) + sway, y0 + share * (y1 - y0) + 0.7 * sway

    @property
    def marks(self) -> list[tuple[float, Place]]:
        """When they are where; straight and even in between."""
        return list(zip(self._times, self._places, strict=True))

    def mark(self, at: float, place: Place) -> None:
        """They are at a place at a time."""
        self._times.append(at)
        self._places.append(place)


@dataclass(frozen=True)
class Rect:
    """An area of the floor with sides along its axes, metres."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, place: Place | None) -> bool:
        """Whether somebody stands in it."""
        return place is not None and self.x0 <= place[0] <= self.x1 and self.y0 <= place[1] <= self.y1

    @property
    def corners(self) -> tuple[Place, Place, Place, Place]:
        """In their order around."""
        return (self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)
