"""How Intel's RTSF reference design reconciles a basket, written anew from a description of it: to stand beside ours.

Weights, lines, and of computer vision what its faults need. Nothing here is its code; where the description is silent
the reading that favours it was taken. Weights are pounds in exact decimals, so that no rounding decides a case.
"""

from dataclasses import dataclass, field
from decimal import Decimal

IGNORED = Decimal("0.01")
WEIGHED_SHARE = Decimal("0.02")
# The window is five seconds in nanoseconds, and what is compared with it is milliseconds.
WINDOW = 5_000_000_000
SCANNER, GO_BACK, ENTRANCE = "Scanner", "Go Back", "Entrance"


@dataclass(frozen=True)
class Range:
    """What one piece may weigh, in pounds."""

    least: Decimal
    most: Decimal


@dataclass
class Line:
    """A product on the bill: the same again makes it longer."""

    product: str
    name: str
    quantity: Decimal
    weight: Range | None
    linked: list[Decimal] = field(default_factory=list)

    @property
    def least_left(self) -> Decimal:
        """What has to come at least; of goods by weight, the weight is the quantity."""
        least = self.quantity * (1 - WEIGHED_SHARE) if self.weight is None else self.weight.least * self.quantity
        return least - sum(self.linked)

    @property
    def most_left(self) -> Decimal:
        most = self.quantity * (1 + WEIGHED_SHARE) if self.weight is None else self.weight.most * self.quantity
        return most - sum(self.linked)

    @property
    def is_confirmed(self) -> bool:
        return self.least_left <= 0

    @property
    def least_of_one(self) -> Decimal:
        return self.least_left if self.weight is None else self.least_left / self.quantity


@dataclass
class Seen:
    """What the cameras know of a class of goods: one entry, however many there are."""

    region: str = ""
    at_ms: dict[str, int] = field(default_factory=dict)
    linked: bool = False


@dataclass
class RtsfRule:
    """All lanes: an event's lane is read and not used.

    Attributes:
        ranges: by product; one that is missing is a look-up that failed.
        told: suspect weights when payment last started, in pounds.
        told_seen: classes of goods that were suspect then.
    """

    ranges: dict[str, Range]
    told: tuple[Decimal, ...] = ()
    told_seen: tuple[str, ...] = ()
    total: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list)
    suspects: list[Decimal] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    paying: bool = False

    def basket_opened(self) -> None:
        """The next shopper. What was not resolved is carried over."""
        self.lines, self.paying = [], False
        self.told, self.told_seen = (), ()

    def scanned(self, product: str, name: str, quantity: Decimal, at_ms: int, *, by_piece: bool = True) -> None:
        """A line, or more of the last one."""
        weight = self.ranges.get(product)
        if self.paying or (by_piece and weight is None):
            return
        if self.lines and self.lines[-1].product == product:
            self.lines[-1].quantity += quantity
        else:
            self.lines.append(Line(product, name, quantity, weight if by_piece else None))
        self._link_seen(name, at_ms)

    def removed(self, product: str) -> None:
        """A line goes, and the weights that were linked to it."""
        line = next((one for one in reversed(self.lines) if one.product == product), None)
        if line is not None:
            self.lines.remove(line)

    def weighed(self, total: Decimal) -> None:
        """What the scale shows."""
        delta, self.total = total - self.total, total
        if self.paying or abs(delta) <= IGNORED:
            return
        if delta > 0:
            self.suspects.append(delta)
            self._reconcile(delta)
            return
        same = next((one for one in self.suspects if abs(one + delta) <= IGNORED), None)
        if same is not None:
            self.suspects.remove(same)

    def saw(self, name: str, region: str, at_ms: int, *, entered: bool) -> None:
        """A class of goods came into a region, or left it."""
        one = self.seen.setdefault(name, Seen())
        one.at_ms[region] = at_ms
        one.region = region if entered else ""

    def payment_started(self) -> None:
        """What is suspect now is told; nothing is told before."""
        self.paying = True
        self.told = tuple(self.suspects)
        self.told_seen = tuple(
            name for name, one in self.seen.items() if not one.linked and one.region not in {GO_BACK, ENTRANCE}
        )

    def _reconcile(self, delta: Decimal) -> None:
        """Look at the last line only, and walk back over what is not linked yet."""
        if not self.lines or delta < self.lines[-1].least_of_one:
            return
        line = self.lines[-1]
        for one in reversed(self.suspects.copy()):
            if line.is_confirmed:
                return
            if one <= line.most_left:
                self.suspects.remove(one)
                line.linked.append(one)

    def _link_seen(self, name: str, at_ms: int) -> None:
        one = self.seen.get(name)
        if one is not None and SCANNER in one.at_ms and abs(at_ms - one.at_ms[SCANNER]) < WINDOW:
            one.linked = True
