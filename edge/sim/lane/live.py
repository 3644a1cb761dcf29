"""Shoppers at a lane in real time: a scanner and a bagging scale on real ptys; the screen is seen and pressed by calls.

The lane reads the scanner as plain frames with AIM identifiers, and asks the scale by the Toledo 8217 protocol. Where
its screen is, and how a key gets there, is for the caller to say.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.sim.lane.attendant import Attendant
from edge.sim.lane.goods import Shop
from edge.sim.lane.hands import Seen, SeenLine
from edge.sim.lane.plan import Plan, shopper
from edge.sim.lane.rates import RATES, Rates
from edge.sim.lane.shopper import Shopper
from edge.sim.lane.truth import Visit
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins.toledo_8217 import Toledo8217Twin

Look = Callable[[], Mapping[str, Any]]
Press = Callable[[Mapping[str, Any]], None]

SCANNER, SCALE = "scanner", "scale"
# As of a checkout scale at its display's step, without a bare bridge's glitches.
PHYSICS = PlatePhysics(noise_g=0.5, glitch_share=0.0)
SETTLES_S, LOOK_S = 0.6, 0.3


class ScannerTwin:
    """A scanner that sends what is held before it, and answers nothing.

    Attributes:
        sent_s: the monotonic second at which a code went onto the line last.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = b""
        self.sent_s = 0.0

    def hold(self, text: str) -> None:
        """Hold a code before it."""
        with self._lock:
            self._read += text.encode() + b"\r\n"

    def answer(self, data: bytes) -> bytes:  # noqa: ARG002 - the twin's shape
        """Nothing."""
        return b""

    def stream(self) -> bytes:
        """What was read since."""
        with self._lock:
            sent, self._read = self._read, b""
            if sent:
                self.sent_s = time.monotonic()
        return sent


class LiveLane:
    """The hands of whoever stands at a lane. Use as a context manager; its ptys are there as long."""

    def __init__(self, folder: Path, look: Look, press: Press, *, seed: int = 1) -> None:
        """Nothing is plugged in yet.

        Args:
            folder: where `scanner` and `scale` will be.
            look: gives the lane's screen, as JSON has it.
            press: takes `{"key", "line", "quantity"}`, `{"choose"}`, `{"weigh_g"}`, or `{"action", "reason", "line"}`
                of an attendant.
            seed: of the scale.
        """
        self._look, self._press = look, press
        self._plate = LivePlate(0.0, physics=PHYSICS, seed=seed)
        self._scanner = ScannerTwin()
        self._buses = (
            PtyBus(folder / SCANNER, self._scanner),
            PtyBus(folder / SCALE, Toledo8217Twin({0: self._plate.shown})),
        )

    def __enter__(self) -> Self:
        for bus in self._buses:
            bus.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bus in self._buses:
            bus.__exit__(kind, error, trace)

    @property
    def sent_s(self) -> float:
        """When the scanner put a code onto the line last, monotonic seconds."""
        return self._scanner.sent_s

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def look(self) -> Seen:
        """At the screen."""
        shown = self._look()
        return Seen(
            phase=shown["phase"],
            prompt=shown["prompt"],
            lines=tuple(
                SeenLine(one["line"], one["name"], one["quantity"], one["amount"]) for one in shown.get("lines", ())
            ),
            total=shown.get("total", 0),
            call=shown.get("call") or "",
            receipt=shown.get("receipt", ""),
        )

    def scan(self, text: str) -> None:
        """Hold a code before the scanner."""
        self._scanner.hold(text)

    def choose(self, code: str) -> None:
        """Pick produce on the screen."""
        self._press({"choose": code})

    def weigh(self, grams: float) -> None:
        """Lay produce on a scale of its own."""
        self._press({"weigh_g": grams})

    def change(self, delta_g: float) -> float:
        """Put something into the bagging area, or take it out."""
        if delta_g:
            self._plate.change(delta_g)
        return self.now() + SETTLES_S

    def lean(self, grams: float, lasts_s: float) -> None:  # noqa: ARG002 - the plate draws how heavily
        """Lean on the bagging area."""
        self._plate.lean(lasts_s)

    def press(self, key: str, *, line: int | None = None, quantity: int | None = None) -> None:
        """Press a key on the screen."""
        self._press({"key": key, "line": line, "quantity": quantity})

    def attend(self, action: str, *, reason: str = "", line: int | None = None) -> None:
        """Do something as the attendant."""
        self._press({"action": action, "reason": reason, "line": line})


def visits(
    lane: LiveLane, shop: Shop, seed: int, stop: threading.Event, rates: Rates = RATES
) -> Iterator[tuple[Plan, Visit]]:
    """Shoppers, one after the other, in real time, until `stop`; each with what really happened.

    Args:
        lane: plugged in.
        shop: that the lane's price book is of.
        seed: of the shoppers.
        stop: to be set from another thread.
        rates: how often things happen.
    """
    number = 0
    while not stop.is_set():
        plan = shopper(seed, number, shop, rates)
        one = Shopper(lane, plan, shop, rates)
        _lived(lane, one, rates, stop)
        if stop.is_set():
            return
        yield plan, one.visit
        number += 1


def _lived(lane: LiveLane, one: Shopper, rates: Rates, stop: threading.Event) -> None:
    """The shopper's doings and the attendant's, in the order of time; until the lane is free again."""
    doing: dict[str, tuple[float, Iterator[float]]] = {"shopper": (lane.now(), one.shop())}
    while not stop.is_set():
        seen = lane.look()
        if seen.call and "attendant" not in doing:
            come = Attendant(lane, one, rates, lambda: True).come()
            doing["attendant"] = (lane.now(), come)
        if not doing and seen.phase == "idle":
            return
        for who, (due, waits) in list(doing.items()):
            if lane.now() < due:
                continue
            wait = next(waits, None)
            if wait is None:
                del doing[who]
            else:
                doing[who] = (lane.now() + wait, waits)
        next_due = min((due for due, _ in doing.values()), default=lane.now() + LOOK_S)
        stop.wait(max(0.0, min(LOOK_S, next_due - lane.now())))
