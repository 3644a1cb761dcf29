"""The plain way to watch a bagging area, as Intel's RTSF reference design describes it. Pure.

Source: the reconciler of intel-retail/rtsf-at-checkout-reference-design, re-implemented from its description, weights
only. Each product has a least and a greatest weight. A change of weight up to 10 g is ignored; a positive one is a
suspect and is looked at with the last line only, walking back over what is not matched until the line's least weight is
reached; a negative one takes away one suspect of its size. What is a suspect when payment starts is told, nothing
before. Suspects are carried to the next shopper there; here they are not, which favours it.
"""

from dataclasses import dataclass, field

IGNORED_G = 10.0
SAME_G = 10.0
WEIGHED_SHARE = 0.02


@dataclass
class _Line:
    key: str
    least_g: float
    most_g: float
    quantity: int = 1
    linked: list[float] = field(default_factory=list)

    @property
    def missing_g(self) -> float:
        return self.least_g * self.quantity - sum(self.linked)


@dataclass
class LastLineRule:
    """One lane.

    Attributes:
        told: suspects when payment last started, grams.
    """

    told: tuple[float, ...] = ()
    _suspects: list[float] = field(default_factory=list)
    _lines: list[_Line] = field(default_factory=list)

    def scanned(self, key: str, least_g: float, most_g: float) -> None:
        """A code; a repetition of the last product makes its line longer."""
        if self._lines and self._lines[-1].key == key:
            self._lines[-1].quantity += 1
        else:
            self._lines.append(_Line(key, least_g, most_g))
        self._look()

    def weighed_line(self, key: str, grams: float) -> None:
        """Goods by weight: within 2 % of what the line says."""
        self.scanned(key, grams * (1 - WEIGHED_SHARE), grams * (1 + WEIGHED_SHARE))

    def voided(self, key: str) -> None:
        """The line goes, and what was linked to it."""
        line = next((one for one in reversed(self._lines) if one.key == key), None)
        if line is not None:
            self._lines.remove(line)

    def weight(self, delta_g: float) -> None:
        """The scale came to rest at another weight."""
        if abs(delta_g) <= IGNORED_G:
            return
        if delta_g > 0:
            self._suspects.append(delta_g)
            self._look()
            return
        same = next((one for one in self._suspects if abs(one + delta_g) <= SAME_G), None)
        if same is not None:
            self._suspects.remove(same)

    def payment_started(self) -> None:
        """What is suspect now is told."""
        self.told = tuple(self._suspects)

    def next_shopper(self) -> None:
        """Forget all."""
        self.told, self._suspects, self._lines = (), [], []

    def _look(self) -> None:
        if not self._lines or not self._suspects:
            return
        line = self._lines[-1]
        if self._suspects[-1] < line.missing_g / line.quantity:
            return
        for delta in list(reversed(self._suspects)):
            if line.missing_g <= 0:
                return
            if delta <= line.most_g * line.quantity - sum(line.linked):
                self._suspects.remove(delta)
                line.linked.append(delta)
