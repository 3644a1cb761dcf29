"""A simulated lane to connect a gateway to: scanner, scale, printer, terminal, and shoppers who use its screen."""

import secrets
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from edge.sim.lane.goods import Shop
from edge.sim.lane.live import SCALE, SCANNER, LiveLane, ScannerTwin, visits
from edge.sim.lane.screen_client import ScreenClient
from edge.sim.payment import SimulatedTerminal
from edge.sim.payment_server import PaymentServer
from edge.sim.printer import PrinterTwin, printer_on
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins.toledo_8217 import Toledo8217Twin

PRINTER, BOOK = "printer", "price_book.json"
LANE, CURRENCY = "rehearsal", "CNY"
MEMBERS, MEMBER_KEY = "MEMBER-", "members.key"
CAPACITY_G = 30_000

Say = Callable[[str], None]


def lane(*, screen_port: int, seconds: float, seed: int, say: Say) -> None:
    """Shoppers until the time is over, or Ctrl-C.

    Args:
        screen_port: of the lane that is to be connected.
        seconds: 0 is without an end.
        seed: of the goods, the shoppers and the scale.
        say: gets each line.
    """
    shop, stop = Shop(seed), threading.Event()
    client, twin = ScreenClient(screen_port), PrinterTwin()
    with (
        tempfile.TemporaryDirectory(prefix="store-edge-lane-") as made,
        printer_on(Path(made) / PRINTER, twin),
        PaymentServer(SimulatedTerminal(seed)) as terminal,
        LiveLane(Path(made), client.look, client.press, seed=seed) as live,
    ):
        folder = Path(made)
        (folder / BOOK).write_text(shop.price_book(), encoding="utf-8")
        (folder / MEMBER_KEY).write_text(secrets.token_hex(16), encoding="utf-8")
        say(toml(folder, screen_port, terminal.port))
        timer = threading.Timer(seconds or threading.TIMEOUT_MAX, stop.set)
        timer.daemon = True
        timer.start()
        for plan, visit in visits(live, shop, seed, stop):
            slips, thefts = ", ".join(plan.slips) or "no slip", ", ".join(str(theft.kind) for theft in visit.thefts)
            say(f"shopper {plan.number}: {slips}; {thefts or 'honest'}; {twin.receipts} receipts so far")


def scanner(*, say: Say) -> None:
    """A scanner on a pseudo terminal; each line on standard input is a code that is held before it."""
    twin = ScannerTwin()
    with tempfile.TemporaryDirectory(prefix="store-edge-scanner-") as made, PtyBus(Path(made) / SCANNER, twin) as bus:
        say(f'scanner = {{ port = "{bus.path}", driver = "plain" }}')
        for line in sys.stdin:
            if line.strip():
                twin.hold(line.strip())


def scale(*, seed: int, say: Say) -> None:
    """A scale on a pseudo terminal; each line on standard input is a number of grams that come, or go."""
    plate = LivePlate(0.0, seed=seed)
    twin = Toledo8217Twin({0: plate.shown})
    with tempfile.TemporaryDirectory(prefix="store-edge-scale-") as made, PtyBus(Path(made) / SCALE, twin) as bus:
        say(f'scale = {{ port = "{bus.path}", driver = "toledo_8217", capacity_g = {CAPACITY_G} }}')
        for line in sys.stdin:
            try:
                plate.change(float(line))
            except ValueError:
                say(f"expected grams, such as 330 or -330, found {line.strip()!r}")


def toml(folder: Path, screen_port: int, payment_port: int) -> str:
    """The section of a configuration that connects a lane to what is simulated in a folder."""
    return f"""[[lane]]
id = "{LANE}"
scanner = {{ port = "{folder / SCANNER}", driver = "plain" }}
scale = {{ port = "{folder / SCALE}", driver = "toledo_8217", capacity_g = {CAPACITY_G} }}
printer = {{ port = "{folder / PRINTER}" }}
payment = {{ port = {payment_port} }}
price_book = "{folder / BOOK}"
currency = "{CURRENCY}"
patterns = ["cn"]
member_prefixes = ["{MEMBERS}"]
member_key_file = "{folder / MEMBER_KEY}"
screen_port = {screen_port}
"""
