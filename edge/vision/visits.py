"""Who is in an area, since when: tracks in, visits out. Pure. Pixels, seconds.

Somebody is in once they stand clear of the edge on the inside (further from it than a band of a share of their
height) or have been inside for a while; they are out once they are clear on the outside, or have been outside for
twice as long. Swaying on the edge is no coming and going. Ids are not trusted (`sighting`): who vanishes in an area
and comes back under a new id is on the same visit; who stands behind somebody may do so for long, so they are waited
for longer than at a line. Who is never seen again left when they were last seen.
"""

import math
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from edge.vision.detections import Track
from edge.vision.line import Anchor, Point
from edge.vision.polygon import Area
from edge.vision.sighting import People, Reach, Sighting, height_of

# How those who are not in are looked for when they vanish.
OUTSIDE = Reach()


@dataclass(frozen=True)
class VisitSettings:
    """How it is decided who is in.

    Attributes:
        band: half the width of the band along the edge, as a share of the person's height.
        band_px: the same in pixels; overrides `band`.
        settle_s: whoever is inside for so long is in, however near to the edge; outside, for twice as long, out.
        reach: where and for how long somebody who vanished is looked for.
    """

    band: float = 0.10
    band_px: float | None = None
    settle_s: float = 1.0
    reach: Reach = field(default_factory=lambda: Reach(memory_s=20.0, most=1.5))


@dataclass(slots=True, kw_only=True)
class Visitor(Sighting):
    """What is known of one person at one area.

    Attributes:
        began: when they were first seen.
        inside: on which side of the edge they were last seen.
        turned: since when they are on that side; between the last frame on the other and the first on this one.
        entered: when their visit began; None while they are not in.
        counted: until when their presence is in the mean (`occupancy`); None while it is not at all.
        reached: queues only: since when they stand at the service point.
        served: queues only: when they reached it to be served; None before.
    """

    began: float
    inside: bool
    turned: float
    entered: float | None = None
    counted: float | None = None
    reached: float | None = None
    served: float | None = None

    def strangeness(self, point: Point, height: float, at: float, reach: Reach) -> float:
        """As for anybody; but only who is in must still be there, so that others are not waited for as long."""
        return Sighting.strangeness(self, point, height, at, OUTSIDE if self.entered is None else reach)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was in an area.

    Attributes:
        entered: seconds.
        left: seconds.
        visitor: who it was, as they left.
    """

    entered: float
    left: float
    visitor: Visitor

    @property
    def dwell_s(self) -> float:
        """How long it was."""
        return self.left - self.entered


class Visits:
    """The visits to one area."""

    def __init__(self, area: Area, anchor: Anchor, settings: VisitSettings) -> None:
        self._area = area
        self._settings = settings
        self._people: People[Visitor] = People(anchor, settings.reach)

    def update(self, tracks: list[Track], at: float) -> list[Visit]:
        """Take in the people of one frame; return the visits that are over."""
        over = []
        for track, point, visitor in self._people.known(tracks, at):
            depth = self._area.depth(point)
            if visitor is None:
                self._begin(track, point, depth, at)
            elif (visit := self._follow(visitor, track, point, depth, at)) is not None:
                over.append(visit)
        return over + self._let_go(at - self._settings.reach.memory_s)

    def leave_out(self, tracks: Container[int]) -> list[Visitor]:
        """Forget people by their ids, as if they had never been there; return who of them was in."""
        people = [visitor for visitor in self._people if visitor.track in tracks]
        for visitor in people:
            self._people.remove(visitor)
        return [visitor for visitor in people if visitor.entered is not None]

    def finish(self) -> list[Visit]:
        """Nobody is watched any longer: every visit ends where it was last seen."""
        return self._let_go(math.inf)

    def present(self) -> Iterator[Visitor]:
        """Who is in, seen now or hidden for a moment."""
        return (visitor for visitor in self._people if visitor.entered is not None)

    def _begin(self, track: Track, point: Point, depth: float, at: float) -> None:
        inside = depth >= 0
        self._people.add(
            Visitor(track=track.id, point=point, height=height_of(track), at=at, began=at, inside=inside, turned=at)
        )

    def _follow(self, visitor: Visitor, track: Track, point: Point, depth: float, at: float) -> Visit | None:
        if (depth >= 0) != visitor.inside:
            visitor.inside, visitor.turned = depth >= 0, (visitor.at + at) / 2
        visitor.follow(track, point, at)
        clear, stayed_s = abs(depth) > self._band(visitor), at - visitor.turned
        if visitor.inside and visitor.entered is None:
            # Who appears inside was seen nowhere else: a box on nobody does so too, but not for long.
            appeared = visitor.turned == visitor.began
            if stayed_s >= self._settings.settle_s or (clear and not appeared):
                visitor.entered = visitor.turned
        elif not visitor.inside and visitor.entered is not None and (clear or stayed_s >= 2 * self._settings.settle_s):
            return self._out(visitor, track, at)
        return None

    def _out(self, visitor: Visitor, track: Track, at: float) -> Visit | None:
        """Their visit is over; they themselves are watched on, as somebody new."""
        visit = _ended(visitor, visitor.turned)
        self._people.add(
            Visitor(
                track=track.id,
                point=visitor.point,
                height=visitor.height,
                at=at,
                velocity=visitor.velocity,
                moves=visitor.moves,
                began=visitor.began,
                inside=False,
                turned=visitor.turned,
            )
        )
        return visit

    def _let_go(self, before: float) -> list[Visit]:
        gone = [visitor for visitor in self._people.gone(before) if visitor.entered is not None]
        return [_ended(visitor, visitor.at if visitor.inside else visitor.turned) for visitor in gone]

    def _band(self, visitor: Visitor) -> float:
        if self._settings.band_px is not None:
            return self._settings.band_px
        return self._settings.band * visitor.height


def _ended(visitor: Visitor, left: float) -> Visit:
    entered = left if visitor.entered is None else visitor.entered
    return Visit(entered, max(entered, left), visitor)
