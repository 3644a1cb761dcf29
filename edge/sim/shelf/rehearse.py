"""One simulated plate to connect a gateway to, with a shopper whose every move is said."""

import math
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from edge.errors import ConfigError
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS

GTIN, UNIT_G, SD_G, UNITS, ROOM, CAPACITY_G = "06901234567892", 330.0, 1.5, 8, 12, 15_000
BETWEEN_S = (4.0, 9.0)
ADDRESS = {"modbus_rtu": 1}


def rehearse(protocol: str, *, seconds: float, seed: int, say: Callable[[str], None]) -> None:
    """Run until the time is over, or Ctrl-C.

    Args:
        protocol: a driver's name.
        seconds: 0 is without an end.
        seed: of the shopper.
        say: gets each line.

    Raises:
        ConfigError: there is no such simulated scale.
    """
    if protocol not in TWINS:
        raise ConfigError(f"expected one of {', '.join(TWINS)}, found {protocol!r}", "protocol")
    random, stop = Random(seed), threading.Event()  # noqa: S311 - a simulation
    plate = LivePlate(sum(random.gauss(UNIT_G, SD_G) for _ in range(UNITS)), seed=seed)
    address = ADDRESS.get(protocol, 0)
    until = time.monotonic() + (seconds or math.inf)
    with (
        tempfile.TemporaryDirectory(prefix="store-edge-shelf-") as folder,
        PtyBus(Path(folder) / "tty", TWINS[protocol]({address: plate.shown})) as bus,
    ):
        say(_toml(bus.path, protocol, address))
        units = UNITS
        while not stop.wait(min(random.uniform(*BETWEEN_S), max(0.0, until - time.monotonic()))):
            if time.monotonic() >= until:
                return
            units += _act(plate, units, random, say)


def _act(plate: LivePlate, units: int, random: Random, say: Callable[[str], None]) -> int:
    """Something happens; by how many units the stock changed."""
    if random.random() < 0.15:  # noqa: PLR2004 - now and then
        lasts = random.uniform(0.5, 3)
        say(f"a hand leans on the plate for {lasts:.1f} s; {units} there")
        plate.lean(lasts)
        return 0
    moved = random.choice([n for n in (-3, -2, -1, -1, 1, 2) if 0 <= units + n <= ROOM])
    plate.change(math.copysign(sum(random.gauss(UNIT_G, SD_G) for _ in range(abs(moved))), moved))
    say(f"{moved:+d}; {units + moved} there")
    return moved


def _toml(path: Path, protocol: str, address: int) -> str:
    return (
        f'[[shelf]]\nid = "rehearsal"\nport = "{path}"\ndriver = "{protocol}"\n[[shelf.plate]]\nid = "p1"\n'
        f'address = {address}\ncapacity_g = {CAPACITY_G}\n[[shelf.plate.product]]\ngtin = "{GTIN}"\n'
        f"unit_weight_g = {UNIT_G}\nunit_weight_sd_g = {SD_G}\nlow = 2\n"
    )
