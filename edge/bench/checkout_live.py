"""How soon a lane answers while a camera counts on the same cores: the real gateway, ptys, and a shopper who looks.

A scan begins when the scanner puts its code onto the line and ends when it is on the screen; a foreign weight begins
when it is laid down, or when it has rung out on the simulated scale, and ends with the first word about it on the
screen. The screen is asked every few milliseconds over its port, and that is in the figures.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from edge import sim
from edge.errors import DeviceError
from edge.gateway_thread import running
from edge.sim.broker import free_port
from edge.sim.lane.live import SCALE, SCANNER, SETTLES_S, LiveLane
from edge.sim.lane.screen_client import ScreenClient
from edge.supervisor.jobs import ConfigFile
from edge.supervisor.supervisor import Supervisor
from edge.vision.truth import read
from edge.vision.validate import line_of

CLIPS = Path(sim.__file__).parent / "clips"
CAPACITY_G = 15_000
# Code, name, price, grams.
ON_SALE = (
    ("6901234567892", "Cola 500 ml", "3.50", 534.0),
    ("6901234567908", "Crisps", "6.80", 92.0),
    ("6901234567915", "Soap", "4.20", 118.0),
)
SCANS, QUICK_SCANS = 120, 24
# A foreign thing is laid down after so many scans, and a bill has so many.
FOREIGN_EVERY, BILL = 4, 8
FOREIGN_G = 740.0
LOOK_S, PATIENCE_S, BAGS_S = 0.003, 15.0, 1.5
CONFIG = """
[store]
tenant = "bench"
store = "shop"
gateway = "gw-1"
data_dir = "{folder}/data"
[health]
port = 0
[[camera]]
id = "entrance"
url = "{clip}"
fps = 10
loop = true
[[camera.line]]
id = "door"
points = {points}
inside = {inside}
[[lane]]
id = "sco-1"
scanner = {{ port = "{folder}/{scanner}" }}
scale = {{ port = "{folder}/{scale}", driver = "toledo_8217", capacity_g = {capacity} }}
price_book = "{folder}/book.csv"
currency = "CNY"
screen_port = {screen}
escalate_s = 30
"""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measure.

    Args:
        quick: a fifth of the scans.
    """
    with tempfile.TemporaryDirectory(prefix="store-edge-bench-") as made:
        folder, screen = Path(made), free_port()
        rows = "".join(f"{code},{name},{price},standard,{grams}\n" for code, name, price, grams in ON_SALE)
        (folder / "book.csv").write_text("code,name,price,tax,unit_weight_g\n" + rows, encoding="utf-8")
        client = ScreenClient(screen)
        with (
            LiveLane(folder, client.look, client.press) as lane,
            running(_configuration(folder, screen), folder / "agents.log") as supervisor,
        ):
            return Counter(lane, client, supervisor).measure(QUICK_SCANS if quick else SCANS)


class Counter:
    """Somebody at the lane who scans, bags and looks."""

    def __init__(self, lane: LiveLane, client: ScreenClient, supervisor: Supervisor) -> None:
        self._lane, self._client, self._supervisor = lane, client, supervisor
        self._lying_g = 0.0

    def measure(self, scans: int) -> dict[str, Any]:
        """Scan so often, and see how long everything takes."""
        self._until(lambda seen: seen["phase"] == "idle", "an idle lane")
        self._await_camera()
        time.sleep(BAGS_S)  # noqa: TID251 - the scale comes to rest
        lines: list[float] = []
        words: list[float] = []
        for n in range(scans):
            code, _, _, grams = ON_SALE[n % len(ON_SALE)]
            lines.append(self._scan(code))
            self._change(grams)
            time.sleep(BAGS_S)  # noqa: TID251 - a person's pace
            if n % FOREIGN_EVERY == FOREIGN_EVERY - 1:
                words.append(self._timed(lambda: self._change(FOREIGN_G), lambda seen: seen["phase"] == "mismatch"))
                self._change(-FOREIGN_G)
                self._until(lambda seen: seen["phase"] == "scanning", "a bag that is right again")
            if n % BILL == BILL - 1:
                self._leave()
        fps = self._camera_figure("fps")
        return {
            "scans": len(lines),
            "scan_to_line_ms": _spread([1000 * one for one in lines], 1),
            "foreign_weights": len(words),
            "laid_down_to_word_s": _spread(words, 3),
            "settled_to_word_s": _spread([one - SETTLES_S for one in words], 3),
            "camera_fps": fps,
            "cores": os.cpu_count(),
        }

    def _scan(self, code: str) -> float:
        before = len(self._client.look().get("lines", ()))
        self._lane.scan(f"]E0{code}")
        self._until(lambda seen: len(seen.get("lines", ())) > before, "a line on the screen")
        return time.monotonic() - self._lane.sent_s

    def _timed(self, act: Callable[[], object], seen: Callable[[Mapping[str, Any]], bool]) -> float:
        began = time.monotonic()
        act()
        self._until(seen, "an answer on the screen")
        return time.monotonic() - began

    def _until(self, seen: Callable[[Mapping[str, Any]], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not seen(shown := self._client.look()):
            if time.monotonic() > end:
                raise DeviceError(f"expected {what} within {PATIENCE_S:g} s, found {dict(shown)}")
            time.sleep(LOOK_S)  # noqa: TID251 - between two looks

    def _change(self, grams: float) -> None:
        self._lying_g += grams
        self._lane.change(grams)

    def _leave(self) -> None:
        """The bill is cancelled by the attendant and the bags go: what is timed is scanning, not paying."""
        self._client.press({"action": "cancel", "reason": "bench"})
        self._change(-self._lying_g)
        self._until(lambda seen: seen["phase"] == "idle", "an idle lane")

    def _await_camera(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while not self._camera_figure("fps"):
            if time.monotonic() > end:
                raise DeviceError("expected a camera that counts, found none")
            time.sleep(0.1)  # noqa: TID251 - between two looks

    def _camera_figure(self, name: str) -> float:
        agents = self._supervisor.snapshot().agents
        return float(next(one.figures.get(name, 0.0) for one in agents if one.name == "camera/entrance"))


def _configuration(folder: Path, screen: int) -> ConfigFile:
    toml = folder / "store.toml"
    parts = {"scanner": SCANNER, "scale": SCALE, "capacity": CAPACITY_G, "screen": screen}
    (clip,) = read(CLIPS / "entrance.json").clips
    line = line_of(clip)
    where = {"points": [list(line.start), list(line.end)], "inside": list(line.inside)}
    toml.write_text(CONFIG.format(folder=folder, clip=CLIPS / clip.file, **where, **parts), encoding="utf-8")
    return ConfigFile.read(toml)


def _spread(values: list[float], digits: int) -> dict[str, float]:
    at = np.percentile(values, [50, 95, 100])
    return {name: round(float(one), digits) for name, one in zip(("p50", "p95", "max"), at, strict=True)}
