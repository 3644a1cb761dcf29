"""A lane that believes everything: enough for shoppers to be tried without the real one."""

from edge.sim.lane.goods import Shop, Sold
from edge.sim.lane.hands import Seen, SeenLine


class StandIn:
    """Rings up what is scanned, never weighs, and is paid at once."""

    def __init__(self, shop: Shop) -> None:
        self.at = 0.0
        self.bag_g = 0.0
        self.keys: list[str] = []
        self.attended: list[str] = []
        self.prompt = "scan"
        self.call = ""
        self._prices = {one.code: one for one in shop.goods}
        self._labels = {one.code[:7]: one for one in shop.goods if one.sold is Sold.LABEL}
        self._lines: dict[int, SeenLine] = {}
        self._count = 0
        self._picked = ""
        self._receipt = ""

    def now(self) -> float:
        return self.at

    def look(self) -> Seen:
        lines = tuple(self._lines.values())
        return Seen("scanning", self.prompt, lines, sum(one.amount for one in lines), self.call, self._receipt)

    def scan(self, text: str) -> None:
        digits = text[3:]
        found = self._prices.get(digits) or self._labels.get(digits[:7])
        if found is not None:
            self._ring_up(found.name)

    def choose(self, code: str) -> None:
        if self._prices[code].sold is Sold.PIECE:
            self._ring_up(self._prices[code].name)
        else:
            self._picked, self.prompt = self._prices[code].name, "weigh_it"

    def weigh(self, grams: float) -> None:
        assert grams > 0
        self._weighed()

    def change(self, delta_g: float) -> float:
        self.bag_g += delta_g
        self._weighed()
        return self.at + 0.5

    def lean(self, grams: float, lasts_s: float) -> None:
        assert grams > 0
        assert lasts_s > 0

    def press(self, key: str, *, line: int | None = None, quantity: int | None = None) -> None:
        self.keys.append(key)
        if key == "void" and line is not None:
            del self._lines[line]
        elif key == "quantity" and line is not None and quantity is not None:
            one = self._lines[line]
            self._lines[line] = SeenLine(line, one.name, quantity, one.amount * quantity)
        elif key == "pay":
            self._receipt = "r1"

    def attend(self, action: str, *, reason: str = "", line: int | None = None) -> None:
        assert reason or action in {"dismiss", "void"}
        self.attended.append(action)
        if action == "void" and line is not None:
            del self._lines[line]
        elif action in {"accept", "false_alarm"}:
            self.call, self.prompt = "", "scan"

    def _weighed(self) -> None:
        if self._picked:
            self._ring_up(self._picked)
            self._picked, self.prompt = "", "scan"

    def _ring_up(self, name: str) -> None:
        self._count += 1
        self._lines[self._count] = SeenLine(self._count, name, 1, 100)
