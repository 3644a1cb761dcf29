"""A queue of 0 to 8 people before a till: who came when, was served when, or gave up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.sim.floor.walk import Place, Rect, Walk

# Metres: the till's service area, the lane before it, and where the nth of the queue stands.
SERVICE = Rect(-0.7, -0.6, 0.7, 0.55)
LANE = Rect(-0.9, 0.55, 0.9, 8.0)
FIRST_M, SPACING_M = 1.1, 0.8
IMPATIENT = 0.1
MOST = 8


@dataclass(frozen=True)
class Waited:
    """What is true of one person.

    Attributes:
        joined: when they stepped into the lane.
        left: when they stepped out of it.
        served: into the service area, and not away.
    """

    joined: float
    left: float
    served: bool


@dataclass
class _Person:
    walk: Walk
    patience: float
    slot: int


@dataclass(frozen=True)
class QueueDay:
    """A queue from begin to end."""

    walks: Sequence[Walk]
    seconds: float

    def truth(self, fps: float = 50.0) -> list[Waited]:
        """Who waited from when to when, read off their steps."""
        found = []
        for walk in self.walks:
            times = np.arange(0, self.seconds, 1 / fps)
            times = times[(times >= walk.since) & (times <= walk.until)]
            inside = [LANE.holds(walk.at(time)) for time in times]
            if not any(inside):
                continue
            first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
            after = walk.at(float(times[min(last + 2, len(times) - 1)]))
            found.append(Waited(float(times[first]), float(times[last]), SERVICE.holds(after)))
        return found


def queue_day(
    seconds: float,
    dice: np.random.Generator,
    every_s: tuple[float, float] = (22.0, 55.0),
    service_s: float = 24.0,
) -> QueueDay:
    """Arrivals that come and go in waves, services of half a minute, now and then one who gives up.

    Args:
        seconds: how long.
        dice: decides.
        every_s: between arrivals, on average, in a busy wave and in a quiet one.
        service_s: the median service.
    """
    walks: list[Walk] = []
    line: list[_Person] = []
    at, desk_free, next_at = 0.0, 5.0, 3.0
    while at < seconds:
        if at >= next_at:
            next_at = at + float(dice.exponential(every_s[int(at // 300) % 2]))
            if len(line) < MOST:
                line.append(_arrives(at, len(line), dice))
                walks.append(line[-1].walk)
        gone = next((one for one in line if at > one.patience and line.index(one) > 0), None)
        if gone is not None:
            line.remove(gone)
            _leaves(gone, at, (5.0, gone.walk.here[1] + 0.5))
        if line and at >= desk_free and at >= line[0].walk.until:
            first = line.pop(0)
            first.walk.stay(at)
            first.walk.go((float(dice.normal(0, 0.08)), float(dice.normal(0, 0.08))))
            desk_free = at + float(dice.lognormal(np.log(service_s), 0.4))
            first.walk.stay(desk_free)
            first.walk.go((-1.8, -0.9))
            first.walk.go((-5.0, -2.0))
            desk_free += float(dice.uniform(0.5, 2.0))
        _move_up(line, at, dice)
        at += 0.1
    for one in line:
        one.walk.stay(seconds)
    return QueueDay(walks, seconds)


def _arrives(at: float, slot: int, dice: np.random.Generator) -> _Person:
    walk = Walk(float(dice.uniform(1.55, 1.9)), float(dice.uniform(0.8, 1.4)), float(dice.uniform(0, 6)))
    place = _slot(slot, dice)
    walk.begin(at, (5.0, place[1] + 0.6))
    walk.go(place)
    patience = at + float(dice.uniform(40, 120)) if dice.random() < IMPATIENT else float("inf")
    return _Person(walk, patience, slot)


def _leaves(person: _Person, at: float, away: Place) -> None:
    person.walk.stay(at)
    person.walk.go(away)


def _move_up(line: list[_Person], at: float, dice: np.random.Generator) -> None:
    for n, one in enumerate(line):
        if one.slot > n and at >= one.walk.until + (0 if n == 0 else 0.4):
            one.walk.stay(at + float(dice.uniform(0.2, 0.9)))
            one.walk.go(_slot(n, dice))
            one.slot = n


def _slot(n: int, dice: np.random.Generator) -> Place:
    return float(dice.normal(0, 0.12)), FIRST_M + SPACING_M * n + float(dice.normal(0, 0.06))
