"""Which pieces explain which changes of weight: the likeliest of all sums. Pure.

Weight comes in any order and in any lumps: two things dropped at once, a thing dropped before it was scanned, one that
is lifted and put down again. So changes and pieces are matched as sets: some changes together are some open pieces put
in, some placed ones taken out, or nothing at all (what came has gone). Each match has a likelihood; it is made when it
is likelier than that the changes have nothing to do with the bill, and when the sum lies within the tolerance.

The tolerance of a sum is max(2 d, k sqrt(sum of the pieces' variances + the scale's)), d being the scale's division.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import msgspec

from edge.checkout.bagging.bag import Bag, Change, Placed
from edge.checkout.bagging.piece import Piece, WeightMode

# What is looked at together, the newest first: more is no lump that a hand makes.
MOST_OPEN, MOST_PLACED, MOST_CHANGES = 6, 8, 4
MOST_TAKEN_OUT = 3
# Weights of several packages are combined in sets up to this size; in larger ones each has its commonest package.
COMBINED = 3
# Where nothing is known, a piece has some weight between these, each decade as likely as the next.
UNKNOWN_G = (3.0, 6000.0)
MEASURED_SD_G = 1.5
# Natural logarithms of how probable things are before they are weighed. A change that nothing explains: something of
# any weight up to 6 kg, once in some hundred changes.
UNEXPLAINED = -math.log(UNKNOWN_G[1]) - 5.0
ONE_MORE_CHANGE, ONE_MORE_PIECE = -2.5, -2.5
TAKEN_OUT, LEFT, BEFORE_AND_AFTER = -4.0, -0.5, -9.0
# Two drops this near in time may be one thing that was put down in two movements.
ONE_MOVEMENT_S = 1.5
# So much of the tolerance is left for what is scanned afterwards.
CHOSEN = 0.75
# Who puts down first and scans then, does so within this time; what was on the bill before is not part of that.
SCANS_AFTER_S = 3.0


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """How exactly weights have to fit.

    Attributes:
        sigmas: k above.
        division_g: the step of the bagging scale.
        scale_sd_g: how far the scale errs beside its noise: eccentric load, hysteresis.
    """

    sigmas: float = 4.0
    division_g: float = 2.0
    scale_sd_g: float = 1.5

    @property
    def least_g(self) -> float:
        """The smallest change that means anything."""
        return max(2 * self.division_g, self.sigmas * self.scale_sd_g / 2)

    @property
    def empty_g(self) -> float:
        """Within this of what it was at first the scale is empty again: it does not return to zero exactly."""
        return max(self.least_g, 3 * self.division_g) + self.division_g / 2


@dataclass(frozen=True, slots=True)
class Explanation:
    """One match; numbers are places in the bag's tuples.

    Attributes:
        changes: what is explained.
        put_in: open pieces that came.
        taken_out: placed ones that went.
        left: leaving ones that went.
        error_g: the changes' sum less the pieces'.
        sd_g: what that error may well be.
        log_odds: against the changes having nothing to do with the bill.
        learning: a piece of no known weight is in it; it has what the others leave.
    """

    changes: tuple[int, ...]
    put_in: tuple[int, ...] = ()
    taken_out: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    error_g: float = 0.0
    sd_g: float = 1.0
    log_odds: float = 0.0
    learning: bool = False


@dataclass(frozen=True, slots=True)
class _Set:
    """Some pieces, by how much they change the weight, and when the first and the last of them came onto the bill."""

    put_in: tuple[int, ...] = ()
    taken_out: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    grams: float = 0.0
    variance: float = 0.0
    unknown: int = 0
    prior: float = 0.0
    first_s: float = 0.0
    last_s: float = 0.0


def best_explanation(bag: Bag, tolerance: Tolerance) -> Explanation | None:
    """The likeliest match in a bag; None when no match is likelier than none."""
    sets = list(_sets(bag))
    found = (one for lump in _lumps(bag.changes) for one in _matches(bag.changes, lump, sets, tolerance))
    return max((one for one in found if one.log_odds > 0), key=lambda one: one.log_odds, default=None)


def nearest_piece(bag: Bag, grams: float) -> Piece | None:
    """The open piece of known weight that is nearest to a weight; None when there is none."""
    known = [piece for piece in bag.open if piece.modes]
    return min(known, key=lambda piece: min(abs(mode.mean_g - grams) for mode in piece.modes), default=None)


def _lumps(changes: Sequence[Change]) -> Iterator[tuple[int, ...]]:
    latest = range(max(0, len(changes) - MOST_CHANGES), len(changes))
    for size in range(1, len(latest) + 1):
        yield from combinations(latest, size)


def _matches(
    changes: Sequence[Change], lump: tuple[int, ...], sets: Sequence[_Set], tolerance: Tolerance
) -> Iterator[Explanation]:
    total = sum(changes[n].delta_g for n in lump)
    variance = sum(changes[n].sd_g ** 2 for n in lump) + tolerance.scale_sd_g**2
    odds = ONE_MORE_CHANGE * (len(lump) - 1) - UNEXPLAINED * len(lump)
    drops = _drops([changes[n] for n in lump])
    for pieces in sets:
        if not (pieces.put_in or pieces.taken_out or pieces.left or len(lump) > 1):
            continue
        if pieces.put_in and drops > 1:
            continue  # what comes in two drops is two things, and each has to fit by itself
        error, sd = total - pieces.grams, math.sqrt(variance + pieces.variance)
        if pieces.unknown:
            likelihood = _log_unknown(error, pieces.unknown)
        elif abs(error) <= max(2 * tolerance.division_g, _sigmas(tolerance, changes[lump[0]].at, pieces) * sd):
            likelihood = -0.5 * (error / sd) ** 2 - math.log(sd * math.sqrt(2 * math.pi))
        else:
            continue
        yield Explanation(
            changes=lump,
            put_in=pieces.put_in,
            taken_out=pieces.taken_out,
            left=pieces.left,
            error_g=0.0 if pieces.unknown else error,
            sd_g=sd,
            log_odds=odds + pieces.prior + _order(changes[lump[-1]].at, pieces) + likelihood,
            learning=pieces.unknown > 0,
        )


def _drops(lump: Sequence[Change]) -> int:
    """How many times something came, if it all stayed."""
    came = [change.at for change in lump if change.delta_g > 0]
    return len(came[:1]) + sum(after - before > ONE_MOVEMENT_S for before, after in pairwise(came))


def _order(at: float, pieces: _Set) -> float:
    """How odd it is that these pieces, of these times on the bill, came at that time."""
    return BEFORE_AND_AFTER if pieces.first_s <= at < pieces.last_s - SCANS_AFTER_S else 0.0


def _sigmas(tolerance: Tolerance, at: float, pieces: _Set) -> float:
    """What is scanned after it was put down may be chosen to fit; so it has to fit better."""
    return tolerance.sigmas * (CHOSEN if pieces.first_s > at else 1.0)


def _log_unknown(grams: float, pieces: int) -> float:
    """How likely so much is, for pieces of which nobody knows the weight."""
    least, most = UNKNOWN_G
    if not least * pieces <= grams <= most:
        return -math.inf
    return -math.log(grams * math.log(most / least)) - (pieces - 1)


def _sets(bag: Bag) -> Iterator[_Set]:
    """Nothing; pieces put in; pieces taken out; pieces that were to leave.

    One out and one in within one rest is none of them: it hardly ever happens, and the difference of two pieces
    explains almost any weight.
    """
    yield _Set()
    incoming = list(_incoming(bag.open))
    outgoing = [
        *(_Set(taken_out=n, grams=g, variance=_out_variance(n), prior=TAKEN_OUT) for n, g in _outgoing(bag.placed)),
        *(_Set(left=n, grams=g, variance=_out_variance(n), prior=LEFT) for n, g in _outgoing(bag.leaving)),
    ]
    yield from incoming
    yield from outgoing


def _incoming(pieces: Sequence[Piece]) -> Iterator[_Set]:
    latest = range(len(pieces) - 1, max(-1, len(pieces) - 1 - MOST_OPEN), -1)
    for size in range(1, len(latest) + 1):
        seen = set()
        for chosen in combinations(latest, size):
            alike = tuple(sorted(pieces[n].key for n in chosen))
            if alike not in seen:
                seen.add(alike)
                yield from _weighed(chosen, [pieces[n] for n in chosen])
    if len(pieces) > MOST_OPEN:
        for chosen in _large_lumps(pieces):
            yield from _weighed(chosen, [pieces[n] for n in chosen])


def _large_lumps(pieces: Sequence[Piece]) -> Iterator[tuple[int, ...]]:
    """All that is open, and each line as a whole: a crate of twenty-four."""
    yield tuple(range(len(pieces)))
    by_line: dict[int, list[int]] = {}
    for n, piece in enumerate(pieces):
        by_line.setdefault(piece.line, []).append(n)
    if len(by_line) > 1:
        yield from (tuple(of_line) for of_line in by_line.values() if len(of_line) > 1)


def _weighed(chosen: tuple[int, ...], pieces: Sequence[Piece]) -> Iterator[_Set]:
    known = [piece.modes for piece in pieces if piece.modes]
    combined = known if len(pieces) <= COMBINED else [(max(of_piece, key=_commonness),) for of_piece in known]
    for packages in product(*combined):
        yield _Set(
            put_in=chosen,
            grams=sum(mode.mean_g for mode in packages),
            variance=sum(mode.sd_g**2 for mode in packages),
            unknown=len(pieces) - len(known),
            first_s=min(piece.since_s for piece in pieces),
            last_s=max(piece.since_s for piece in pieces),
            prior=ONE_MORE_PIECE * min(len(pieces) - 1, COMBINED),
        )


def _commonness(mode: WeightMode) -> int:
    return mode.n


def _outgoing(pieces: Sequence[Placed]) -> Iterator[tuple[tuple[int, ...], float]]:
    """A few of them, or all, and the grams that go with them."""
    latest = range(len(pieces) - 1, max(-1, len(pieces) - 1 - MOST_PLACED), -1)
    few = [chosen for size in range(1, MOST_TAKEN_OUT + 1) for chosen in combinations(latest, size)]
    every = tuple(range(len(pieces)))
    for chosen in few if len(every) <= MOST_TAKEN_OUT else [*few, every]:
        yield chosen, -sum(pieces[n].weight_g for n in chosen)


def _out_variance(chosen: tuple[int, ...]) -> float:
    """A piece's weight was measured when it came, so it is known as well as the scale weighs."""
    return MEASURED_SD_G**2 * len(chosen)
