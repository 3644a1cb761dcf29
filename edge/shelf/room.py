"""How many units a plate is known to have room for, learned from how full it has been. Pure.

Shelves are filled up to about the same counts again and again. That the next of n puts makes a plate fuller than it
ever was has a chance of about 1 in n + 1 (the rule of records in a series without a trend): a foreign bag that weighs
as much as forty units does so nearly always.
"""

import math
from typing import Self

import msgspec

from edge.shelf.moves import Counts

# A shelf may be laid out anew at any time: so many puts are remembered, no more.
REMEMBERED = 20


class Room(msgspec.Struct, frozen=True):
    """What is known of one plate.

    Attributes:
        most: the greatest count of each product so far.
        puts: how many moves have brought units, up to `REMEMBERED`.
    """

    most: Counts
    puts: int = 0

    def surprise(self, counts: Counts) -> float:
        """How unusual counts are that are reached by a put: a logarithm, 0 when they were reached before."""
        fuller = any(count > most for count, most in zip(counts, self.most, strict=True))
        return -math.log(self.puts + 1) if fuller else 0.0

    def after(self, move: Counts, counts: Counts) -> Self:
        """What is known after a move that is beyond doubt led to `counts`."""
        if max(move) <= 0:
            return self
        most = tuple(max(pair) for pair in zip(self.most, counts, strict=True))
        return msgspec.structs.replace(self, most=most, puts=min(REMEMBERED, self.puts + 1))
