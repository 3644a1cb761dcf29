"""The shelf agent on a real pseudo terminal: bytes in, durable events out."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.config.read import parse
from edge.config.shelf import ShelfConfig
from edge.errors import ConfigError
from edge.events import Event, ShelfFault, Stamp, StockCounted, StockMoved
from edge.shelf.agent import ShelfAgent
from tests.scale.ptys import Line

CONFIG = """
[store]
tenant = "acme"
store = "sh-001"
gateway = "gw-1"
data_dir = "data"
[[shelf]]
id = "aisle-3"
port = "{port}"
driver = "{driver}"
[[shelf.plate]]
id = "p1"
capacity_g = 15000
[[shelf.plate.product]]
gtin = "06901234567892"
unit_weight_g = 330.0
unit_weight_sd_g = 2.0
"""


def shelf_config(port: Path, driver: str = "and_continuous") -> ShelfConfig:
    return parse(CONFIG.format(port=port, driver=driver), folder=Path("/")).shelf[0]


@dataclass
class Box:
    """What an agent is given: a memory that outlives it, and all that it told."""

    events: list[tuple[Event, Stamp]] = field(default_factory=list)
    figures: dict[str, float | str] = field(default_factory=dict)
    state: bytes | None = None

    def emit(self, event: Event, stamp: Stamp) -> None:
        self.events.append((event, stamp))

    def recall(self) -> bytes | None:
        return self.state

    def remember(self, state: bytes, happened: object = ()) -> None:
        self.state = state
        assert isinstance(happened, list | tuple)
        self.events += happened

    def beat(self, **figures: float | str) -> None:
        self.figures |= figures

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event, _ in self.events if isinstance(event, kind)]


@dataclass
class Plate:
    """A scale of the A&D kind that sends ten lines a second, in a thread."""

    line: Line
    load_g: float
    header: bytes = b"ST,GS,"
    noise_g: float = 0.6
    speaks: bool = True
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._speak, daemon=True)
        self.thread.start()

    def _speak(self) -> None:
        random = Random(1)
        while not self.stop.wait(0.1):
            kg = random.gauss(self.load_g, self.noise_g) / 1000
            if self.speaks and self.line.master >= 0:
                self.line.send(self.header + f"{kg:8.4f}".encode() + b"kg\r\n")


@contextmanager
def working(config: ShelfConfig, box: Box, tmp_path: Path) -> Iterator[None]:
    stop = threading.Event()
    host = Host(emit=box.emit, beat=box.beat, clock=SystemClock(), stop=stop, memory=box)
    thread = threading.Thread(target=ShelfAgent(config, tmp_path).run, args=(host,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def wait_for(box: Box, kind: type[Event], count: int = 1, seconds: float = 8.0) -> list[Event]:
    until = time.monotonic() + seconds
    while len(box.of(kind)) < count and time.monotonic() < until:
        time.sleep(0.02)
    return box.of(kind)


def test_bytes_become_moves_that_are_kept_with_their_state(tmp_path: Path) -> None:
    box = Box()
    with Line(tmp_path / "ttyUSB0") as line, working(shelf_config(line.link), box, tmp_path):
        plate = Plate(line, 5 * 330.0)
        (first,) = wait_for(box, StockCounted)
        assert isinstance(first, StockCounted)
        assert first.quantity == 5
        time.sleep(1.5)
        plate.load_g = 3 * 330.0
        began = time.monotonic()
        (move,) = wait_for(box, StockMoved)
        assert time.monotonic() - began < 2
        assert isinstance(move, StockMoved)
        assert (move.quantity, move.cause) == (-2, "pick")
        time.sleep(0.6)
        plate.stop.set()
    assert box.figures["stock.06901234567892"] == 3
    assert box.state is not None
    again = Box(state=box.state)
    with Line(tmp_path / "ttyUSB1") as line, working(shelf_config(line.link), again, tmp_path):
        plate = Plate(line, 2 * 330.0)
        (found,) = wait_for(again, StockMoved)
        plate.stop.set()
    assert isinstance(found, StockMoved)
    assert (found.quantity, found.cause) == (-1, "unobserved")


def test_an_unplugged_cable_is_a_fault_within_three_seconds_and_invents_nothing(tmp_path: Path) -> None:
    box = Box()
    with Line(tmp_path / "ttyUSB0") as line, working(shelf_config(line.link), box, tmp_path):
        plate = Plate(line, 5 * 330.0)
        wait_for(box, StockCounted)
        plate.speaks = False
        line.unplug()
        pulled = time.monotonic()
        faults = wait_for(box, ShelfFault, 2)
        assert time.monotonic() - pulled < 3
        line.plug()
        plate.speaks = True
        wait_for(box, ShelfFault, len(faults) + 2)
        time.sleep(3)
        plate.stop.set()
    told = [(event.fault, event.recovered) for event in box.of(ShelfFault) if isinstance(event, ShelfFault)]
    assert ("bus_offline", False) in told
    assert ("silent", False) in told
    assert told[-2:] in ([("bus_offline", True), ("silent", True)], [("silent", True), ("bus_offline", True)])
    assert box.of(StockMoved) == []


def test_a_bridge_without_a_calibration_says_what_to_do(tmp_path: Path) -> None:
    box, config = Box(), shelf_config(tmp_path / "none", "hx711_bridge")
    host = Host(emit=box.emit, beat=box.beat, clock=SystemClock(), stop=threading.Event(), memory=box)
    with pytest.raises(ConfigError, match=r"plate p1: expected a calibration.*run `store-edge scale calibrate`"):
        ShelfAgent(config, tmp_path).run(host)
