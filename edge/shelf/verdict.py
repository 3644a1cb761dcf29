"""What a belief says about a change, put for people: the move, how sure it is, what else it may have been. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from edge.events import StockAlternative
from edge.shelf.belief import Hypothesis, Weighed
from edge.shelf.moves import Counts

ALTERNATIVES, WORTH_TELLING = 3, 0.01
# A published count is taken back only for one that is so many times as likely: else two that are equally likely would
# take turns, with a move each time.
CONTRADICTED = 50.0


@dataclass(frozen=True)
class Verdict:
    """The hypothesis to go on with after a change, among the others.

    Attributes:
        weighed: all of them, likeliest first.
        shown: the counts that were published before.
    """

    weighed: Sequence[Weighed]
    shown: Counts

    @cached_property
    def best(self) -> Hypothesis:
        """The likeliest that the published counts lead to; another only if that is likelier by far."""
        top = self.weighed[0]
        for one in self.weighed:
            if one.probability * CONTRADICTED < top.probability:
                break
            if _before(one.hypothesis) == self.shown:
                return one.hypothesis
        return top.hypothesis

    @property
    def move(self) -> Counts:
        """The move that led to it."""
        return self.best.move

    @property
    def is_nothing(self) -> bool:
        """Neither goods nor anything foreign moved."""
        return not any(self.move) and not self.best.foreign_moved_g

    @property
    def confidence(self) -> float:
        """How likely the move is, 0..1, over all hypotheses."""
        return min(1.0, sum(one.probability for one in self.weighed if one.hypothesis.move == self.move))

    def alternatives(self, gtins: Sequence[str]) -> tuple[StockAlternative, ...]:
        """The other moves of one product that may have been, likeliest first.

        Args:
            gtins: of the plate's products.
        """
        shares: dict[Counts, float] = {}
        for one in self.weighed:
            move = one.hypothesis.move
            if move != self.move and sum(units != 0 for units in move) == 1:
                shares[move] = shares.get(move, 0.0) + one.probability
        likely = sorted(shares.items(), key=lambda item: -item[1])[:ALTERNATIVES]
        return tuple(_alternative(move, share, gtins) for move, share in likely if share >= WORTH_TELLING)


def _before(hypothesis: Hypothesis) -> Counts:
    return tuple(count - units for count, units in zip(hypothesis.counts, hypothesis.move, strict=True))


def _alternative(move: Counts, share: float, gtins: Sequence[str]) -> StockAlternative:
    n = next(n for n, count in enumerate(move) if count)
    return StockAlternative(gtin=gtins[n], quantity=move[n], probability=round(min(1.0, share), 4))
