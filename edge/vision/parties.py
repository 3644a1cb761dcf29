"""Who came together: crossings in, parties out. Pure. A party is one person, or some who cross side by side."""

import math
from dataclasses import dataclass, field

from edge.vision.detections import Crossing


@dataclass(frozen=True)
class PartySettings:
    """What is together.

    Attributes:
        apart_s: members cross within this time of another member, …
        apart: … and this near to where that one crossed, in heights of a person.
        memory_s: crossings are held against those of the last so many seconds, for some are settled late.
    """

    apart_s: float = 1.2
    apart: float = 0.8
    memory_s: float = 10.0


@dataclass
class Parties:
    """The parties over the lines of one camera."""

    settings: PartySettings = field(default_factory=PartySettings)
    _lately: list[Crossing] = field(default_factory=list)

    def crossed(self, crossing: Crossing) -> bool:
        """Take in a crossing; return whether it is the first of its party."""
        self._lately = [one for one in self._lately if abs(one.at - crossing.at) <= self.settings.memory_s]
        first = not any(self._together(crossing, other) for other in self._lately)
        self._lately.append(crossing)
        return first

    def _together(self, one: Crossing, other: Crossing) -> bool:
        return (
            one.line == other.line
            and one.direction is other.direction
            and abs(one.at - other.at) <= self.settings.apart_s
            and math.dist(one.point, other.point) <= self.settings.apart * max(one.height, other.height)
        )
