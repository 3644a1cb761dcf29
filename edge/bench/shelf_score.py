"""How well told moves agree with true ones. Pure.

A true move and a told one are a pair when they are of the same plate, product and direction and not further apart than
`WITHIN_S`. Moves of one product on one plate that follow each other within `ONE_ACT_S` are one act, on both sides: who
takes two units one after the other has taken two. An act lasts from its first move to its last.

A correction takes an earlier guess back: it says that what was told was wrong, not that something moves now. One that
brings the told count of its product nearer to the true count is no move and no false event; the guess it takes back
has counted as what it was. One that does not is a move that was invented, like any other. `strict` scores count every
correction as a move.
"""

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

WITHIN_S = 1.0
ONE_ACT_S = 2.0
LONGEST_ACT_S = 120.0
BINS = 10
SUMS = (
    "true",
    "told",
    "matched",
    "exact",
    "false",
    "mixed",
    "wrong_product",
    "plate_days",
    "corrections",
    "restored",
)


@dataclass(frozen=True, slots=True)
class Move:
    """A move, true or told.

    Attributes:
        at: seconds.
        plate: which.
        gtin: what.
        quantity: units; negative when they left.
        confidence: told moves only.
        mixed: the plate holds several products.
        lasts_s: an act of several moves: from the first to the last.
        corrects: told moves only: it is a correction.
    """

    at: float
    plate: str
    gtin: str
    quantity: int
    confidence: float = 1.0
    mixed: bool = False
    lasts_s: float = 0.0
    corrects: bool = False

    def apart_s(self, other: "Move") -> float:
        """How far two acts are apart; 0 when they overlap."""
        return max(0.0, self.at - other.at - other.lasts_s, other.at - self.at - self.lasts_s)


@dataclass
class Score:
    """Sums over any number of plate-days.

    Attributes:
        true, told, matched: moves.
        exact: pairs with equal quantities.
        false: told moves of plates on which nothing moved at that time: invented, not mistaken.
        mixed, wrong_product: told moves on mixed plates; those whose direction and time are right and whose product
            is not.
        plate_days: simulated.
        corrections, restored: those told; those that brought a count nearer to the truth.
        strict: corrections are moves like any other.
        bins: per tenth of confidence: told moves on mixed plates, sum of their confidence, how many were right.
    """

    true: int = 0
    told: int = 0
    matched: int = 0
    exact: int = 0
    false: int = 0
    mixed: int = 0
    wrong_product: int = 0
    plate_days: float = 0.0
    corrections: int = 0
    restored: int = 0
    strict: bool = False
    bins: list[list[float]] = field(default_factory=lambda: [[0, 0.0, 0] for _ in range(BINS)])

    def add(self, true: Sequence[Move], told: Sequence[Move], plate_days: float) -> None:
        """Take in one plate, or several."""
        truth, said = acts(true), acts(told) if self.strict else self._apart(true, told)
        pairs = matched(truth, said)
        self.true += len(truth)
        self.told += len(said)
        self.matched += len(pairs)
        self.exact += sum(truth[t].quantity == said[s].quantity for t, s in pairs)
        self.plate_days += plate_days
        right = {s for t, s in pairs if truth[t].quantity == said[s].quantity}
        paired_truth, paired_told = {t for t, _ in pairs}, {s for _, s in pairs}
        for n, move in enumerate(said):
            near = [t for t in _around(truth, move) if t[1].plate == move.plate]
            self.false += not near
            if not move.mixed:
                continue
            self.mixed += 1
            one = self.bins[min(BINS - 1, int(move.confidence * BINS))]
            one[0] += 1
            one[1] += move.confidence
            one[2] += n in right
            if n not in paired_told:
                self.wrong_product += any(t not in paired_truth and _mistaken(candidate, move) for t, candidate in near)

    def _apart(self, true: Sequence[Move], told: Sequence[Move]) -> list[Move]:
        """The acts told, and the corrections that did not restore the truth."""
        corrections = [move for move in told if move.corrects]
        wrong = [move for move in corrections if not restores(move, true, told)]
        self.corrections += len(corrections)
        self.restored += len(corrections) - len(wrong)
        return acts(move for move in told if not move.corrects) + acts(wrong)

    def merge(self, other: "Score") -> None:
        """Take in what was scored elsewhere."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in zip(self.bins, other.bins, strict=True):
            mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when there was nothing to find and nothing was told."""
        total = self.true + self.told
        return 2 * self.matched / total if total else 1.0

    @property
    def quantity_exact(self) -> float:
        """Share of the pairs with equal quantities."""
        return self.exact / self.matched if self.matched else 1.0

    @property
    def wrong_product_rate(self) -> float:
        """Share of the moves told on mixed plates that named another product than the one that moved."""
        return self.wrong_product / self.mixed if self.mixed else 0.0

    @property
    def ece(self) -> float:
        """Expected calibration error over ten bins of confidence (Guo et al. 2017), on mixed plates."""
        if not self.mixed:
            return 0.0
        return sum(abs(confidence - right) for _, confidence, right in self.bins) / self.mixed

    @property
    def false_per_plate_day(self) -> float:
        """Moves told of plates on which nothing moved at that time, per plate and day."""
        return self.false / self.plate_days if self.plate_days else 0.0

    def as_json(self) -> dict[str, float]:
        """The figures that the issue of shelves asks for."""
        return {
            "event_f1": round(self.f1, 4),
            "quantity_exact": round(self.quantity_exact, 4),
            "wrong_product_rate": round(self.wrong_product_rate, 4),
            "ece": round(self.ece, 4),
            "false_events_per_plate_day": round(self.false_per_plate_day, 4),
            "moves": self.true,
            "corrections": self.corrections,
            "corrections_that_restored": self.restored,
        }


def restores(correction: Move, true: Iterable[Move], told: Iterable[Move]) -> bool:
    """Whether a correction brings the told count of its product nearer to the true one.

    Args:
        correction: one of `told`.
        true: all moves, from equal counts on.
        told: all moves and corrections, from equal counts on.
    """

    def moved(moves: Iterable[Move]) -> int:
        key, until = (correction.plate, correction.gtin), correction.at + WITHIN_S
        return sum(one.quantity for one in moves if (one.plate, one.gtin) == key and one.at <= until)

    off = moved(told) - moved(true)
    return abs(off) < abs(off - correction.quantity)


def acts(moves: Iterable[Move]) -> list[Move]:
    """Moves with those of one act added up; acts that came to nothing are left out."""
    last: dict[tuple[str, str], int] = {}
    found: list[Move] = []
    for move in sorted(moves, key=lambda one: one.at):
        key = (move.plate, move.gtin)
        n = last.get(key)
        if n is not None and found[n].apart_s(move) <= ONE_ACT_S:
            before = found[n]
            found[n] = replace(
                before,
                lasts_s=move.at - before.at,
                quantity=before.quantity + move.quantity,
                confidence=min(before.confidence, move.confidence),
            )
        else:
            last[key] = len(found)
            found.append(move)
    return [move for move in found if move.quantity]


def matched(truth: Sequence[Move], told: Sequence[Move]) -> list[tuple[int, int]]:
    """Pairs (true, told), each at most once, the nearest in time first."""
    near = sorted(
        (true.apart_s(said), t, s)
        for s, said in enumerate(told)
        for t, true in _around(truth, said)
        if (true.plate, true.gtin) == (said.plate, said.gtin) and (true.quantity > 0) == (said.quantity > 0)
    )
    taken_true: set[int] = set()
    taken_told: set[int] = set()
    pairs = []
    for _, t, s in near:
        if t not in taken_true and s not in taken_told:
            taken_true.add(t)
            taken_told.add(s)
            pairs.append((t, s))
    return pairs


def _around(moves: Sequence[Move], told: Move) -> list[tuple[int, Move]]:
    """Those near in time; `moves` are in its order."""
    first = bisect.bisect_left(moves, told.at - LONGEST_ACT_S, key=lambda move: move.at)
    found = []
    for n in range(first, len(moves)):
        if moves[n].at > told.at + told.lasts_s + WITHIN_S:
            break
        if moves[n].apart_s(told) <= WITHIN_S:
            found.append((n, moves[n]))
    return found


def _mistaken(true: Move, told: Move) -> bool:
    return true.gtin != told.gtin and (true.quantity > 0) == (told.quantity > 0)
