"""What really happened at a lane: what was rung up, what lies in the bag, what was stolen; and what the bill comes to.

The arithmetic here is the simulation's own, in whole minor units, so that the lane's totals can be checked against it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.sim.lane.goods import Product
from edge.sim.lane.rates import Slip, Theft


@dataclass(eq=False)
class Thing:
    """One piece that a shopper handles.

    Attributes:
        product: what it is.
        grams: what it weighs.
        line: under which it was rung up; None while it is not.
        in_bag: it lies in the bagging area.
        sold_as: by whose code; differs for a switched ticket.
    """

    product: Product
    grams: float
    line: int | None = None
    in_bag: bool = False
    sold_as: Product | None = None


@dataclass(frozen=True)
class Sale:
    """What was rung up as one line.

    Attributes:
        product: by its code.
        quantity: pieces.
        grams: of goods by weight, as the label says, or as they really weigh.
    """

    product: Product
    quantity: int = 1
    grams: float | None = None


@dataclass
class Stolen:
    """One theft.

    Attributes:
        kind: how.
        at: when the weight changed; when the line was voided.
        settled_at: when that had settled.
        grams: that are in the bag beyond the bill, or of the goods with the wrong code.
        label_g: what the goods of the code weigh; None where no code was switched.
        clean: nothing was being asked of the shopper when it happened.
        righted_at: when the shopper put it right by himself; None when he did not.
    """

    kind: Theft
    at: float
    settled_at: float
    grams: float
    label_g: float | None = None
    clean: bool = True
    righted_at: float | None = None


@dataclass
class Visit:
    """The truth about one shopper.

    Attributes:
        sales: by line.
        things: all that was handled.
        thefts: in their order.
        slips: that happened.
        foreign_g: what lies in the bagging area and is no goods: a bag, a purse.
        paid: the shopper saw a receipt.
        stuck: why the visit could not go on; empty when it could.
        walked_off: the shopper went away without paying.
    """

    sales: dict[int, Sale] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    thefts: list[Stolen] = field(default_factory=list)
    slips: set[Slip] = field(default_factory=set)
    foreign_g: float = 0.0
    paid: bool = False
    stuck: str = ""
    walked_off: bool = False

    @property
    def bag(self) -> list[Thing]:
        """What lies in the bagging area."""
        return [thing for thing in self.things if thing.in_bag]

    @property
    def unpaid(self) -> list[Thing]:
        """What lies there and is not on the bill."""
        return [thing for thing in self.bag if thing.line is None]

    def void(self, line: int) -> None:
        """A line comes off the bill."""
        self.sales.pop(line, None)
        for thing in self.things:
            if thing.line == line:
                thing.line = None


def total(sales: Mapping[int, Sale], weighed: Mapping[int, float]) -> int:
    """What is to be paid, in minor units.

    Args:
        sales: by line.
        weighed: grams of what the lane itself weighed, by line.
    """
    of_product: dict[str, list[Sale]] = {}
    amount = 0
    for line, sale in sales.items():
        if sale.product.by_weight:
            amount += _by_weight(sale.product.price, weighed.get(line, sale.grams or 0.0))
        else:
            of_product.setdefault(sale.product.code, []).append(sale)
    return amount + sum(_pieces(of_one) for of_one in of_product.values())


def _by_weight(per_kg: int, grams: float) -> int:
    """Half up; whole grams."""
    return (2 * per_kg * round(grams) + 1000) // 2000


def _pieces(sales: Iterable[Sale]) -> int:
    bought = list(sales)
    product, count = bought[0].product, sum(one.quantity for one in bought)
    if product.multi_buy is not None:
        number, price = product.multi_buy
        return count // number * price + count % number * product.price
    off = 0 if product.percent_off is None else (product.price * product.percent_off * 2 + 100) // 200
    return count * (product.price - off)
