"""A whole shelf: readings of all its plates in, events out. Pure; the agent, the replay and the bench run this.

readings ─▶ Plate (weighing) ─▶ observations ─▶ PlateStock ─▶ moves and counts ─▶ levels
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edge.errors import DeviceError
from edge.events import StockCounted, StockLevel, StockLevelChanged
from edge.scale.calibration import Calibration
from edge.scale.reading import WeightReading
from edge.scale.weighing.plate import Plate
from edge.scale.weighing.weigher import WeighingSettings
from edge.shelf.levels import level_of
from edge.shelf.memory import PlateMemory, ShelfMemory
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.stock import PlateStock, Told

TICK_S = 0.1


@dataclass(frozen=True)
class PlateSetup:
    """One plate of a shelf.

    Attributes:
        address: on the bus.
        planogram: what stands there.
        calibration: for bare bridges, or to correct a scale.
        gap_s: without a reading for longer, the plate was not watched.
    """

    address: int
    planogram: PlanogramPlate
    calibration: Calibration | None = None
    gap_s: float = 2.0


class _Place:
    """One plate at work."""

    def __init__(self, setup: PlateSetup, others: Sequence[Product], memory: PlateMemory | None) -> None:
        self.name = setup.planogram.id
        settings = WeighingSettings(least_g=setup.planogram.least_g, gap_s=setup.gap_s)
        self.plate = Plate(setup.planogram.capacity_g, settings, setup.calibration)
        self.stock = PlateStock(setup.planogram, others=others, memory=memory)


class Shelf:
    """Follows the stock of all plates on one bus."""

    def __init__(self, plates: Sequence[PlateSetup], memory: ShelfMemory | None = None) -> None:
        """Begin, or go on from what is remembered.

        Args:
            plates: each with an address of its own.
            memory: of the same shelf.
        """
        memory = memory or ShelfMemory()
        self._places: dict[int, _Place] = {}
        self._lows: dict[str, int] = {}
        for setup in plates:
            name = setup.planogram.id
            others = tuple(product for other in plates if other is not setup for product in other.planogram.products)
            self._places[setup.address] = _Place(setup, others, memory.plate(name))
            for product in setup.planogram.products:
                self._lows[product.gtin] = max(product.low, self._lows.get(product.gtin, 0))
        self._levels: dict[str, StockLevel] = dict(memory.levels)
        self._ticked = -TICK_S

    @property
    def memory(self) -> ShelfMemory:
        """What to remember over a restart."""
        known = (place.stock.memory for place in self._places.values())
        return ShelfMemory(plates=tuple(one for one in known if one is not None), levels=self._levels)

    @property
    def counts(self) -> Mapping[str, int]:
        """Units by GTIN, over all plates, as published."""
        total: dict[str, int] = {}
        for place in self._places.values():
            for gtin, count in place.stock.counts.items():
                total[gtin] = total.get(gtin, 0) + count
        return total

    def readings(self, readings: Iterable[WeightReading]) -> list[Told]:
        """Take in readings, oldest first; those of addresses that have no plate are passed over."""
        told: list[Told] = []
        for reading in readings:
            place = self._places.get(reading.address)
            if place is None:
                continue
            seen = place.plate.reading(reading)
            for one in seen:
                told += place.stock.observe(one)
        return self._with_levels(told) if told else told

    def zero(self, plate: str, at: float) -> list[Told]:
        """Somebody says that a plate is empty.

        Raises:
            DeviceError: there is no such plate, or it does not rest.
        """
        place, level_g = self._at_rest(plate)
        return self._with_levels(place.stock.zero(at, level_g))

    def tare(self, plate: str, at: float) -> list[Told]:
        """Somebody says that a plate's counts are right as told, whatever else lies there.

        Raises:
            DeviceError: there is no such plate, or it does not rest, or nothing was counted there yet.
        """
        place, level_g = self._at_rest(plate)
        if not place.stock.counts:
            raise DeviceError(f"plate {plate}: expected counts to keep, found none yet; zero it while it is empty")
        return self._with_levels(place.stock.tare(at, level_g))

    def _at_rest(self, plate: str) -> tuple[_Place, float]:
        place = next((one for one in self._places.values() if one.name == plate), None)
        if place is None:
            raise DeviceError(f"expected a plate of this shelf, found no {plate}")
        level_g = place.plate.level_g
        if level_g is None:
            raise DeviceError(f"plate {plate}: expected it at rest, found it moving or silent; try again")
        return place, level_g

    def tick(self, at: float) -> list[Told]:
        """Time passes: call it often; it does its work ten times a second."""
        if at - self._ticked < TICK_S:
            return []
        self._ticked = at
        told: list[Told] = []
        for place in self._places.values():
            for one in place.plate.tick(at):
                told += place.stock.observe(one)
            told += place.stock.tick(at, place.plate.level_g)
        return self._with_levels(told) if told else told

    def _with_levels(self, told: list[Told]) -> list[Told]:
        counts = self.counts
        changed = {one.event.gtin: one.at for one in told if isinstance(one.event, StockCounted)}
        for gtin, at in changed.items():
            before = self._levels.get(gtin)
            level = level_of(counts[gtin], self._lows[gtin], before)
            if level is not before:
                self._levels[gtin] = level
                told.append(Told(at, StockLevelChanged(gtin=gtin, level=level, quantity=counts[gtin])))
        return told
