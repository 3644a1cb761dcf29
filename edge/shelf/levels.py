"""From a count to ok, low or out, with hysteresis. Pure."""

from edge.events import StockLevel

# A product that was low is ok again from this share above `low` on, and by one unit at least.
ABOVE = 0.25


def level_of(quantity: int, low: int, before: StockLevel | None) -> StockLevel:
    """How far a product is from being sold out.

    Args:
        quantity: units.
        low: at so many or fewer it is low.
        before: the level so far; None when there was none.
    """
    if quantity <= 0:
        return StockLevel.OUT
    if quantity <= low:
        return StockLevel.LOW
    if before in {StockLevel.LOW, StockLevel.OUT} and quantity < low + max(1, round(ABOVE * low)) and low > 0:
        return StockLevel.LOW
    return StockLevel.OK
