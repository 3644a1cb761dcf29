"""A simulated floor (`edge.sim.floor`) as a scene: the same people on the same ways, but seen by a camera.

The truth is where the bodies really went: their way is smoothed before it is walked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge.sim.floor.walk import Place, Walk
from edge.sim.render.bodies import Look
from edge.sim.render.camera import Placement
from edge.sim.render.walking import Person, Walker

# The room's front is at Y = 0 and its floor at Y < 0: a floor's Y is so much more than the room's.
SHIFT_M = 8.0
# A standing person shifts their weight.
SWAY_M = 0.03
STEP_S = 0.1


@dataclass(frozen=True)
class Trod:
    """Where one person was, ten times a second: as it is kept beside a clip.

    Attributes:
        since: seconds of the clip, of the first place.
        places: metres of the floor.
    """

    name: str
    since: float
    places: tuple[Place, ...]

    def walk(self) -> Walk:
        """The same as a walk, to read truths off."""
        walk = Walk(1.7, sway_m=0.0)
        for n, place in enumerate(self.places):
            walk.mark(self.since + n * STEP_S, place)
        return walk


def placed(placement: Placement) -> Placement:
    """A camera over the floor, in the room."""
    x, y, z = placement.at
    return replace(placement, at=(x, y - SHIFT_M, z))


def person_of(walk: Walk, name: str, look: Look) -> Person:
    """Somebody who goes the way of `walk`."""
    way: list[Place | float] = []
    marks = walk.marks
    for n, (at, place) in enumerate(marks):
        if n and place == marks[n - 1][1]:
            way.append(at - marks[n - 1][0])
        elif not n or place != marks[n - 1][1]:
            way.append((place[0], place[1] - SHIFT_M))
    return Person(name, look, walk.since, walk.speed, way, sway=SWAY_M, phase=walk.phase)


def trod(walkers: Sequence[Walker]) -> list[Trod]:
    """Where everybody went."""
    found = []
    for walker in walkers:
        times = np.arange(walker.person.times[0], walker.person.times[-1], STEP_S)
        places = (walker.at(float(time)) for time in times)
        steps = tuple((round(x, 3), round(y + SHIFT_M, 3)) for x, y in places)
        found.append(Trod(walker.person.name, float(times[0]), steps))
    return found
