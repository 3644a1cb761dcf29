"""What lies in the bagging area, as far as weight tells. Pure."""

import msgspec

from edge.checkout.bagging.piece import Piece


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of weight that nothing explains yet.

    Attributes:
        at: when the scale came to rest, in seconds.
        delta_g: grams more (or less) than before.
        sd_g: its standard error.
        unseen: nobody watched while it happened.
    """

    at: float
    delta_g: float
    sd_g: float
    unseen: bool = False


class Placed(msgspec.Struct, frozen=True):
    """A piece that lies there.

    Attributes:
        piece: which.
        weight_g: what it weighed, as far as that can be told.
    """

    piece: Piece
    weight_g: float


class Matched(msgspec.Struct, frozen=True):
    """Changes that were explained not long ago, and by what: later weight may show that it was something else.

    Attributes:
        changes: what came.
        placed: what it was taken for.
        log_odds: how much likelier that was than that it has nothing to do with the bill.
    """

    changes: tuple[Change, ...]
    placed: tuple[Placed, ...]
    log_odds: float


class Bag(msgspec.Struct, frozen=True, kw_only=True):
    """The bagging area of one session.

    Attributes:
        open: pieces that are on the bill and not there yet.
        placed: pieces that are there.
        leaving: pieces that are there and not on the bill any more.
        changes: what nothing explains yet, the oldest first.
        recent: the latest matches, the oldest first.
        baseline_g: what the scale said when the session began; None before it ever said anything.
        level_g: what it said at the last rest.
        bag_wanted: the shopper said that a bag of their own comes next.
        bag_used: there was one.
        unsure: nobody knows what happened since the last rest: the software or the scale was gone.
    """

    open: tuple[Piece, ...] = ()
    placed: tuple[Placed, ...] = ()
    leaving: tuple[Placed, ...] = ()
    changes: tuple[Change, ...] = ()
    recent: tuple[Matched, ...] = ()
    baseline_g: float | None = None
    level_g: float | None = None
    bag_wanted: bool = False
    bag_used: bool = False
    unsure: bool = False

    @property
    def excess_g(self) -> float:
        """How much more lies there than anything explains."""
        return sum(change.delta_g for change in self.changes)

    @property
    def over_baseline_g(self) -> float:
        """How much more lies there than when the session began."""
        return 0.0 if self.level_g is None or self.baseline_g is None else self.level_g - self.baseline_g


OWN_BAG_KEY = "own_bag"
