"""A browsing zone: people who come, look at the goods for a while and go on; and people who only pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.sim.floor.walk import Place, Rect, Walk

ZONE = Rect(-1.6, 1.0, 1.6, 4.0)
# Where the goods are looked at: one person at each.
SPOTS: tuple[Place, ...] = tuple((-1.2 + 0.8 * column, 1.5 + row) for column in range(4) for row in range(3))
# Whoever cuts a corner of it faster than this was not in it.
SHORTEST_S = 1.0
PASSING, FROM_LEFT = 0.35, 0.5


@dataclass(frozen=True)
class Browsing:
    """A zone from begin to end."""

    walks: Sequence[Walk]
    seconds: float

    def truth(self, fps: float = 50.0) -> list[tuple[float, float]]:
        """Each stay in the zone: from when to when, read off the steps; corners cut aside."""
        stays: list[tuple[float, float]] = []
        for walk in self.walks:
            times = np.arange(walk.since, min(walk.until, self.seconds), 1 / fps)
            inside = [float(time) for time in times if ZONE.holds(walk.at(float(time)))]
            if inside and inside[-1] - inside[0] >= SHORTEST_S:
                stays.append((inside[0], inside[-1]))
        return stays


def browsing(seconds: float, dice: np.random.Generator, every_s: float = 14.0, dwell_s: float = 28.0) -> Browsing:
    """Somebody every fifteen seconds or so; a third of them pass through or by.

    Args:
        seconds: how long.
        dice: decides.
        every_s: between arrivals, on average.
        dwell_s: the median time of one who looks at the goods.
    """
    walks: list[Walk] = []
    free = dict.fromkeys(SPOTS, 0.0)
    at = 2.0
    while at < seconds - 20:
        at += float(dice.exponential(every_s))
        walks.append(_passes(at, dice) if dice.random() < PASSING else _browses(at, free, dice, dwell_s))
    return Browsing(walks, seconds)


def _browses(at: float, free: dict[Place, float], dice: np.random.Generator, dwell_s: float) -> Walk:
    """Comes, looks at the goods of some spots where nobody else stands, and goes."""
    walk = _someone(dice)
    side = -1 if dice.random() < FROM_LEFT else 1
    walk.begin(at, (side * 5.0, float(dice.uniform(1.5, 3.5))))
    until = at + float(np.clip(dice.lognormal(np.log(dwell_s), 0.7), 4, 180))
    while walk.until < until:
        open_spots = [spot for spot, when in free.items() if when < walk.until] or list(SPOTS)
        spot = open_spots[int(dice.integers(len(open_spots)))]
        walk.go((spot[0] + float(dice.normal(0, 0.1)), spot[1] + float(dice.normal(0, 0.1))))
        walk.stay(walk.until + float(dice.uniform(3, 20)))
        free[spot] = walk.until + 1.0
    walk.go((-side * 5.0, float(dice.uniform(1.5, 3.5))))
    return walk


def _passes(at: float, dice: np.random.Generator) -> Walk:
    walk = _someone(dice)
    side, y = (-1 if dice.random() < FROM_LEFT else 1), float(dice.uniform(-0.5, 5.0))
    walk.begin(at, (side * 5.0, y))
    walk.go((-side * 5.0, y + float(dice.normal(0, 0.3))))
    return walk


def _someone(dice: np.random.Generator) -> Walk:
    return Walk(float(dice.uniform(1.5, 1.9)), float(dice.uniform(0.8, 1.5)), float(dice.uniform(0, 6)))
