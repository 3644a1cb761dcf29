"""One piece of a line, and what it should weigh. Pure."""

import msgspec


class WeightMode(msgspec.Struct, frozen=True):
    """One package of a product, of those that it is sold in.

    Attributes:
        mean_g: what a piece of it weighs with its packaging.
        sd_g: how far pieces differ from that.
        n: from how many pieces it is known; those of a price book or a pack count as many.
    """

    mean_g: float
    sd_g: float
    n: int


class Piece(msgspec.Struct, frozen=True):
    """One thing that is on the bill and has to be put into the bagging area once.

    Attributes:
        line: the number of its line.
        key: of the product.
        modes: what it may weigh; none where nobody knows yet.
        was_placed: it lay there before, and was taken out again.
        since_s: when it came onto the bill.
    """

    line: int
    key: str
    modes: tuple[WeightMode, ...] = ()
    was_placed: bool = False
    since_s: float = 0.0
