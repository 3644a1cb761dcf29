"""What the demo adds up: people over a line, sales at a lane. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.events import Direction
from edge.vision.matching import Passage


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went in and out."""

    in_: int = 0
    out: int = 0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(self.in_ + other.in_, self.out + other.out)

    @property
    def inside(self) -> int:
        """How many are inside where nobody was before; nobody leaves who never came."""
        return max(0, self.in_ - self.out)

    def as_json(self) -> dict[str, int]:
        """As `--json` has it."""
        return {"in": self.in_, "out": self.out}


NOBODY = Flow()


@dataclass(frozen=True, slots=True)
class Sold:
    """How many sales, and what they came to in minor units."""

    sales: int = 0
    taken: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.sales + other.sales, self.taken + other.taken)

    def as_json(self) -> dict[str, int]:
        """As `--json` has it."""
        return {"sales": self.sales, "taken": self.taken}


NOTHING = Sold()


def one_way(direction: Direction) -> Flow:
    """One person, that way."""
    return Flow(in_=1) if direction is Direction.IN else Flow(out=1)


def true_flow(passages: Iterable[Passage], until_s: float) -> Flow:
    """How many really crossed up to a media time."""
    return sum((one_way(passage.direction) for passage in passages if passage.at <= until_s), NOBODY)
