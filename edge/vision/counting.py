"""Who crosses a line: tracks in, crossings out. Pure.

A person has a side once they stand clear of the line, that is further from it than a band of a share of their height.
A crossing is settled when the person is clear of the line on the other side and the way there went through the
segment. Whoever stands, sways or turns round within the band has not crossed. Ids are not trusted (`sighting`).
Whoever dwells in the band is not on their way: where they appeared or vanished there says nothing of a side.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from edge.events import Direction
from edge.vision.detections import Crossing, Track
from edge.vision.line import Line, Point, meeting
from edge.vision.sighting import People, Reach, Sighting, height_of


@dataclass(frozen=True)
class CountingSettings:
    """How a line counts.

    Attributes:
        band: half the width of the band, as a share of the person's height.
        band_px: the same in pixels; overrides `band`.
        settle_s: whoever comes back over the line within this time has not crossed, unless they were far (two bands).
        memory_s: how long a person who vanished is waited for.
        reach: how far from where they should be they may come back, as a share of their height, …
        reach_per_s: … and how much further for each second away.
        brief_s: whoever is in the band for longer dwells there.
        lead_s: a person who is never seen again has crossed if they came from clear of the line, were past it and would
            have been clear of it this much later.
        double_s: two who cross the same way within this time, one settled after the other, …
        double: … and this near, as a share of their height, are two boxes on one body.
    """

    band: float = 0.10
    band_px: float | None = None
    settle_s: float = 0.25
    memory_s: float = 2.5
    reach: float = 0.5
    reach_per_s: float = 0.6
    brief_s: float = 2.0
    lead_s: float = 0.5
    double_s: float = 0.3
    double: float = 0.2


class Doubt(NamedTuple):
    """A passing that was never settled: whoever passed vanished near the line.

    Attributes:
        track: the id they had.
    """

    direction: Direction
    track: int


@dataclass(slots=True)
class _Passing:
    """The last time somebody's way went through the segment, not settled yet."""

    at: float
    frame: int
    direction: Direction
    point: Point


@dataclass(slots=True, kw_only=True)
class _Walker(Sighting):
    """What is known of one person at one line.

    Attributes:
        side: +1 clear on the inside, -1 clear on the outside, 0 never clear yet.
        began: the side they were first seen on, clear or not; 0 once they have dwelt in the band.
        clear_at: when they were last clear, or else first seen.
    """

    distance: float
    clear_at: float
    side: int = 0
    began: int = 0
    score: float = 0.0
    passing: _Passing | None = None


class LineCounter:
    """The counter of one line."""

    def __init__(self, line: Line, settings: CountingSettings | None = None) -> None:
        self.line = line
        self.settings = settings or CountingSettings()
        reach = Reach(self.settings.memory_s, self.settings.reach, self.settings.reach_per_s)
        self._walkers: People[_Walker] = People(line.anchor, reach)
        self._lately: list[Crossing] = []
        self._doubts: list[Doubt] = []

    def update(self, tracks: list[Track], frame: int, at: float) -> list[Crossing]:
        """Take in the people of one frame; return the crossings that are settled now."""
        crossings = []
        for track, point, walker in self._walkers.known(tracks, at):
            if walker is None:
                self._begin(track, point, at)
            elif (crossing := self._follow(walker, track, point, frame, at)) is not None:
                crossings.append(crossing)
        self._lately = [c for c in self._lately if c.at >= at - 2 * self.settings.memory_s] + crossings
        return crossings + self._let_go(at - self.settings.memory_s)

    def finish(self) -> list[Crossing]:
        """The video is over: settle what can be settled."""
        return self._let_go(math.inf)

    def take_doubts(self) -> list[Doubt]:
        """The passings since the last call that were never settled."""
        doubts, self._doubts = self._doubts, []
        return doubts

    def _begin(self, track: Track, point: Point, at: float) -> None:
        distance = self.line.distance(point)
        walker = _Walker(
            track=track.id,
            point=point,
            height=height_of(track),
            at=at,
            distance=distance,
            clear_at=at,
            score=track.score,
            began=1 if distance >= 0 else -1,
        )
        if abs(distance) > self._band(walker):
            walker.side = walker.began
        self._walkers.add(walker)

    def _follow(self, walker: _Walker, track: Track, point: Point, frame: int, at: float) -> Crossing | None:
        distance = self.line.distance(point)
        if (distance >= 0) != (walker.distance >= 0):
            self._pass(walker, point, distance, frame, at)
        walker.follow(track, point, at)
        walker.distance = distance
        walker.score += 0.2 * (track.score - walker.score)
        return self._settle(walker, at)

    def _pass(self, walker: _Walker, point: Point, distance: float, frame: int, at: float) -> None:
        """Note that the way from the last point to this one meets the line's straight, if within the segment."""
        share = walker.distance / (walker.distance - distance)
        where = meeting(walker.point, point, walker.distance, distance)
        if not self.line.holds(where):
            walker.passing, walker.side, walker.began = None, 0, 1 if distance >= 0 else -1
            return
        direction = Direction.IN if distance >= 0 else Direction.OUT
        if walker.passing is not None and walker.passing.direction is not direction:
            walker.passing = None  # back again: the two cancel out
            return
        walker.passing = _Passing(walker.at + share * (at - walker.at), frame, direction, where)

    def _settle(self, walker: _Walker, at: float) -> Crossing | None:
        """The person's crossing, if they are clear of the line now and came from the other side."""
        side, band = (1 if walker.distance >= 0 else -1), self._band(walker)
        passing = walker.passing
        if abs(walker.distance) <= band:
            if self._dwells(walker, at):
                walker.began = 0
            return None
        walker.clear_at = at
        if passing is None:
            walker.side = side
            return None
        if at - passing.at < self.settings.settle_s and abs(walker.distance) <= 2 * band:
            return None
        return self._crossed(walker, side, passing)

    def _crossed(self, walker: _Walker, side: int, passing: _Passing) -> Crossing | None:
        came_from = walker.side or walker.began
        walker.passing, walker.side = None, side
        if came_from != -side or self._double(walker, passing):
            return None
        return Crossing(
            line=self.line.id,
            direction=passing.direction,
            at=passing.at,
            frame=passing.frame,
            confidence=min(1.0, max(0.0, walker.score)),
            track=walker.track,
            point=passing.point,
            height=walker.height,
        )

    def _let_go(self, before: float) -> list[Crossing]:
        """Forget whoever was last seen before then; they have crossed if they were on their way beyond the line."""
        crossings = []
        for walker in self._walkers.gone(before):
            if walker.passing is None:
                continue
            if not self._on_their_way(walker):
                self._doubts.append(Doubt(walker.passing.direction, walker.track))
                continue
            crossing = self._crossed(walker, 1 if walker.distance >= 0 else -1, walker.passing)
            crossings += [crossing] if crossing else []
        return crossings

    def _double(self, walker: _Walker, passing: _Passing) -> bool:
        return any(
            crossing.direction is passing.direction
            and crossing.track != walker.track
            and abs(crossing.at - passing.at) <= self.settings.double_s
            and math.dist(crossing.point, passing.point) <= self.settings.double * walker.height
            for crossing in self._lately
        )

    def _dwells(self, walker: _Walker, at: float) -> bool:
        return at - walker.clear_at > self.settings.brief_s

    def _on_their_way(self, walker: _Walker) -> bool:
        if walker.side == 0 or self._dwells(walker, walker.at):
            return False
        normal = self.line.normal()
        speed = walker.velocity[0] * normal[0] + walker.velocity[1] * normal[1]
        ahead = walker.distance + self.settings.lead_s * speed
        return ahead * walker.distance > 0 and abs(ahead) > self._band(walker)

    def _band(self, walker: _Walker) -> float:
        if self.settings.band_px is not None:
            return self.settings.band_px
        return self.settings.band * walker.height
