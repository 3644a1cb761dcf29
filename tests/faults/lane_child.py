"""A lane in a process that can be killed: real loop, runtime, journal, outbox and payment desk; told by a socket.

`python -m tests.faults.lane_child FOLDER PAYMENT_PORT` loads everything once and forks a lane for each line on its
standard input. A lane connects to `FOLDER/lane.sock`, and answers each message, one JSON a line, with its screen.
"""

import contextlib
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.agent.protocol import Host
from edge.checkout import lane_setup
from edge.checkout.bagging.learning import WeightBook
from edge.checkout.journal import Journal
from edge.checkout.journal_entry import Entry
from edge.checkout.kiosk_port import Order
from edge.checkout.lane_desks import Desk, no_printer, payment_work
from edge.checkout.lane_devices import DevicesTurn
from edge.checkout.lane_loop import LaneLoop, LaneParts
from edge.checkout.lane_runtime import LaneRuntime
from edge.checkout.lane_scale import LaneSeconds
from edge.checkout.payment.http_json import HttpJsonTerminal
from edge.checkout.price_book_file import read_price_book
from edge.checkout.price_book_store import PriceBookStore
from edge.checkout.price_book_watch import PriceBookWatch
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.session.inputs import Action, AnyInput, Attended, Key, Pressed, Weighed
from edge.checkout.session.screen import Screen
from edge.checkout.session.state import LaneState
from edge.checkout.session.terms import LaneSettings
from edge.clock import SystemClock
from edge.codec import Source
from edge.config.read import parse
from edge.events import Event, Kind, Stamp
from edge.outbox.outbox import Outbox

LANE = "sco-1"
QUOTA = 64 * 1024 * 1024
WAIT_S = 0.02
CONFIG = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "data"
[[lane]]
id = "sco-1"
scanner = {{ port = "unused", window_s = 0.01 }}
price_book = "{folder}/book.csv"
currency = "CNY"
"""


class Death:
    """Kills the process at a point that was agreed; counts those that it passes."""

    def __init__(self) -> None:
        self.passed = 0
        self.at = -1

    def point(self) -> None:
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


class MortalJournal(Journal):
    """Before and after each write one may die."""

    def __init__(self, path: Path, name: str, death: Death) -> None:
        super().__init__(path, name)
        self._death = death

    def append(self, entries: Sequence[Entry]) -> None:
        self._death.point()
        super().append(entries)
        self._death.point()

    def keep(self, state: LaneState, weights: WeightBook, now: datetime) -> None:
        self._death.point()
        super().keep(state, weights, now)
        self._death.point()

    def keep_book(self, version: str, form: str, text: str, now: datetime) -> None:
        super().keep_book(version, form, text, now)
        self._death.point()


class MortalMemory:
    """The same for what is accepted by the outbox."""

    def __init__(self, outbox: Outbox, death: Death) -> None:
        self._outbox, self._death = outbox, death
        self._source = Source(Kind.CHECKOUT, LANE)

    def emit(self, event: Event, stamp: Stamp) -> None:
        self._outbox.append(self._source, event, stamp)

    def recall(self) -> bytes | None:
        return self._outbox.recall(self._source)

    def remember(self, state: bytes, happened: Iterable[tuple[Event, Stamp]] = ()) -> None:
        self._outbox.remember(self._source, state, happened)
        self._death.point()


class Wire:
    """The other side's hands and eyes: devices and screen of the lane."""

    def __init__(self, path: Path, death: Death) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._socket.settimeout(WAIT_S)
        self._death, self._buffer = death, b""
        self._level_g: float | None = None
        self._orders: list[Order] = []
        self._asked = False
        self._screen: Screen | None = None

    def turn(self, lane_s: LaneSeconds) -> DevicesTurn:
        told = self._read()
        self._asked = told is not None
        frames: list[ScanFrame] = []
        inputs: list[AnyInput] = []
        now = SystemClock().monotonic_s()
        match told:
            case {"scan": str(code)}:
                frames.append(ScanFrame(code.encode(), None, now))
            case {"level": level}:
                before, self._level_g = self._level_g, float(level)
                delta = 0.0 if before is None else self._level_g - before
                inputs.append(Weighed(weight_g=self._level_g, delta_g=delta, sd_g=0.5, since_s=lane_s(now)))
            case {"press": key}:
                self._orders.append(Pressed(key=Key(key)))
            case {"attend": action}:
                self._orders.append(Attended(action=Action(action), badge="b7", reason="seen"))
            case {"die_at": int(point)}:
                self._death.passed, self._death.at = 0, point
            case _:
                pass
        return DevicesTurn(frames, inputs, None)

    def beep(self, *, good: bool) -> None:
        """Nothing."""

    def orders(self) -> list[Order]:
        given, self._orders = self._orders, []
        return given

    def show(self, screen: Screen) -> None:
        self._screen = screen

    def answer(self) -> None:
        """Tell the screen, where a message asked for it."""
        if self._asked:
            told = {"screen": self._screen, "points": self._death.passed, "pid": os.getpid()}
            self._socket.sendall(msgspec.json.encode(told) + b"\n")

    def _read(self) -> dict[str, Any] | None:
        while b"\n" not in self._buffer:
            try:
                data = self._socket.recv(4096)
            except TimeoutError:
                return None
            if not data:
                sys.exit(0)
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        read: dict[str, Any] = msgspec.json.decode(line)
        return read


def serve(folder: Path, payment_port: int) -> None:
    """One life of the lane."""
    config = parse(CONFIG.format(folder=folder), folder=folder).lane[0]
    death = Death()
    wire = Wire(folder / "lane.sock", death)
    terms = lane_setup.book_terms(config)
    store = PriceBookStore(folder / "price-books", terms)
    prices = PriceBookWatch(folder / "book.csv", "csv", store)
    book = prices.first()
    answers: queue.SimpleQueue[AnyInput] = queue.SimpleQueue()
    with contextlib.ExitStack() as stack:
        journal = stack.enter_context(MortalJournal(folder / "lane.journal", os.urandom(4).hex(), death))
        outbox = stack.enter_context(Outbox(folder / "outbox.db", quota_bytes=QUOTA))
        memory = MortalMemory(outbox, death)
        runtime = LaneRuntime(
            LANE,
            LaneSettings(ask_every_s=0.1),
            journal,
            book,
            store.text,
            lambda form, text: read_price_book(text, form, terms),
        )
        terminal = HttpJsonTerminal("127.0.0.1", payment_port)
        parts = LaneParts(
            journal=journal,
            runtime=runtime,
            devices=wire,
            payments=stack.enter_context(Desk("payment", payment_work(terminal), answers)),
            printer=stack.enter_context(Desk("printer", no_printer, answers)),
            answers=answers,
            prices=prices,
            kiosk=wire,
        )
        host = Host(memory.emit, lambda **_figures: None, SystemClock(), threading.Event(), memory)
        loop = LaneLoop(config, "UTC", host, parts)
        loop.begin()
        while True:
            loop.turn()
            wire.answer()


def main() -> None:
    """Fork a lane for each line that is read."""
    folder, payment_port = Path(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if os.fork() == 0:
            serve(folder, payment_port)


if __name__ == "__main__":
    main()
