"""What a shopper and an attendant can do at a lane, and what they see of it; in simulated time or in real time."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SeenLine:
    """One line on the screen."""

    line: int
    name: str
    quantity: int
    amount: int


@dataclass(frozen=True)
class Seen:
    """What the screen shows.

    Attributes:
        phase, prompt: the words of the lane's screen.
        lines: of the bill.
        total: minor units.
        call: what an attendant is called for; empty when nobody is.
        receipt: its number; empty before it.
    """

    phase: str
    prompt: str
    lines: tuple[SeenLine, ...] = ()
    total: int = 0
    call: str = ""
    receipt: str = ""

    @property
    def newest(self) -> int:
        """The number of the newest line; 0 for none."""
        return max((one.line for one in self.lines), default=0)


class Hands(Protocol):
    """A lane as people use it."""

    def now(self) -> float:
        """Seconds."""
        ...

    def look(self) -> Seen:
        """At the screen."""
        ...

    def scan(self, text: str) -> None:
        """Hold a code before the scanner: an AIM identifier and what the bars say."""
        ...

    def choose(self, code: str) -> None:
        """Pick produce on the screen."""
        ...

    def weigh(self, grams: float) -> None:
        """Lay produce on the lane's produce scale, where there is one."""
        ...

    def change(self, delta_g: float) -> float:
        """Put something into the bagging area, or take it out; returns when that will have settled."""
        ...

    def lean(self, grams: float, lasts_s: float) -> None:
        """Lean on the bagging area."""
        ...

    def press(self, key: str, *, line: int | None = None, quantity: int | None = None) -> None:
        """Press a key on the screen."""
        ...

    def attend(self, action: str, *, reason: str = "", line: int | None = None) -> None:
        """Do something as the attendant."""
        ...
