"""The lane agent: codes, weights, keys and answers in, sales out. Its one thread turns the scanner and the scale."""

import contextlib
import queue
import uuid
from pathlib import Path

from edge.agent.protocol import Host
from edge.checkout import lane_setup
from edge.checkout.journal import Journal
from edge.checkout.kiosk_port import KioskPort
from edge.checkout.lane_desks import Desk, Work, no_printer, no_terminal, payment_work, print_work
from edge.checkout.lane_devices import OpenCamera, lane_devices
from edge.checkout.lane_loop import LaneLoop, LaneParts
from edge.checkout.lane_runtime import LaneRuntime
from edge.checkout.price_book_file import read_price_book
from edge.checkout.price_book_store import PriceBookStore
from edge.checkout.price_book_watch import PriceBookWatch
from edge.checkout.printer_port import PrinterPort
from edge.checkout.receipt import Paper
from edge.checkout.session.inputs import AnyInput
from edge.config.lane import LaneConfig
from edge.ports.serial_port import PortSettings
from edge.secrets import attendant_token

FOLDER = "checkout"


class LaneAgent:
    """Runs one self-checkout."""

    def __init__(self, config: LaneConfig, data_dir: Path, timezone: str, open_camera: OpenCamera) -> None:
        """Nothing is opened yet.

        Args:
            config: of the lane.
            data_dir: of the gateway; journals and price books lie in a folder of their own there.
            timezone: IANA name, of the shop.
            open_camera: for a lane that reads codes with a camera.
        """
        self._config, self._timezone, self._open_camera = config, timezone, open_camera
        self._folder = data_dir / FOLDER

    def run(self, host: Host) -> None:
        """Work until `host.stop` is set.

        Raises:
            ConfigError: the price book, a table or a key cannot be used.
            JournalError: nothing can be written down.
        """
        host.beat(status="starting")
        with contextlib.ExitStack() as stack:
            loop = LaneLoop(self._config, self._timezone, host, self._parts(host, stack))
            loop.begin()
            while not host.stop.is_set():
                loop.turn()

    def _parts(self, host: Host, stack: contextlib.ExitStack) -> LaneParts:
        config = self._config
        terms = lane_setup.book_terms(config)
        store = PriceBookStore(self._folder / f"{config.id}.price-books", terms)
        prices = PriceBookWatch(Path(config.price_book), lane_setup.book_form(config), store)
        current = prices.first()
        journal = stack.enter_context(Journal(journal_path(self._folder, config.id), uuid.uuid4().hex[:8]))
        runtime = LaneRuntime(
            config.id,
            lane_setup.settings_of(config, self._timezone),
            journal,
            current,
            store.text,
            lambda form, text: read_price_book(text, form, terms),
        )
        answers: queue.SimpleQueue[AnyInput] = queue.SimpleQueue()
        return LaneParts(
            journal=journal,
            runtime=runtime,
            devices=stack.enter_context(lane_devices(config, host.clock, self._open_camera)),
            payments=stack.enter_context(Desk("payment", self._payment_work(), answers)),
            printer=stack.enter_context(Desk("printer", self._print_work(stack), answers)),
            answers=answers,
            prices=prices,
            kiosk=self._kiosk(stack),
        )

    def _payment_work(self) -> Work:
        terminal = lane_setup.terminal_of(self._config)
        return no_terminal if terminal is None else payment_work(terminal)

    def _print_work(self, stack: contextlib.ExitStack) -> Work:
        config = self._config.printer
        if config is None:
            return no_printer
        port = PrinterPort(PortSettings(url=config.port, baud=config.baud, format=config.format))
        stack.callback(port.close)
        return print_work(port, Paper(columns=config.columns, chinese=config.chinese, profile=config.profile))

    def _kiosk(self, stack: contextlib.ExitStack) -> KioskPort | None:
        config = self._config
        if not config.screen_port:
            return None
        return stack.enter_context(KioskPort(config.screen_host, config.screen_port, attendant_token(config)))


def journal_path(folder: Path, lane: str) -> Path:
    """Where a lane's journal lies.

    Args:
        folder: of the room, in the gateway's data folder.
        lane: its id.
    """
    return folder / f"{lane}.journal"
