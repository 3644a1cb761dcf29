"""Why units moved, judged by what was picked before: pick, put back, restock, sweep. Pure."""

from edge.events import StockMove
from edge.shelf.moves import HANDFUL

# What was taken no longer ago than this may be put back; what comes later, or is more, is a restock.
PUT_BACK_S = 1800.0
# So many units within so long, and this share of what stood there, are a sweep.
SWEPT_UNITS, SWEPT_SHARE, SWEPT_S = 5, 0.6, 20.0


class RecentPicks:
    """What was taken from one plate in the last half hour."""

    def __init__(self) -> None:
        self._picked: list[tuple[float, int, int]] = []

    def cause(self, product: int, units: int, at: float) -> StockMove:
        """Judge a move, and remember it.

        Args:
            product: which of the plate's.
            units: negative when they left.
            at: monotonic seconds.
        """
        self._picked = [one for one in self._picked if at - one[0] < PUT_BACK_S]
        out = sum(count for _, which, count in self._picked if which == product)
        if units > min(out, HANDFUL):
            return StockMove.RESTOCK
        self._picked.append((at, product, -units))
        return StockMove.PICK if units < 0 else StockMove.PUT_BACK

    def swept(self, product: int, before: int, at: float) -> int | None:
        """How many units a sweep that ends with the move told last has taken; None when it is none.

        Args:
            product: which of the plate's.
            before: its count before that move.
            at: monotonic seconds.
        """
        recent = [count for when, which, count in self._picked if which == product and at - when < SWEPT_S]
        units = sum(recent)
        stood = before + units - recent[-1] if recent else before
        return units if units >= SWEPT_UNITS and units >= SWEPT_SHARE * stood else None
