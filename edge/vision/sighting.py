"""Who is who from frame to frame, where ids are not trusted. Pure. Pixels, seconds.

A track that vanishes and comes back under a new id near where its person must be by now goes on as the same person.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from edge.vision.detections import Track
from edge.vision.line import Anchor, Point, anchor_point

# How long a walking speed is remembered, and how two heights may differ, for a person to be the same.
VELOCITY_MEMORY_S = 0.4
LEAST_LIKENESS = 0.6
# Who walked on unseen walked on for this long at most.
MOST_LEAD_S = 1.0


@dataclass(frozen=True)
class Reach:
    """Where and for how long a person who vanished is looked for.

    Attributes:
        memory_s: how long they are waited for.
        reach: how far from where they should be they may come back, as a share of their height, …
        reach_per_s: … and how much further for each second away, …
        most: … up to this.
    """

    memory_s: float = 2.5
    reach: float = 0.5
    reach_per_s: float = 0.6
    most: float = 2.0


@dataclass(slots=True, kw_only=True)
class Sighting:
    """Where somebody was last seen.

    Attributes:
        track: the id they were last seen under.
        height: of their box, smoothed.
        moves: how many steps `velocity`, pixels per second and smoothed, is drawn from.
    """

    track: int
    point: Point
    height: float
    at: float
    velocity: Point = (0.0, 0.0)
    moves: int = 0

    def follow(self, track: Track, point: Point, at: float) -> None:
        """They are seen again, at `point`."""
        if at > self.at:
            self._hasten(point, at - self.at)
        self.point, self.at = point, at
        self.height += 0.2 * (height_of(track) - self.height)

    def strangeness(self, point: Point, height: float, at: float, reach: Reach) -> float:
        """How unlikely it is that they stand at `point` now; up to 1 is believable."""
        away = at - self.at
        if not 0 < away <= reach.memory_s or not LEAST_LIKENESS < height / self.height < 1 / LEAST_LIKENESS:
            return math.inf
        lead = min(away, MOST_LEAD_S)
        expected = (self.point[0] + lead * self.velocity[0], self.point[1] + lead * self.velocity[1])
        off = min(math.dist(expected, point), math.dist(self.point, point) * 1.5)
        return off / (self.height * min(reach.most, reach.reach + reach.reach_per_s * away))

    def _hasten(self, point: Point, dt: float) -> None:
        """Take the step to `point` into the velocity: the mean of the first few steps, then fading."""
        self.moves += 1
        share = max(1 / self.moves, 1 - math.exp(-dt / VELOCITY_MEMORY_S))
        self.velocity = (
            self.velocity[0] + share * ((point[0] - self.point[0]) / dt - self.velocity[0]),
            self.velocity[1] + share * ((point[1] - self.point[1]) / dt - self.velocity[1]),
        )


S = TypeVar("S", bound=Sighting)


class People(Generic[S]):
    """Everybody who is seen, or was within the memory, by the id they have now."""

    def __init__(self, anchor: Anchor, reach: Reach) -> None:
        self._anchor: Anchor = anchor
        self._reach = reach
        self._people: dict[int, S] = {}

    def __iter__(self) -> Iterator[S]:
        return iter(self._people.values())

    def __len__(self) -> int:
        return len(self._people)

    def add(self, person: S) -> None:
        """Somebody is seen for the first time."""
        self._people[person.track] = person

    def remove(self, person: S) -> None:
        """Somebody is not of interest any longer."""
        del self._people[person.track]

    def known(self, tracks: list[Track], at: float) -> Iterator[tuple[Track, Point, S | None]]:
        """Each track of a frame with its anchor and the person it is; None for one who is new.

        The caller moves the person on (`Sighting.follow`), or adds the new one, before it takes the next.
        """
        seen = {track.id for track in tracks}
        hidden = {key: person for key, person in self._people.items() if key not in seen}
        for track in tracks:
            point = anchor_point(track.box, self._anchor)
            yield track, point, self._people.get(track.id) or self._taken_over(track, point, hidden, at)

    def gone(self, before: float) -> Iterator[S]:
        """Forget whoever was last seen before then, and say who it was."""
        for key in [key for key, person in self._people.items() if person.at < before]:
            yield self._people.pop(key)

    def _taken_over(self, track: Track, point: Point, hidden: dict[int, S], at: float) -> S | None:
        """The person who vanished near where this new track begins, if any; they go on under the new id."""
        height = height_of(track)
        near = [(person.strangeness(point, height, at, self._reach), key) for key, person in hidden.items()]
        strangeness, key = min(near, default=(math.inf, 0))
        if strangeness > 1.0:
            return None
        person = hidden.pop(key)
        del self._people[key]
        person.track = track.id
        self._people[track.id] = person
        return person


def height_of(track: Track) -> float:
    """The height of a track's box, pixels; at least 1."""
    return max(1.0, float(track.box[3] - track.box[1]))
