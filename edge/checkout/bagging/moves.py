"""What happens to a bagging area: weight comes and goes, lines are opened and voided. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from edge.checkout.bagging.bag import OWN_BAG_KEY, Bag, Change, Matched, Placed
from edge.checkout.bagging.explain import Explanation, Tolerance, best_explanation
from edge.checkout.bagging.piece import Piece

T = TypeVar("T")
# Beyond these the oldest are made one: no hand keeps so many things in the air.
MOST_CHANGES = 6
# So many matches may be made anew, and only for ones that are clearly likelier.
MOST_RECENT, SURELY_BETTER = 3, 3.0


@dataclass(frozen=True, slots=True)
class Match:
    """Changes that were explained.

    Attributes:
        pieces: what was put in.
        grams: what they weighed together.
        sigmas: by how many standard deviations that was off; 0 where the weight was not known.
        learning: a piece of no known weight was among them.
        alone: nothing else had a part in it: its weight is that of the piece.
    """

    pieces: tuple[Piece, ...]
    grams: float
    sigmas: float
    learning: bool
    alone: bool


def begun(level_g: float | None) -> Bag:
    """The bagging area of a new shopper, who has nothing to do with what lies there."""
    return Bag(baseline_g=level_g, level_g=level_g)


def changed(bag: Bag, change: Change, level_g: float) -> Bag:
    """The scale came to rest at another level."""
    changes = (*bag.changes, change)
    if len(changes) > MOST_CHANGES:
        first, second, *rest = changes
        sd_g = (first.sd_g**2 + second.sd_g**2) ** 0.5
        changes = (replace(second, delta_g=first.delta_g + second.delta_g, sd_g=sd_g), *rest)
    return replace(bag, changes=changes, level_g=level_g)


def refined(bag: Bag, delta_g: float, sd_g: float, level_g: float) -> Bag:
    """The last change is known better now."""
    if not bag.changes or bag.level_g is None:
        return replace(bag, level_g=level_g)
    *before, last = bag.changes
    # Another change than the last one that is open would differ by more than a better estimate can.
    if abs(last.delta_g - delta_g) > max(4 * last.sd_g, 0.1 * abs(delta_g)):
        return replace(bag, level_g=level_g)
    return replace(bag, changes=(*before, replace(last, delta_g=delta_g, sd_g=sd_g)), level_g=level_g)


def opened(bag: Bag, pieces: Iterable[Piece]) -> Bag:
    """Pieces came onto the bill."""
    return replace(bag, open=(*bag.open, *pieces))


def closed(bag: Bag, line: int, count: int) -> Bag:
    """So many pieces of a line are off the bill: first those that are not there, then those that have to leave."""
    bag = _with_own_pieces_open(bag, line, count)
    waiting = [piece for piece in bag.open if piece.line == line][-count:]
    there = [one for one in bag.placed if one.piece.line == line][::-1][: count - len(waiting)]
    return replace(
        bag,
        open=_without(bag.open, waiting),
        placed=_without(bag.placed, there),
        leaving=(*bag.leaving, *there),
        recent=(),
    )


def _with_own_pieces_open(bag: Bag, line: int, count: int) -> Bag:
    """Equal goods are one as good as another: a piece that was taken out may as well have been this line's."""
    open_, placed = list(bag.open), list(bag.placed)
    keys = {one.piece.key for one in placed if one.piece.line == line}
    lacking = count - sum(piece.line == line for piece in open_)
    out = [n for n, piece in enumerate(open_) if piece.was_placed and piece.line != line and piece.key in keys]
    mine = [n for n, one in enumerate(placed) if one.piece.line == line]
    for n, m in zip(out[: max(0, lacking)], mine, strict=False):
        other = open_[n]
        open_[n] = replace(other, line=line)
        placed[m] = replace(placed[m], piece=replace(placed[m].piece, line=other.line))
    return replace(bag, open=tuple(open_), placed=tuple(placed), recent=())


def emptied(bag: Bag) -> Bag:
    """Nothing lies there any more that did not when the session began."""
    out = (replace(one.piece, was_placed=True) for one in bag.placed if one.piece.key != OWN_BAG_KEY)
    return replace(bag, open=(*bag.open, *out), placed=(), leaving=(), changes=(), recent=())


def accepted(bag: Bag) -> Bag:
    """An attendant looked at it: it is right as it is."""
    return replace(
        bag, changes=(), leaving=(), recent=(), open=tuple(piece for piece in bag.open if not piece.was_placed)
    )


def settled(bag: Bag, tolerance: Tolerance, bag_limit_g: float) -> tuple[Bag, tuple[Match, ...]]:
    """Explain what can be explained.

    Args:
        bag: as it is.
        tolerance: of the scale.
        bag_limit_g: the heaviest bag that a shopper may bring.
    """
    bag = _own_bag(bag, bag_limit_g)
    after, matches, odds = _explained(bag, tolerance)
    if after.changes and bag.recent:
        undone = _undone(bag)
        other, anew, odds_anew = _explained(undone, tolerance)
        if odds_anew > odds + sum(one.log_odds for one in bag.recent) + SURELY_BETTER:
            after, matches = other, anew
    return after, tuple(match for match in matches if match.pieces)


def _explained(bag: Bag, tolerance: Tolerance) -> tuple[Bag, list[Match], float]:
    """The likeliest match, then the likeliest of what is left, and so on; and how likely they are together."""
    matches, odds = [], 0.0
    while bag.changes:
        found = best_explanation(bag, tolerance)
        if found is None:
            break
        matches.append(_match(bag, found))
        odds += found.log_odds
        bag = _applied(bag, found)
    return bag, matches, odds


def _undone(bag: Bag) -> Bag:
    """As if the latest matches had not been made."""
    placed = [one for match in bag.recent for one in match.placed]
    changes = sorted((*bag.changes, *(change for match in bag.recent for change in match.changes)), key=_when)
    return replace(
        bag,
        open=(*bag.open, *(one.piece for one in placed)),
        placed=_without(bag.placed, placed),
        changes=tuple(changes),
        recent=(),
    )


def _when(change: Change) -> float:
    return change.at


def _own_bag(bag: Bag, limit_g: float) -> Bag:
    if not bag.bag_wanted:
        return bag
    for change in reversed(bag.changes):
        if 0 < change.delta_g <= limit_g:
            brought = Placed(Piece(0, OWN_BAG_KEY), change.delta_g)
            rest = _without(bag.changes, [change])
            return replace(bag, changes=rest, placed=(*bag.placed, brought), bag_wanted=False, bag_used=True)
    return bag


def _match(bag: Bag, found: Explanation) -> Match:
    alone = len(found.put_in) == len(found.changes) == 1 and not found.taken_out and not found.left
    return Match(
        pieces=tuple(bag.open[n] for n in found.put_in),
        grams=sum(bag.changes[n].delta_g for n in found.changes),
        sigmas=found.error_g / found.sd_g,
        learning=found.learning,
        alone=alone and not bag.changes[found.changes[0]].unseen,
    )


def _applied(bag: Bag, found: Explanation) -> Bag:
    came = tuple(
        Placed(replace(bag.open[n], was_placed=False), grams)
        for n, grams in zip(found.put_in, _shares(bag, found), strict=True)
    )
    went = tuple(
        replace(bag.placed[n].piece, was_placed=True) for n in found.taken_out if bag.placed[n].piece.key != OWN_BAG_KEY
    )
    # What is taken out, or leaves, was what it was taken for: there is no way back behind that.
    recent = () if found.taken_out or found.left else bag.recent
    if came:
        changes = tuple(bag.changes[n] for n in found.changes)
        recent = (*recent, Matched(changes, came, found.log_odds))[-MOST_RECENT:]
    return replace(
        bag,
        open=(*_but(bag.open, found.put_in), *went),
        placed=(*_but(bag.placed, found.taken_out), *came),
        leaving=_but(bag.leaving, found.left),
        changes=_but(bag.changes, found.changes),
        recent=recent,
    )


def _shares(bag: Bag, found: Explanation) -> list[float]:
    """What each piece that was put in weighed: what is known of it, and an equal part of what is not."""
    total = sum(bag.changes[n].delta_g for n in found.changes)
    total += sum(bag.placed[n].weight_g for n in found.taken_out) + sum(bag.leaving[n].weight_g for n in found.left)
    if len(found.put_in) == 1:
        return [total]
    pieces = [bag.open[n] for n in found.put_in]
    known = [_usual(piece) for piece in pieces]
    rest = total - sum(grams for grams in known if grams is not None)
    unknown = known.count(None)
    if unknown:
        return [rest / unknown if grams is None else grams for grams in known]
    whole = sum(grams or 0.0 for grams in known)
    return [(grams or 0.0) * total / whole for grams in known]


def _usual(piece: Piece) -> float | None:
    return max(piece.modes, key=lambda mode: mode.n).mean_g if piece.modes else None


def _but(items: tuple[T, ...], places: Iterable[int]) -> tuple[T, ...]:
    gone = set(places)
    return tuple(item for n, item in enumerate(items) if n not in gone)


def _without(items: tuple[T, ...], gone: Iterable[T]) -> tuple[T, ...]:
    """Without these very ones, each once."""
    kept = list(items)
    for item in gone:
        kept.remove(item)
    return tuple(kept)
