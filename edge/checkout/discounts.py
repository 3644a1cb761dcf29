"""How price rules are combined. Pure.

The order is fixed, and does not depend on the order of the scans:

1. A sticker's discount lowers its piece, which then takes part in no offer (2 to 4).
2. Multi-buys, by id. The dearest free pieces form the groups; a group that would cost more than without is left alone.
3. Buy-and-get-free, by id. The dearest free pieces form the groups; the cheapest of each group cost nothing.
4. Percentages, the highest first, then by id.
   A piece takes part in one of the offers 2 to 4 at most. Goods by weight and labels with a price take part in 4 only.
5. Coupons for products, by id, each once: off the one piece of its keys that costs most by then.
6. Coupons for the bill, each once: percentages by id, then amounts by id, spread over the pieces as they cost.

A piece never costs less than nothing, so no bill is negative. Percentages are rounded half up to the minor unit, a
piece at a time, so that one line of three and three lines of one cost the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from edge.checkout.money import percent_of, shared_out
from edge.checkout.price_rules import Coupon, GetFree, MultiBuy, PercentOff, Rule

STICKER = "sticker"


@dataclass
class Piece:
    """One piece or package on its way to its price. Amounts in minor units.

    Attributes:
        line: the id of its line.
        key: of its product.
        cost: what it costs so far.
        countable: sold by the piece at the book's price, so that it can be one of three.
        free: no offer has it yet.
        saved: by the rule's id, what was taken off.
    """

    line: str
    key: str
    cost: int
    countable: bool
    free: bool = True
    saved: dict[str, int] = field(default_factory=dict)

    def save(self, rule: str, amount: int) -> None:
        """Take so much off, but not more than there is."""
        amount = min(amount, self.cost)
        if amount:
            self.cost -= amount
            self.saved[rule] = self.saved.get(rule, 0) + amount


def discount(pieces: Iterable[Piece], rules: Iterable[Rule], coupons: Iterable[str], at: datetime) -> frozenset[str]:
    """Take off the pieces whatever is due.

    Args:
        pieces: after their stickers; changed in place.
        rules: of the book.
        coupons: codes that the shopper showed; one shown twice counts once.
        at: the time of the bill.

    Returns:
        The codes of the coupons that took something off.
    """
    shown = frozenset(coupons)
    ranked = sorted(pieces, key=lambda piece: (-piece.cost, piece.key, piece.line))
    current = sorted((rule for rule in rules if rule.holds(at)), key=lambda rule: rule.id)
    for multi_buy in (rule for rule in current if isinstance(rule, MultiBuy)):
        _multi_buy(ranked, multi_buy)
    for get_free in (rule for rule in current if isinstance(rule, GetFree)):
        _get_free(ranked, get_free)
    percentages = (rule for rule in current if isinstance(rule, PercentOff))
    for percent_off in sorted(percentages, key=lambda rule: -rule.percent):
        _percent_off(ranked, percent_off)
    presented = [rule for rule in current if isinstance(rule, Coupon) and rule.id in shown]
    return frozenset(rule.id for rule in sorted(presented, key=_coupon_order) if _coupon(ranked, rule))


def reduce_by_sticker(piece: Piece, percent: int) -> None:
    """Take a sticker's per cent off, and keep the piece out of every offer."""
    piece.save(STICKER, percent_of(piece.cost, Decimal(percent)))
    piece.free = False


def _groups(ranked: Sequence[Piece], keys: frozenset[str], size: int) -> list[list[Piece]]:
    free = [piece for piece in ranked if piece.free and piece.countable and piece.key in keys]
    return [free[n : n + size] for n in range(0, len(free) - size + 1, size)]


def _multi_buy(ranked: Sequence[Piece], rule: MultiBuy) -> None:
    for group in _groups(ranked, rule.keys, rule.number):
        costs = [piece.cost for piece in group]
        if sum(costs) > rule.price:
            _spread(group, rule.id, sum(costs) - rule.price)
            _take(group)


def _get_free(ranked: Sequence[Piece], rule: GetFree) -> None:
    for group in _groups(ranked, rule.keys, rule.buy + rule.free):
        for piece in group[rule.buy :]:
            piece.save(rule.id, piece.cost)
        _take(group)


def _percent_off(ranked: Sequence[Piece], rule: PercentOff) -> None:
    for piece in ranked:
        if piece.free and piece.key in rule.keys:
            piece.save(rule.id, percent_of(piece.cost, rule.percent))
            piece.free = False


def _coupon_order(rule: Coupon) -> tuple[bool, bool]:
    """Products before the bill, there percentages before amounts."""
    return not rule.keys, not rule.keys and rule.percent is None


def _coupon(ranked: Sequence[Piece], rule: Coupon) -> bool:
    """Whether the coupon took something off."""
    total = sum(piece.cost for piece in ranked)
    if total < rule.least_total:
        return False
    if rule.keys:
        return _coupon_for_piece([piece for piece in ranked if piece.key in rule.keys], rule)
    off = min(total, _off(rule, total))
    _spread(ranked, rule.id, off)
    return off > 0


def _coupon_for_piece(pieces: Sequence[Piece], rule: Coupon) -> bool:
    dearest = max(pieces, key=lambda piece: piece.cost, default=None)
    if dearest is None or not dearest.cost:
        return False
    before = dearest.cost
    dearest.save(rule.id, _off(rule, dearest.cost))
    return dearest.cost < before


def _off(rule: Coupon, cost: int) -> int:
    return percent_of(cost, rule.percent) if rule.percent is not None else rule.amount or 0


def _spread(pieces: Sequence[Piece], rule: str, amount: int) -> None:
    for piece, share in zip(pieces, shared_out(amount, [piece.cost for piece in pieces]), strict=True):
        piece.save(rule, share)


def _take(group: Iterable[Piece]) -> None:
    for piece in group:
        piece.free = False
