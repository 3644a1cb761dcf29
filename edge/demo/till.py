"""The demo's self-checkout: scanner, scale, printer and terminal are simulated on real ports; two shoppers come.

The script is fixed: an honest shopper, then one who puts a bottle into the bag that was not scanned, ignores the nudge,
and is seen to by the attendant. What was really sold is what the terminal charged.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.sim.broker import free_port
from edge.sim.lane.live import SCALE, SCANNER, LiveLane
from edge.sim.lane.screen_client import ScreenClient
from edge.sim.payment import SimulatedTerminal
from edge.sim.payment_server import PaymentServer
from edge.sim.printer import PrinterTwin, printer_on

LANE, CURRENCY, CAPACITY_G = "sco-1", "CNY", 15_000
PRINTER, BOOK = "printer", "price_book.csv"
LOOK_S, LONGEST_WAIT_S = 0.1, 12.0
# A shopper's pace.
SCANS_S, BAGS_S = 0.9, 0.9


@dataclass(frozen=True)
class Goods:
    """Something that is sold there."""

    code: str
    name: str
    price: str
    grams: float


COLA = Goods("6901234567892", "Cola 500 ml", "3.50", 534.0)
CRISPS = Goods("6901234567908", "Crisps", "6.80", 92.0)
SOAP = Goods("6901234567915", "Soap", "4.20", 118.0)
WATER_G = 1530.0
ON_SALE = (COLA, CRISPS, SOAP)


class Till:
    """One lane's devices, and who comes to it. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Nothing is connected yet.

        Args:
            folder: where the ports' paths are made.
        """
        self._folder = folder
        self._screen_port = free_port()
        self._client = ScreenClient(self._screen_port)
        self._terminal, self._paper = SimulatedTerminal(7), PrinterTwin()
        self._server = PaymentServer(self._terminal)
        self._printer = printer_on(folder / PRINTER, self._paper)
        self._lane = LiveLane(folder, self._client.look, self._client.press, seed=7)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._shop, name="checkout", daemon=True)
        self._lying_g = 0.0

    @property
    def taken(self) -> int:
        """What the terminal charged, in minor units."""
        return self._terminal.taken()

    @property
    def sales(self) -> int:
        """How many times it did."""
        return len(self._terminal.charges)

    @property
    def receipts(self) -> int:
        """How many receipts came out of the printer."""
        return self._paper.receipts

    def __enter__(self) -> Self:
        rows = "".join(f"{one.code},{one.name},{one.price},standard,{one.grams}\n" for one in ON_SALE)
        (self._folder / BOOK).write_text("code,name,price,tax,unit_weight_g\n" + rows, encoding="utf-8")
        for part in (self._server, self._printer, self._lane):
            part.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(LOOK_S * 5)
        for part in (self._lane, self._printer, self._server):
            part.__exit__(kind, error, trace)

    def leave(self) -> None:
        """Nobody comes any more; a payment that has begun is brought to its end."""
        self._stop.set()
        self._thread.join(LONGEST_WAIT_S)

    def toml(self) -> str:
        """The lane's part of the configuration."""
        folder = self._folder
        return (
            f'\n[[lane]]\nid = "{LANE}"\nscanner = {{ port = "{folder / SCANNER}" }}\n'
            f'scale = {{ port = "{folder / SCALE}", driver = "toledo_8217", capacity_g = {CAPACITY_G} }}\n'
            f'printer = {{ port = "{folder / PRINTER}" }}\npayment = {{ port = {self._server.port} }}\n'
            f'price_book = "{folder / BOOK}"\ncurrency = "{CURRENCY}"\nscreen_port = {self._screen_port}\n'
            f'tax = [{{ id = "standard", rate = "13" }}]\nhead = ["store-edge demo"]\nescalate_s = 3\n'
        )

    def _shop(self) -> None:
        if not self._until({"idle"}):
            return
        for shopper in (self._honest(), self._dishonest(), self._honest()):
            for pause_s in shopper:
                if self._stop.wait(pause_s):
                    return
            if self._until({"scanning", "mismatch"}, asked=("scan", "bag_it")):
                self._pay()

    def _honest(self) -> Iterator[float]:
        for goods in (COLA, CRISPS):
            yield from self._buy(goods)

    def _dishonest(self) -> Iterator[float]:
        """A bottle of water that nobody scanned; the attendant has it taken out."""
        yield from self._buy(SOAP)
        self._change(WATER_G)
        for _ in range(round(LONGEST_WAIT_S / LOOK_S)):
            if self._client.look().get("call") == "bag":
                break
            yield LOOK_S
        yield 1.0
        self._change(-WATER_G)
        yield BAGS_S

    def _buy(self, goods: Goods) -> Iterator[float]:
        yield SCANS_S
        self._lane.scan(f"]E0{goods.code}")
        yield BAGS_S
        self._change(goods.grams)

    def _pay(self) -> None:
        """Pay and take everything away; from here on there is no stopping."""
        time_up = time.monotonic() + LONGEST_WAIT_S
        self._client.press({"key": "pay"})
        while self._client.look().get("phase") != "clear_bag" and time.monotonic() < time_up:
            threading.Event().wait(LOOK_S)
        self._change(-self._lying_g)
        self._until({"idle"})

    def _change(self, grams: float) -> None:
        self._lying_g += grams
        self._lane.change(grams)

    def _until(self, phases: set[str], asked: tuple[str, ...] = ()) -> bool:
        """Wait until the lane stands there; False when it does not come to that, or nobody is to come any more."""
        time_up = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < time_up:
            seen = self._client.look()
            if seen.get("phase") in phases and (not asked or seen.get("prompt") in asked):
                return True
            if self._stop.wait(LOOK_S):
                return False
        return False
