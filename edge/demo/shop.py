"""The demo's shelf: two plates on a simulated bus (a real pseudo terminal, real Modbus bytes), and who comes to them.

The script is fixed and its truth known: picks, a put-back, a hand that leans, and a cable that is pulled and plugged in
again while nobody takes anything.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS

SHELF, PROTOCOL, CAPACITY_G = "aisle-3", "modbus_rtu", 15_000
# The shelf takes a moment to see what stands there; the last move must have come to rest before the demo ends.
FIRST_S, SETTLE_S = 5.0, 4.0


@dataclass(frozen=True)
class Product:
    """What stands on a plate at the beginning."""

    plate: str
    address: int
    gtin: str
    unit_g: float
    sd_g: float
    units: int
    low: int


COLA = Product("p1", 1, "06901234567892", 330.0, 1.5, 8, 5)
TEA = Product("p2", 2, "00000096385074", 124.0, 0.8, 10, 2)
SOAP = Product("p2", 2, "00000000000017", 95.0, 0.6, 6, 2)
PRODUCTS = (COLA, TEA, SOAP)


class Shop:
    """The bus, its plates, and the shopper. Use as a context manager.

    Attributes:
        truth: units by GTIN that stand there now.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        """Nothing is connected yet.

        Args:
            folder: where the port's path is made.
            seconds: how long the demo takes at most.
        """
        self._random = Random(7)  # noqa: S311 - a simulation
        self._plates = {address: self._filled(address) for address in (1, 2)}
        twin = TWINS[PROTOCOL]({address: plate.shown for address, plate in self._plates.items()})
        self._bus = PtyBus(folder / "ttyShelf", twin)
        self.truth = {one.gtin: one.units for one in PRODUCTS}
        self._last_s = seconds - SETTLE_S
        self._stop = threading.Event()
        self._moved_at = 0.0
        self._thread = threading.Thread(target=self._shop, name="shopper", daemon=True)

    def __enter__(self) -> Self:
        self._bus.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        self._bus.__exit__(kind, error, trace)

    def leave(self) -> None:
        """The shopper goes; nothing moves any more."""
        self._stop.set()
        self._thread.join()

    @property
    def is_settled(self) -> bool:
        """Whether the last move was long enough ago to have been told."""
        return time.monotonic() - self._moved_at > SETTLE_S

    def toml(self) -> str:
        """The shelf's part of the configuration."""
        plates = "".join(_plate(address) for address in self._plates)
        return f'\n[[shelf]]\nid = "{SHELF}"\nport = "{self._bus.path}"\ndriver = "{PROTOCOL}"\n{plates}'

    def _filled(self, address: int) -> LivePlate:
        here = [one for one in PRODUCTS if one.address == address]
        return LivePlate(sum(self._unit(one) for one in here for _ in range(one.units)), seed=address)

    def _unit(self, product: Product) -> float:
        return self._random.gauss(product.unit_g, product.sd_g)

    def _shop(self) -> None:
        began = time.monotonic()
        for at, act in self._script():
            if at > self._last_s or self._stop.wait(max(0.0, began + at - time.monotonic())):
                break
            act()
        self._bus.plug()

    def _script(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        """Seconds from the begin, and what happens then."""
        return (
            (FIRST_S, lambda: self._move(COLA, -1)),
            (FIRST_S + 3, lambda: self._move(TEA, -2)),
            (FIRST_S + 6, lambda: self._move(COLA, -2)),
            (FIRST_S + 9, lambda: self._move(TEA, 1)),
            (FIRST_S + 12, lambda: self._plates[1].lean(1.5)),
            (FIRST_S + 15, self._bus.unplug),
            (FIRST_S + 19, self._bus.plug),
            (FIRST_S + 23, lambda: self._move(SOAP, -1)),
            (FIRST_S + 26, lambda: self._move(COLA, 1)),
            (FIRST_S + 29, lambda: self._move(COLA, -3)),
        )

    def _move(self, product: Product, units: int) -> None:
        weight = sum(self._unit(product) for _ in range(abs(units)))
        self._moved_at = time.monotonic()
        self._plates[product.address].change(weight if units > 0 else -weight)
        self.truth[product.gtin] += units


def _plate(address: int) -> str:
    here = [one for one in PRODUCTS if one.address == address]
    products = "".join(
        f'[[shelf.plate.product]]\ngtin = "{one.gtin}"\nunit_weight_g = {one.unit_g}\nunit_weight_sd_g = {one.sd_g}\n'
        f"low = {one.low}\nstart = {one.units}\n"
        for one in here
    )
    return f'[[shelf.plate]]\nid = "{here[0].plate}"\naddress = {address}\ncapacity_g = {CAPACITY_G}\n{products}'


def total(stock: Mapping[str, int]) -> int:
    """Units of all products."""
    return sum(stock.values())
