"""What a shelf remembers over a restart. Pure."""

import msgspec

from edge.events import StockLevel
from edge.shelf.belief import Hypothesis
from edge.shelf.moves import Counts
from edge.shelf.room import Room
from edge.shelf.unit_weight import UnitWeight


class PlateMemory(msgspec.Struct, frozen=True, kw_only=True):
    """One plate.

    Attributes:
        id: which.
        level_g: what lay there, as the scale weighed it, at its last rest.
        zero_g: what the scale says when nothing lies there.
        shown: the counts that were published.
        belief: the hypotheses.
        units: what was learned of each product, in the planogram's order.
        room: how full it has been; None in what older versions kept.
    """

    id: str
    level_g: float
    zero_g: float
    shown: Counts
    belief: tuple[Hypothesis, ...]
    units: tuple[UnitWeight, ...]
    room: Room | None = None


class ShelfMemory(msgspec.Struct, frozen=True, kw_only=True):
    """All plates of a shelf, and the levels that were published."""

    plates: tuple[PlateMemory, ...] = ()
    levels: dict[str, StockLevel] = {}

    def plate(self, name: str) -> PlateMemory | None:
        """What is remembered of one plate."""
        return next((plate for plate in self.plates if plate.id == name), None)

    def encode(self) -> bytes:
        """As bytes, for `decode`."""
        return msgspec.json.encode(self)


def decode(data: bytes | None) -> ShelfMemory:
    """What was encoded; nothing when there is none, or when it is not readable any more."""
    if data is None:
        return ShelfMemory()
    try:
        return msgspec.json.decode(data, type=ShelfMemory)
    except (msgspec.DecodeError, ValueError):
        return ShelfMemory()
