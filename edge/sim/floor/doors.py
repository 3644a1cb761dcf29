"""Two doors: people who go in and out, alone and abreast, who turn round, and one who stands on the line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.sim.floor.walk import Place, Walk

# The line of each door, metres; the inside is y above it.
LINE_Y = 2.0
DOORS: dict[str, tuple[Place, Place]] = {
    "left": ((-3.2, LINE_Y), (-0.8, LINE_Y)),
    "right": ((0.8, LINE_Y), (3.2, LINE_Y)),
}
# Nobody who stays between these has gone through.
CLEAR = (1.6, 2.4)
# People keep so far from each other, sideways, who pass within so many seconds.
BESIDE_M, NEAR_S, MOST_TRIES = 0.7, 4.0, 20
LOITERED_S = 90.0
INWARDS, TURNING, ABREAST, LEFT = 0.5, 0.06, 0.2, 0.5


@dataclass(frozen=True)
class Passing:
    """Somebody went through a door.

    Attributes:
        with_other: as the companion of somebody else who did.
    """

    door: str
    at: float
    inwards: bool
    with_other: bool = False


@dataclass(frozen=True)
class DoorDay:
    """Two doors from begin to end.

    Attributes:
        companions: which of the walks are with the one before.
    """

    walks: Sequence[Walk]
    seconds: float
    companions: frozenset[int] = frozenset()

    def truth(self, fps: float = 50.0) -> list[Passing]:
        """Every step over a door's line to stay on the other side, read off the steps."""
        found = []
        for number, walk in enumerate(self.walks):
            times = np.arange(walk.since, min(walk.until, self.seconds), 1 / fps)
            side, over = 0, 0.0
            before: Place | None = None
            for time in times.tolist():
                place = walk.at(time)
                if place is None:
                    continue
                if before is not None and (place[1] > LINE_Y) != (before[1] > LINE_Y):
                    over = time
                clear = (place[1] > CLEAR[1]) - (place[1] < CLEAR[0])
                if clear and side and clear != side:
                    found.append(
                        Passing("left" if place[0] < 0 else "right", over, clear > 0, number in self.companions)
                    )
                side, before = clear or side, place
        return found


def door_day(seconds: float, dice: np.random.Generator, every_s: float = 8.0) -> DoorDay:
    """Somebody every eight seconds or so, a fifth of them with a companion; a loiterer for ten minutes.

    Args:
        seconds: how long; below 90 nobody loiters.
        dice: decides.
        every_s: between arrivals, on average.
    """
    walks = [loiters(30.0, min(600.0, seconds - 60.0), dice)] if seconds >= LOITERED_S else []
    at, lately, companions = 2.0, list[tuple[float, float]](), set[int]()
    while at < seconds - 15:
        at += float(dice.exponential(every_s))
        lately = [(when, x) for when, x in lately if when > at - NEAR_S]
        x, inwards = aim([x for _, x in lately], dice), bool(dice.random() < INWARDS)
        turns = bool(dice.random() < TURNING)
        walks.append(_goes(at, x, dice, inwards=inwards, turns=turns))
        lately.append((at, x))
        if dice.random() < ABREAST:
            companions.add(len(walks))
            walks.append(_goes(at + float(dice.uniform(0, 0.3)), x + BESIDE_M, dice, inwards=inwards, turns=turns))
            lately.append((at, x + BESIDE_M))
    return DoorDay(walks, seconds, frozenset(companions))


def aim(others: Sequence[float], dice: np.random.Generator) -> float:
    """Where to go through: not where somebody else goes, if there is room."""
    for _ in range(MOST_TRIES):
        x = float(dice.uniform(-2.9, -2.2) if dice.random() < LEFT else dice.uniform(1.0, 2.1))
        if all(abs(x - other) > BESIDE_M for other in others):
            break
    return x


def _goes(at: float, x: float, dice: np.random.Generator, *, inwards: bool, turns: bool) -> Walk:
    walk = Walk(float(dice.uniform(1.5, 1.9)), float(dice.uniform(0.9, 1.5)), float(dice.uniform(0, 6)))
    ends = [(x + float(dice.normal(0, 0.4)), -1.5), (x + float(dice.normal(0, 0.8)), 6.0)]
    begin, end = ends if inwards else ends[::-1]
    walk.begin(at, begin)
    walk.go((x, 1.2 if inwards else 2.8))
    if turns:
        walk.stay(walk.until + float(dice.uniform(0.5, 4)))
        walk.go(begin)
    else:
        walk.go((x, 2.8 if inwards else 1.2))
        walk.go(end)
    return walk


def loiters(at: float, seconds: float, dice: np.random.Generator) -> Walk:
    """Comes in, stands on the left door's line for so long, shifting about, and goes in at last."""
    walk = Walk(1.75, 1.0, 0.0)
    walk.begin(at, (-1.3, -1.5))
    walk.go((-1.1, 2.0))
    until = walk.until + seconds
    while walk.until < until:
        walk.go((-1.1 + float(dice.normal(0, 0.08)), 2.0 + float(np.clip(dice.normal(0, 0.07), -0.15, 0.15))))
        walk.stay(walk.until + float(dice.uniform(2, 15)))
    walk.go((-1.3, 6.0))
    return walk
