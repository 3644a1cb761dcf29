"""Who is of the staff: tracks in, the staff among them out. Pure. Pixels, seconds.

Whoever is first seen in a staff zone came through the staff's door; whoever stays in one works there; whoever wears the
uniform in most of the sights in which it can be told is of the staff too. Once known, they are so for the life of
their track, and under the next id where they vanish and come back (`sighting`). Nobody is known before they are seen
for a while: who crosses a line sooner is counted as a customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from edge.vision.detections import Clothes, Track
from edge.vision.line import Anchor, Point, anchor_point
from edge.vision.polygon import Area
from edge.vision.sighting import People, Reach, Sighting, height_of

# So many sights of the uniform, and such a share of all that can be told, make somebody staff.
LEAST_SIGHTS, LEAST_SHARE = 4, 0.6
REACH = Reach(memory_s=4.0)
# Lines settle a crossing this much later at most: an id is remembered for as long.
REMEMBERED_S = 10.0
NOBODY: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class StaffRule:
    """How the staff are known.

    Attributes:
        areas: whoever is first seen in one of them is of the staff, …
        stay_s: … and whoever stays in one for so long.
    """

    areas: Sequence[Area] = ()
    stay_s: float = 10.0


@dataclass(slots=True, kw_only=True)
class _Person(Sighting):
    """What is known of one person.

    Attributes:
        number: tells them from others, whatever their ids.
        inside_since: since when they are in a staff zone; None while they are not.
        uniform: in how many sights they wore the uniform, …
        told: … of those in which it could be told.
    """

    number: int
    inside_since: float | None
    staff: bool
    uniform: int = 0
    told: int = 0


class StaffApart:
    """The staff in one area, kept out of its figures."""

    def __init__(self, area: Area, anchor: Anchor) -> None:
        self._area, self._anchor = area, anchor
        self._seen: set[int] = set()

    def customers(self, tracks: Sequence[Track], staff: Mapping[int, int]) -> list[Track]:
        """The tracks of a frame without the staff's.

        Args:
            tracks: all of them.
            staff: what `StaffWatch.update` found.
        """
        for track in tracks:
            if track.id in staff and self._area.depth(anchor_point(track.box, self._anchor)) >= 0:
                self._seen.add(staff[track.id])
        return [track for track in tracks if track.id not in staff]

    def close(self) -> int:
        """How many of the staff were in the area in the interval that is over; the next one begins."""
        seen, self._seen = self._seen, set()
        return len(seen)


class StaffWatch:
    """The staff before one camera."""

    def __init__(self, rule: StaffRule) -> None:
        self._rule = rule
        self._people: People[_Person] = People("foot", REACH)
        self._numbered = 0
        self._known: dict[int, tuple[int, float]] = {}

    def update(self, tracks: Sequence[Track], at: float) -> dict[int, int]:
        """Take in the people of one frame.

        Returns:
            The staff among them: a track's id, and a number that stays the same under another id.
        """
        found = {}
        for track, point, person in self._people.known(list(tracks), at):
            known = self._begin(track, point, at) if person is None else self._follow(person, track, point, at)
            known.told += track.clothes is not Clothes.UNSEEN
            known.uniform += track.clothes is Clothes.UNIFORM
            known.staff = known.staff or self._judged(known, at)
            if known.staff:
                found[track.id] = known.number
                self._known[track.id] = known.number, at
        self._forget(at)
        return found

    def is_staff(self, track: int) -> bool:
        """Whether a track seen lately is one of the staff."""
        return track in self._known

    def _begin(self, track: Track, point: Point, at: float) -> _Person:
        self._numbered += 1
        inside = self._inside(point)
        person = _Person(
            track=track.id,
            point=point,
            height=height_of(track),
            at=at,
            number=self._numbered,
            inside_since=at if inside else None,
            staff=inside,
        )
        self._people.add(person)
        return person

    def _follow(self, person: _Person, track: Track, point: Point, at: float) -> _Person:
        person.follow(track, point, at)
        if not self._inside(point):
            person.inside_since = None
        elif person.inside_since is None:
            person.inside_since = at
        return person

    def _judged(self, person: _Person, at: float) -> bool:
        stayed = person.inside_since is not None and at - person.inside_since >= self._rule.stay_s
        return stayed or (person.uniform >= LEAST_SIGHTS and person.uniform >= LEAST_SHARE * person.told)

    def _inside(self, point: Point) -> bool:
        return any(area.depth(point) >= 0 for area in self._rule.areas)

    def _forget(self, at: float) -> None:
        for _ in self._people.gone(at - REACH.memory_s):
            pass
        self._known = {key: one for key, one in self._known.items() if one[1] >= at - REMEMBERED_S}
