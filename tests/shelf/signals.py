"""A plate with goods, as its readings show it: for tests of what the shelf makes of them."""

from dataclasses import dataclass, field
from random import Random

from edge.events import Event, StockCounted, StockMoved
from edge.scale.reading import Status, WeightReading
from edge.shelf.memory import ShelfMemory
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.shelf import PlateSetup, Shelf
from edge.shelf.stock import Told

COLA = Product("06901234567892", 330.0, 2.0, 2.0, low=2)
SOAP = Product("00000096385074", 120.0, 1.0, 1.0, low=1)


def plate(
    *products: Product, name: str = "p1", keeps_zero: bool = False, start: tuple[int, ...] | None = None
) -> PlanogramPlate:
    return PlanogramPlate(name, 15_000.0, products, keeps_zero=keeps_zero, start=start)


@dataclass
class Rig:
    """One plate on a shelf, its load, and all that the shelf told."""

    planogram: PlanogramPlate
    rate_hz: float = 10.0
    noise_g: float = 1.0
    load_g: float = 0.0
    memory: ShelfMemory | None = None
    at: float = 0.0
    random: Random = field(default_factory=lambda: Random(1))
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = Shelf([PlateSetup(0, self.planogram)], self.memory)

    def rest(self, seconds: float = 8.0, *, extra_g: float = 0.0, status: Status = Status.UNSTABLE) -> list[Event]:
        """Let the plate stand, with something more or less on it."""
        before = len(self.told)
        for _ in range(round(seconds * self.rate_hz)):
            self.at += 1 / self.rate_hz
            weight = self.random.gauss(self.load_g + extra_g, self.noise_g)
            if self.random.random() < 0.009:
                weight += self.random.uniform(100, 12_000)
            self.told += self.shelf.readings([WeightReading(0, self.at, weight, status)])
            self.told += self.shelf.tick(self.at)
        return [one.event for one in self.told[before:]]

    def silence(self, seconds: float) -> list[Event]:
        """No readings."""
        before = len(self.told)
        for _ in range(round(seconds * 10)):
            self.at += 0.1
            self.told += self.shelf.tick(self.at)
        return [one.event for one in self.told[before:]]

    def put(self, product: Product, units: int = 1) -> None:
        """Units come (or go, when negative), each with a weight of its own."""
        for _ in range(abs(units)):
            self.load_g += (1 if units > 0 else -1) * self.random.gauss(product.unit_g, product.unit_sd_g)

    @property
    def moves(self) -> list[tuple[str, int, str]]:
        """GTIN, units and cause of all moves told."""
        events = [one.event for one in self.told]
        return [(event.gtin, event.quantity, event.cause.value) for event in events if isinstance(event, StockMoved)]

    @property
    def counted(self) -> dict[str, int]:
        """The last published count of each product."""
        events = [one.event for one in self.told]
        return {event.gtin: event.quantity for event in events if isinstance(event, StockCounted)}


def of(kind: type[Event], events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]
