"""What the twin of a scale is: bytes in, bytes out, of a weight that somebody else knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Shown:
    """What a scale shows now.

    Attributes:
        grams: gross.
        stable: it does not move.
        overload: too much lies on it.
        broken: its cell gives nothing.
    """

    grams: float
    stable: bool = True
    overload: bool = False
    broken: bool = False


# Address → what is shown there now.
Plates = Mapping[int, Callable[[], Shown]]


class Twin(Protocol):
    """One protocol's other side."""

    def answer(self, data: bytes) -> bytes:
        """What is sent back for what arrived, in any pieces."""
        ...

    def stream(self) -> bytes:
        """What is sent without being asked, ten times a second."""
        ...


def only(plates: Plates) -> Callable[[], Shown]:
    """The plate of a protocol that knows one only."""
    return next(iter(plates.values()))
