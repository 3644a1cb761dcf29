"""One plate: from its rests to moves and counts. Pure.

A rest whose change only one move explains is told at once. One that leaves a doubt waits for a better estimate of the
same rest; one that fits no product waits longer, for most of that is a hand which has not let go yet. What is told last
is the count; moves are the differences between counts, so that the two always agree.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge.events import Event, ShelfDisturbed, ShelfFault, ShelfSwept, StockCounted, StockMove, StockMoved
from edge.scale.weighing.observations import Observation, PlateFault, Rested, Unsettled
from edge.shelf.belief import Hypothesis, Weighed, change, first_belief, probability_of, weigh, with_trifle
from edge.shelf.causes import RecentPicks
from edge.shelf.memory import PlateMemory
from edge.shelf.moves import HANDFUL, Counts, weight_of
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.room import Room
from edge.shelf.unit_weight import UnitWeight
from edge.shelf.verdict import Verdict
from edge.shelf.zero import SELF_ZERO_G, Zero

CLEAR = 0.99
# Only what leaves less doubt than this is learned from.
CERTAIN = 0.999
# What fits no product, or is more than a handful, may be a hand: wait and see whether it stays.
WAIT_S = 4.0
# A change below so many standard errors, or this share of the lightest product, is none.
SAME_SD, SAME_SHARE = 3.0, 0.25
# A jump of so many standard errors that is none of the goods is something foreign, however light; unless creep and
# hysteresis may have made it, of which a scale has so much (OIML R60, class C3: twice 0.05 % of the capacity).
TRIFLE_SD, TRIFLE_SHARE = 5.0, 0.001
# What was put down with a thud still settles when its rest is told: by such shares of the change.
SETTLING_SHARE, SETTLED_SHARE = 0.002, 0.012
# A rest that was shorter than this was none: something was drawn off slowly, and paused.
DRIFTS_AFTER_S = 3.0
# While nobody watched, the zero may have wandered.
UNSEEN_SD_G, UNSEEN_SD_SHARE = 1.5, 0.0002


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the monotonic second at which what it tells happened."""

    at: float
    event: Event


class PlateStock:
    """Follows the stock of one plate."""

    def __init__(
        self, plate: PlanogramPlate, *, others: Sequence[Product] = (), memory: PlateMemory | None = None
    ) -> None:
        """Begin, or go on from what is remembered.

        Args:
            plate: with its products.
            others: products of other plates, which may be put down here.
            memory: of the same plate; ignored when its products are other ones.
        """
        self._plate, self._others = plate, others
        self._lows = tuple(product.low for product in plate.products)
        self._units = tuple(UnitWeight.configured(product) for product in plate.products)
        self._belief: tuple[Hypothesis, ...] = ()
        self._shown: Counts = (0,) * len(plate.products)
        self._room = Room(self._shown)
        self._zero = Zero(0.0, plate.keeps_zero)
        self._level: float | None = None
        self._rest, self._rested_at = 0.0, 0.0
        self._restored = False
        self._below_zero = False
        self._waiting: Rested | None = None
        # The estimate of a rest that was told at once may still move by so much.
        self._settling_g = 0.0
        # Of the rests since the last thing told, the one with the greatest change: that is when it happened.
        self._greatest: Rested | None = None
        self._picks = RecentPicks()
        if memory is not None and _fits(memory, self._units):
            self._restored = True
            self._units, self._belief, self._shown = memory.units, memory.belief, memory.shown
            self._room = memory.room or Room(memory.shown)
            self._zero.grams, self._level = memory.zero_g, memory.level_g

    @property
    def counts(self) -> dict[str, int]:
        """Units by GTIN, as published; empty before the first rest."""
        if not self._belief:
            return {}
        return {product.gtin: count for product, count in zip(self._plate.products, self._shown, strict=True)}

    @property
    def memory(self) -> PlateMemory | None:
        """What to remember over a restart; None before the first rest."""
        if self._level is None:
            return None
        return PlateMemory(
            id=self._plate.id,
            level_g=self._level,
            zero_g=self._zero.grams,
            shown=self._shown,
            belief=self._belief,
            units=self._units,
            room=self._room,
        )

    def observe(self, seen: Observation) -> list[Told]:
        """Take in what weighing found."""
        match seen:
            case Rested():
                return self._rested(seen)
            case Unsettled():
                event = ShelfDisturbed(plate=self._plate.id, cause="unsettled", weight_delta_g=round(seen.excess_g, 1))
                return [Told(seen.at, event)]
            case PlateFault():
                self._waiting = None
                return [Told(seen.at, _fault(self._plate.id, seen))]

    def tick(self, at: float, level_g: float | None) -> list[Told]:
        """Time passes.

        Args:
            at: monotonic seconds.
            level_g: what the plate weighs at rest; None while it does not rest.
        """
        waiting = self._waiting
        if waiting is None:
            return []
        if level_g is None:
            self._waiting = None
            return []
        if at - waiting.at < WAIT_S or self._level is None:
            return []
        self._waiting = None
        return self._decide(waiting, level_g, level_g - self._level, sure=True)

    def zero(self, at: float, level_g: float) -> list[Told]:
        """Somebody says that the plate is empty: what it weighs now is its zero.

        Args:
            at: monotonic seconds.
            level_g: what the plate weighs at rest.
        """
        self._zero.grams = level_g
        return self._declare(at, level_g, (0,) * len(self._shown))

    def tare(self, at: float, level_g: float) -> list[Told]:
        """Somebody says that the counts as told are right: whatever else lies there is no stock.

        Args:
            at: monotonic seconds.
            level_g: what the plate weighs at rest.
        """
        self._zero.grams = level_g - weight_of(self._shown, self._products())[0]
        return self._declare(at, level_g, self._shown)

    def _declare(self, at: float, level_g: float, counts: Counts) -> list[Told]:
        """From now on these are the counts; what was told before is corrected."""
        before, self._shown = self._shown, counts
        self._level = self._rest = level_g
        self._restored = self._below_zero = False
        self._waiting = self._greatest = None
        self._belief = (Hypothesis(counts, 0.0, 0.0, (0,) * len(counts)),)
        self._room = Room(counts)
        told = [
            Told(
                at,
                StockMoved(
                    plate=self._plate.id,
                    gtin=self._units[n].gtin,
                    quantity=new - old,
                    cause=StockMove.CORRECTION,
                    weight_delta_g=0.0,
                    confidence=1.0,
                ),
            )
            for n, (old, new) in enumerate(zip(before, counts, strict=True))
            if new != old
        ]
        return told + self._counted(at, range(len(counts)))

    def _rested(self, rest: Rested) -> list[Told]:
        below = self._zero.is_below(rest.weight_g, self._plate.capacity_g)
        if below or self._below_zero:
            return self._cell_fault(rest, below=below)
        if self._level is None:
            return self._commission(rest)
        if self._restored:
            self._restored, self._rest = False, rest.before_g
            told = self._decide(rest, rest.weight_g, rest.weight_g - self._level, sure=True, unseen=True)
            return told + self._counted(rest.at, range(len(self._shown)))
        if not rest.refined:
            if rest.onset - self._rested_at >= DRIFTS_AFTER_S:
                # What the scale wandered at rest is no move; in a moment it cannot have wandered.
                self._level += rest.before_g - self._rest
            self._rested_at = rest.at
        self._rest = rest.weight_g
        return self._decide(rest, rest.weight_g, rest.weight_g - self._level, sure=rest.unseen, unseen=rest.unseen)

    def _cell_fault(self, rest: Rested, *, below: bool) -> list[Told]:
        """Something pulls the plate up, or its cell is short-circuited: no stock, until that is over."""
        if below and self._below_zero:
            return []
        self._below_zero, self._waiting = below, None
        reason = (
            f"expected at least the empty plate's {self._zero.grams:.0f} g, found {rest.weight_g:.0f} g"
            if below
            else ""
        )
        event = ShelfFault(fault="below_zero", plate=self._plate.id, recovered=not below, reason=reason)
        if below or self._level is None:
            return [Told(rest.at, event), *([] if below else self._commission(rest))]
        self._rest = rest.weight_g
        told = self._decide(rest, rest.weight_g, rest.weight_g - self._level, sure=True, unseen=True)
        return [Told(rest.at, event), *told]

    def _commission(self, rest: Rested) -> list[Told]:
        self._level = self._rest = rest.weight_g
        plate = self._plate
        self._belief = first_belief(rest.weight_g - self._zero.grams, self._products(), plate.capacity_g, plate.start)
        self._shown = self._weighed(rest.weight_g, self._belief)[0].hypothesis.counts
        self._room = Room(self._shown)
        return self._counted(rest.at, range(len(self._shown)))

    def _decide(self, rest: Rested, weight_g: float, delta_g: float, *, sure: bool, unseen: bool = False) -> list[Told]:
        if self._greatest is None or abs(rest.delta_g) > abs(self._greatest.delta_g):
            self._greatest = rest
        if rest.refined and abs(delta_g) < self._settling_g:
            return self._nothing(weight_g)
        self._settling_g = 0.0
        sd = max(rest.sd_g, 0.1) if rest.refined else math.hypot(max(rest.sd_g, 0.1), SETTLING_SHARE * delta_g)
        if unseen:
            sd = math.hypot(sd, max(UNSEEN_SD_G, UNSEEN_SD_SHARE * self._plate.capacity_g))
        moved_zero = self._zero_moved(rest, delta_g, unseen=unseen)
        if moved_zero:
            return moved_zero
        if abs(delta_g) < max(SAME_SD * rest.sd_g, SAME_SHARE * self._least_g) and not self._near_one(delta_g):
            return self._trifle(rest, weight_g, delta_g, sd, unseen=unseen)
        belief = change(self._belief, delta_g, sd, self._products(), self._plate.capacity_g, self._room)
        verdict = Verdict(self._weighed(weight_g, belief), self._shown)
        if verdict.is_nothing:
            return self._nothing(weight_g)
        if sure or _is_clear(verdict, refined=rest.refined):
            self._belief = belief
            return self._commit(rest, weight_g, delta_g, sd, verdict, unseen=unseen)
        if self._waiting is None or not rest.refined:
            self._waiting = rest
        return []

    def _trifle(self, rest: Rested, weight_g: float, delta_g: float, sd_g: float, *, unseen: bool) -> list[Told]:
        """The change is too small for any of the goods."""
        if not (rest.refined or unseen):
            # Or something has begun to be drawn off slowly: that is for the better estimate to say.
            return []
        if abs(delta_g) > max(TRIFLE_SD * sd_g, SELF_ZERO_G, TRIFLE_SHARE * self._plate.capacity_g):
            # No scale jumps by so much: else the whole would soon contradict counts that are right.
            self._belief = with_trifle(self._belief, delta_g)
        return self._nothing(weight_g)

    def _near_one(self, delta_g: float) -> bool:
        """Whether a change is nearer to a unit than to none, however noisy the plate."""
        return abs(delta_g) > 0.5 * self._least_g

    def _nothing(self, weight_g: float) -> list[Told]:
        self._level = self._rest = weight_g
        self._waiting = self._greatest = None
        self._track_zero()
        return []

    def _track_zero(self) -> None:
        """An empty plate shows where its zero is."""
        if self._level is not None and not any(self._shown) and abs(self._belief[0].foreign_g) < SELF_ZERO_G:
            self._zero.track(self._level, self._least_g)

    def _zero_moved(self, rest: Rested, delta_g: float, *, unseen: bool) -> list[Told]:
        """The scale zeroed itself with goods on it, or was put right: no goods moved."""
        level = self._level or 0.0
        if self._zero.came_back(delta_g, rest.sd_g):
            cause, by_g = "zero_restored", -self._zero.grams
            self._zero.grams = 0.0
        elif unseen and self._zero.was_lost(rest.weight_g, level, self._least_g):
            cause, by_g = "zero_lost", self._zero.grams - level
            self._zero.grams += rest.weight_g - level
        else:
            return []
        self._level = self._rest = rest.weight_g
        self._waiting = self._greatest = None
        return [Told(rest.at, ShelfDisturbed(plate=self._plate.id, cause=cause, weight_delta_g=round(by_g, 1)))]

    def _commit(
        self, rest: Rested, weight_g: float, delta_g: float, sd_g: float, verdict: Verdict, *, unseen: bool
    ) -> list[Told]:
        before, self._shown = self._shown, verdict.best.counts
        self._level = self._rest = weight_g
        at = (self._greatest or rest).since
        self._waiting = self._greatest = None
        self._settling_g = max(SETTLED_SHARE * abs(delta_g), SAME_SHARE * self._least_g)
        told = self._moved(at, before, delta_g, verdict, unseen=unseen)
        told += self._foreign(at, verdict.best, sd_g)
        if verdict.confidence >= CLEAR:
            self._room = self._room.after(verdict.move, verdict.best.counts)
        if verdict.confidence >= CERTAIN and not unseen:
            self._learn(verdict.move, delta_g, rest.sd_g)
        self._track_zero()
        changed = [n for n, (old, new) in enumerate(zip(before, self._shown, strict=True)) if old != new]
        return told + self._counted(at, changed)

    def _moved(self, at: float, before: Counts, delta_g: float, verdict: Verdict, *, unseen: bool) -> list[Told]:
        """The move itself; and where an earlier guess proved wrong by it, the correction."""
        told: list[Told] = []
        alternatives = verdict.alternatives([unit.gtin for unit in self._units])
        for n, units in enumerate(verdict.move):
            wrong = self._shown[n] - before[n] - units
            for quantity, cause in ((units, self._cause(n, units, at, unseen=unseen)), (wrong, StockMove.CORRECTION)):
                if not quantity:
                    continue
                event = StockMoved(
                    plate=self._plate.id,
                    gtin=self._units[n].gtin,
                    quantity=quantity,
                    cause=cause,
                    weight_delta_g=round(delta_g, 1),
                    confidence=round(verdict.confidence, 4),
                    alternatives=alternatives,
                )
                told.append(Told(at, event))
                if cause is StockMove.PICK:
                    told += self._swept(at, n, before[n], delta_g)
        return told

    def _cause(self, n: int, units: int, at: float, *, unseen: bool) -> StockMove:
        return StockMove.UNOBSERVED if unseen or not units else self._picks.cause(n, units, at)

    def _swept(self, at: float, n: int, before: int, delta_g: float) -> list[Told]:
        units = self._picks.swept(n, before, at)
        if units is None:
            return []
        gtin, delta_g = self._units[n].gtin, round(delta_g, 1)
        return [Told(at, ShelfSwept(plate=self._plate.id, gtin=gtin, quantity=units, weight_delta_g=delta_g))]

    def _foreign(self, at: float, best: Hypothesis, sd_g: float) -> list[Told]:
        weight = best.foreign_moved_g
        if not weight:
            return []
        gtin = None
        if abs(best.foreign_g) < 2 * SELF_ZERO_G:
            cause = "cleared"
        elif weight < 0:
            cause = "unexplained"
        else:
            gtin = self._misplaced(weight, sd_g)
            cause = "foreign" if gtin is None else "misplaced"
        event = ShelfDisturbed(plate=self._plate.id, cause=cause, weight_delta_g=round(weight, 1), gtin=gtin)
        return [Told(at, event)]

    def _misplaced(self, weight_g: float, sd_g: float) -> str | None:
        """The one product of other plates that weighs this; none when several do."""
        fits = {
            product.gtin
            for product in self._others
            if abs(weight_g - product.unit_g) < 3 * math.sqrt(product.unit_sd_g**2 + product.error_g**2 + sd_g**2)
        }
        return fits.pop() if len(fits) == 1 else None

    def _learn(self, move: Counts, delta_g: float, sd_g: float) -> None:
        if sum(map(abs, move)) != 1:
            return
        n = next(n for n, units in enumerate(move) if units)
        learned = self._units[n].learn(abs(delta_g), sd_g)
        self._units = (*self._units[:n], learned, *self._units[n + 1 :])

    def _counted(self, at: float, which: Sequence[int]) -> list[Told]:
        weight_g = (self._level or 0.0) - self._zero.grams
        weighed = self._weighed(self._level or 0.0, self._belief)
        return [
            Told(
                at,
                StockCounted(
                    plate=self._plate.id,
                    gtin=self._units[n].gtin,
                    quantity=self._shown[n],
                    probability=round(min(1.0, probability_of(weighed, n, self._shown[n])), 4),
                    weight_g=round(weight_g, 1),
                ),
            )
            for n in which
        ]

    def _weighed(self, weight_g: float, belief: Sequence[Hypothesis]) -> list[Weighed]:
        return weigh(belief, weight_g - self._zero.grams, self._products(), self._plate.capacity_g)

    def _products(self) -> tuple[Product, ...]:
        return tuple(unit.product(low) for unit, low in zip(self._units, self._lows, strict=True))

    @property
    def _least_g(self) -> float:
        return min(unit.mean_g for unit in self._units)


def _is_clear(verdict: Verdict, *, refined: bool) -> bool:
    """Whether a move can be told at once."""
    if not any(verdict.move) or verdict.best.foreign_moved_g or sum(map(abs, verdict.move)) > HANDFUL:
        return False
    # Of several products nearly every weight can be made up: that is worth a second look.
    simple = sum(units != 0 for units in verdict.move) == 1
    return refined or (simple and verdict.confidence >= CLEAR)


def _fault(plate: str, seen: PlateFault) -> ShelfFault:
    return ShelfFault(fault=seen.fault.value, plate=plate, recovered=seen.recovered, reason=seen.reason)


def _fits(memory: PlateMemory, units: Sequence[UnitWeight]) -> bool:
    """Whether what is remembered belongs to the products that are configured now."""

    def key(several: Sequence[UnitWeight]) -> list[tuple[str, float, float]]:
        return [(unit.gtin, unit.configured_g, unit.configured_sd_g) for unit in several]

    return key(memory.units) == key(units) and bool(memory.belief) and len(memory.shown) == len(units)
