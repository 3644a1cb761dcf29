"""The lane agent on real pseudo terminals: bytes and keys in, durable sales out, whatever breaks on the way."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edge.agent.protocol import Host
from edge.checkout.agent import LaneAgent, journal_path
from edge.checkout.journal_reader import JournalReader
from edge.clock import SystemClock
from edge.config.read import parse
from edge.errors import ConfigError
from edge.events import CheckoutCompleted, CheckoutStatusChanged, Event
from edge.sim.payment import SimulatedTerminal
from edge.sim.payment_server import PaymentServer
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.scale.ptys import Line
from tests.shelf.test_agent import Box

BOOK = (
    "code,name,price,tax,unit_weight_g\n6901234567892,Green tea,3.50,standard,520\n"
    "6901234567908,Milk,5.99,standard,1030\n"
)
TEA, MILK = "6901234567892", "6901234567908"
CONFIG = """
[store]
tenant = "acme"
store = "sh-001"
gateway = "gw-1"
data_dir = "{folder}/data"
[[lane]]
id = "sco-1"
scanner = {{ port = "{folder}/scanner" }}
price_book = "{folder}/book.csv"
currency = "CNY"
screen_port = {screen}
payment = {{ port = {payment} }}
{more}
"""
SCALE = 'scale = {{ port = "{folder}/scale", driver = "toledo_8217", capacity_g = 15000 }}'


def no_camera(lane: str, url: str, clock: object) -> Any:  # noqa: ANN401 - never called
    raise AssertionError(f"{lane} {url} {clock}")


@dataclass
class Store:
    """One lane with its devices in a folder, and what it told."""

    folder: Path
    scanner: Line
    plate: LivePlate
    screen: int
    payment: int
    box: Box = field(default_factory=Box)

    def agent(self, more: str = "") -> LaneAgent:
        text = CONFIG.format(folder=self.folder, screen=self.screen, payment=self.payment, more=more)
        config = parse(text, folder=self.folder)
        return LaneAgent(config.lane[0], Path(config.store.data_dir), "UTC", no_camera)

    @contextmanager
    def running(self, more: str = SCALE) -> Iterator[None]:
        """The agent at work; it ends as on SIGTERM."""
        stop = threading.Event()
        host = Host(self.box.emit, self.box.beat, SystemClock(), stop, self.box)
        failed: list[Exception] = []
        agent = self.agent(more.format(folder=self.folder))

        def run() -> None:
            try:
                agent.run(host)
            except Exception as error:  # noqa: BLE001 - told by the test's own thread
                failed.append(error)

        worker = threading.Thread(target=run)
        worker.start()
        try:
            until(lambda: bool(failed) or bool(self.shown()))
            yield
        finally:
            stop.set()
            worker.join(10)
        assert not failed, failed

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        connection = http.client.HTTPConnection("127.0.0.1", self.screen, timeout=5)
        try:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def shown(self) -> dict[str, Any]:
        with suppress(OSError):
            screen: dict[str, Any] = self.ask("GET", "/screen")["screen"]
            return screen
        return {}

    def awaits(self, **wanted: object) -> dict[str, Any]:
        """The screen, once it shows what is wanted."""
        until(lambda: all(self.shown().get(name) == value for name, value in wanted.items()), self.shown)
        return self.shown()

    def scan(self, code: str) -> None:
        self.scanner.send(code.encode() + b"\r\n")

    def press(self, key: str) -> None:
        self.ask("POST", "/press", {"key": key})

    def of(self, kind: type[Event]) -> list[Any]:
        return self.box.of(kind)


def until(holds: Callable[[], bool], found: Callable[[], object] = lambda: "", timeout_s: float = 8.0) -> None:
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, found()
        time.sleep(0.03)


@pytest.fixture
def store(tmp_path: Path, free_port: int) -> Iterator[Store]:
    (tmp_path / "book.csv").write_text(BOOK)
    plate = LivePlate(0.0, physics=PlatePhysics(noise_g=0.5, glitch_share=0.0))
    with (
        Line(tmp_path / "scanner") as scanner,
        PtyBus(tmp_path / "scale", TWINS["toledo_8217"]({0: plate.shown})),
        PaymentServer(SimulatedTerminal(1)) as terminal,
    ):
        yield Store(tmp_path, scanner, plate, free_port, terminal.port)


@pytest.fixture
def free_port() -> int:
    with PaymentServer(SimulatedTerminal(1)) as server:
        return server.port


def test_a_sale_from_the_first_scan_to_the_empty_bag(store: Store) -> None:
    with store.running():
        store.awaits(phase="idle")
        time.sleep(1.0)  # the scale has to come to rest first
        store.scan(TEA)
        store.awaits(phase="scanning", total=350, prompt="bag_it")
        store.plate.change(520.0)
        store.awaits(prompt="scan")
        store.ask("POST", "/code", {"code": MILK})
        store.awaits(total=949)
        store.plate.change(1030.0)
        store.awaits(prompt="scan", total=949)
        store.press("pay")
        store.awaits(phase="clear_bag", prompt="take_goods")
        store.plate.change(-1550.0)
        store.awaits(phase="idle")
    (sale,) = store.of(CheckoutCompleted)
    assert (sale.total, len(sale.lines), len(sale.tenders)) == (949, 2, 1)
    assert store.box.figures["sales"] == 1
    with JournalReader.open(journal_path(store.folder / "data" / "checkout", "sco-1")) as journal:
        assert len(journal.sessions()) == 1
        assert set(journal.weights().products) >= {"0" + TEA, "0" + MILK}


def test_a_stop_in_the_middle_changes_nothing(store: Store) -> None:
    with store.running():
        store.awaits(phase="idle")
        time.sleep(1.0)
        store.scan(TEA)
        store.plate.change(520.0)
        session = store.awaits(prompt="scan", total=350)["session"]
    began = time.monotonic()
    with store.running():
        shown = store.awaits(session=session, total=350)
        assert time.monotonic() - began < 3.0
        assert shown["lines"][0]["bagged"]
        time.sleep(1.5)
        store.press("pay")
        store.awaits(phase="clear_bag")
    assert [sale.total for sale in store.of(CheckoutCompleted)] == [350]


def test_a_scanner_that_is_unplugged_and_a_scale_that_never_was(store: Store) -> None:
    more = SCALE.replace("/scale", "/absent")
    with store.running(more):
        until(lambda: len(store.of(CheckoutStatusChanged)) >= 1)
        store.scanner.unplug()
        until(lambda: len(store.of(CheckoutStatusChanged)) >= 2)
        store.scanner.plug()
        until(lambda: len(store.of(CheckoutStatusChanged)) >= 3)
        store.scan(TEA)
        store.awaits(total=350)
        store.press("pay")
        store.awaits(phase="attendant", call="scale")
        store.ask("POST", "/attend", {"action": "accept", "badge": "b7", "reason": "looked into the bag"})
        store.awaits(phase="clear_bag")
    told = [(str(event.device), event.up) for event in store.of(CheckoutStatusChanged)]
    assert told[:3] == [("scale", False), ("scanner", False), ("scanner", True)]


def test_a_new_price_book_is_taken_up_and_a_broken_one_is_not(store: Store) -> None:
    book = store.folder / "book.csv"
    with store.running(""):
        store.awaits(phase="idle")
        book.write_text(BOOK.replace("3.50", "0"))
        until(lambda: len(store.of(CheckoutStatusChanged)) == 1)
        store.scan(TEA)
        store.awaits(total=350)
        book.write_text(BOOK.replace("3.50", "4.00"))
        until(lambda: len(store.of(CheckoutStatusChanged)) == 2)
        store.scan(MILK)
        store.awaits(total=949)  # a session keeps the prices that it was begun with
        store.ask("POST", "/attend", {"action": "cancel", "badge": "b7", "reason": "changed his mind"})
        store.awaits(phase="idle")
        store.ask("POST", "/code", {"code": TEA})
        store.awaits(total=400)
    stays, again = (event.reason for event in store.of(CheckoutStatusChanged))
    assert stays.startswith("the price book stays the old one:")
    assert again == "the price book is good again"


def test_without_a_price_book_a_lane_begins_with_the_last_good_one_or_not_at_all(store: Store) -> None:
    book = store.folder / "book.csv"
    book.unlink()
    host = Host(store.box.emit, store.box.beat, SystemClock(), threading.Event(), store.box)
    with pytest.raises(ConfigError, match="expected a price book in"):
        store.agent().run(host)
    book.write_text(BOOK)
    with store.running(""):
        store.awaits(phase="idle")
    book.write_text("rubbish")
    with store.running(""):
        store.ask("POST", "/code", {"code": TEA})
        store.awaits(total=350)


def test_a_damaged_journal_is_told_and_the_lane_sells(store: Store) -> None:
    path = journal_path(store.folder / "data" / "checkout", "sco-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 5000)
    with store.running(""):
        store.ask("POST", "/code", {"code": TEA})
        store.awaits(total=350)
    (told,) = store.of(CheckoutStatusChanged)
    assert "set aside" in told.reason
