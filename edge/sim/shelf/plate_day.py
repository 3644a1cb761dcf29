"""One plate through its days: goods, what people do to them, and the truth about it.

People come in opening hours, a few seconds apart at least. A day is not read through: dense stretches around all that
happens, and short ones in between at which the drift shows; the time between them passes for the cell as well.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from edge.sim.shelf.actions import Action, Array, Lean, Ring, Step, lean, ring
from edge.sim.shelf.physics import DAY_S, Cell, PlatePhysics

OPENS_S, CLOSES_S = 8 * 3600.0, 21 * 3600.0
BEFORE_S, AFTER_S = 5.0, 14.0
IDLE_EVERY_S, IDLE_S = 900.0, 10.0
BETWEEN_S = 6.0
# Loads older than the oldest step a stretch can see are one sum.
STILL_ACTING_S = 30.0


Doing = Callable[[float], float]


@dataclass(frozen=True)
class Goods:
    """One product as it really is: the mean and spread of its units, and how many the plate has room for."""

    gtin: str
    unit_g: float
    sd_g: float
    room: int


@dataclass(frozen=True, slots=True)
class TrueMove:
    """Units of a product came (+) or left (-), at the moment their weight did."""

    at: float
    gtin: str
    quantity: int


@dataclass
class PlateLife:
    """A plate, its goods, and a script of what happens.

    Attributes:
        goods: on the plate.
        physics: of its cell.
        seed: all its chance.
        days: how many.
        per_day: actions a day.
        hands: share of the actions that are hands without goods, or goods under a hand.
    """

    goods: Sequence[Goods]
    physics: PlatePhysics
    seed: int
    days: int = 1
    per_day: int = 100
    hands: float = 0.03
    moves: list[TrueMove] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        self._units: list[list[float]] = [[self._unit(one) for _ in range(one.room)] for one in self.goods]
        self.start = tuple(len(units) for units in self._units)
        self.first_load_g = sum(map(sum, self._units))
        for day in range(self.days):
            self._script(day)
        self.actions.sort(key=lambda action: action.at)

    @property
    def counts(self) -> dict[str, int]:
        """Units at the end, by GTIN."""
        return {one.gtin: len(units) for one, units in zip(self.goods, self._units, strict=True)}

    def stretches(self) -> Iterator[tuple[Array, Array]]:
        """(times, readings), in the order of time."""
        cell, rate = Cell(self.physics, self._random), self.physics.rate_hz
        steps = [action for action in self.actions if isinstance(action, Step)]
        starts = [action.at for action in self.actions]
        done, base = 0, self.first_load_g
        for begin, end in self._spans():
            while done < len(steps) and steps[done].at < begin - STILL_ACTING_S:
                cell.changed(steps[done].at, steps[done].delta_g)
                base += steps[done].delta_g
                done += 1
            times = begin + np.arange(int((end - begin) * rate)) / rate
            first, last = bisect_left(starts, begin - STILL_ACTING_S), bisect_right(starts, end)
            acting = self.actions[first:last]
            load = base + sum((one.force(times) for one in acting), np.zeros(len(times)))
            yield times, cell.read(times, load)

    def _spans(self) -> list[tuple[float, float]]:
        spans = [(at, at + IDLE_S) for at in np.arange(1.0, self.days * DAY_S, IDLE_EVERY_S)]
        spans += [(max(0.0, one.at - BEFORE_S), _until(one) + AFTER_S) for one in self.actions]
        spans.sort()
        merged = [spans[0]]
        for begin, end in spans[1:]:
            if begin <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((begin, end))
        return merged

    def _script(self, day: int) -> None:
        random = self._random
        opens = day * DAY_S + OPENS_S
        times = np.sort(random.uniform(opens, day * DAY_S + CLOSES_S, self.per_day))
        free = opens
        for drawn in times:
            at = max(float(drawn), free)
            free = self._act(at) + BETWEEN_S

    def _act(self, at: float) -> float:
        """Something happens; when it is over."""
        empty = [n for n, units in enumerate(self._units) if not units]
        if empty or self._random.random() < 0.01:  # noqa: PLR2004 - staff come now and then
            return self._restock(at)
        usual: dict[Doing, float] = {
            self._pick: 48,
            self._pick_several: 14,
            self._pick_many: 3,
            self._put_back: 14,
            self._slow_pick: 6,
            self._split_pick: 5,
            self._two_shoppers: 2,
            self._browse: 5,
            self._bump: 4,
            self._sweep: 0.3,
        }
        hands: dict[Doing, float] = {self._lean: 50, self._pick_under_a_hand: 40, self._foreign: 10}
        table = hands if self._random.random() < self.hands else usual
        shares = np.array(list(table.values()))
        chosen = int(self._random.choice(len(table), p=shares / shares.sum()))
        return list(table)[chosen](at)

    def _unit(self, goods: Goods) -> float:
        return float(self._random.normal(goods.unit_g, goods.sd_g))

    def _take(self, at: float, n: int, units: int, takes_s: float = 0.0) -> float:
        units = min(units, len(self._units[n]))
        if not units:
            return at
        taken = [self._units[n].pop(int(self._random.integers(len(self._units[n])))) for _ in range(units)]
        self._moved(at, n, -units, -sum(taken), takes_s)
        return at + takes_s / 2

    def _put(self, at: float, n: int, units: int) -> float:
        units = min(units, self.goods[n].room - len(self._units[n]))
        if not units:
            return at
        put = [self._unit(self.goods[n]) for _ in range(units)]
        self._units[n] += put
        self._moved(at, n, units, sum(put), 0.0)
        return at

    def _moved(self, at: float, n: int, units: int, delta_g: float, takes_s: float) -> None:
        self.moves.append(TrueMove(at, self.goods[n].gtin, units))
        self.actions.append(Step(at, delta_g, takes_s))
        if not takes_s:
            self.actions.append(ring(at, delta_g, self._random))

    def _some(self) -> int:
        """A product of which there is one."""
        return int(self._random.choice([n for n, units in enumerate(self._units) if units]))

    def _pick(self, at: float) -> float:
        return self._take(at, self._some(), 1)

    def _pick_several(self, at: float) -> float:
        return self._take(at, self._some(), int(self._random.integers(2, 4)))

    def _pick_many(self, at: float) -> float:
        return self._take(at, self._some(), int(self._random.integers(4, 7)))

    def _put_back(self, at: float) -> float:
        return self._put(at, int(self._random.integers(len(self.goods))), 1)

    def _slow_pick(self, at: float) -> float:
        return self._take(at, self._some(), 1, float(self._random.uniform(1, 3)))

    def _split_pick(self, at: float) -> float:
        n = self._some()
        self._take(at, n, 1)
        return self._take(at + float(self._random.uniform(0.8, 1.6)), n, 1)

    def _two_shoppers(self, at: float) -> float:
        self._take(at, self._some(), 1)
        if not any(self._units):
            return at
        return self._take(at + float(self._random.uniform(0.2, 0.8)), self._some(), 1)

    def _browse(self, at: float) -> float:
        """Lifted, looked at, put down again: a pick and a put-back of the same unit."""
        n = self._some()
        unit = self._units[n][-1]
        back = at + float(self._random.uniform(4, 15))
        for when, sign in ((at, -1), (back, 1)):
            self._moved(when, n, sign, sign * unit, 0.0)
        return back

    def _bump(self, at: float) -> float:
        self.actions.append(ring(at, float(self._random.uniform(50, 2000)), self._random))
        return at + 2

    def _lean(self, at: float) -> float:
        lasts = float(self._random.uniform(0.5, 10))
        self.actions.append(lean(at, lasts, self._random))
        return at + lasts

    def _pick_under_a_hand(self, at: float) -> float:
        """The weight can only tell when the hand lets go: that is when the truth is dated."""
        lasts = float(self._random.uniform(1, 6))
        self.actions.append(lean(at, lasts, self._random))
        return self._take(at + lasts, self._some(), 1)

    def _foreign(self, at: float) -> float:
        """A bag put down, and taken up again a while later."""
        grams, stays = float(self._random.uniform(150, 4000)), float(self._random.uniform(15, 90))
        for when, sign in ((at, 1), (at + stays, -1)):
            self.actions += [Step(when, sign * grams), ring(when, grams, self._random)]
        return at + stays

    def _sweep(self, at: float) -> float:
        n = self._some()
        return self._take(at, n, len(self._units[n]))

    def _restock(self, at: float) -> float:
        for n, goods in enumerate(self.goods):
            while len(self._units[n]) < goods.room:
                at = self._put(at, n, int(self._random.integers(1, 5))) + float(self._random.uniform(4, 8))
        return at


def _until(action: Action) -> float:
    return action.until if isinstance(action, Lean | Ring) else action.at
