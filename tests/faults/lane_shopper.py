"""Shoppers, an attendant and a terminal at a lane that dies again and again: they look at the screen, as people do."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from edge.checkout.payment.adapter import Outcome
from edge.sim.payment import Odds, SimulatedTerminal
from edge.sim.payment_server import PaymentServer
from tests.faults.lane_child import LANE
from tests.media import REPO

GOODS = {f"690123456{n:03d}": (100 * n + 50, 150.0 + 75.0 * n) for n in range(1, 7)}
ODDS = Odds(answer_lost=0.1, doubled=0.1, most_polls=2)
PATIENCE_S, UP_S = 20.0, 10.0


def gtin13(first: str) -> str:
    """With its check digit (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(first))
    return first + str(-total % 10)


class Died(Exception):  # noqa: N818 - no error: what is to be tested
    """The lane was killed."""


@dataclass
class Deaths:
    """What the kills showed.

    Attributes:
        kills: how many there were.
        slowest_s: the longest time from a start to the first screen.
        lost: lines that had been on the screen and were not there after a kill.
        calls: attendants who were called for the bag of an honest shopper.
    """

    kills: int = 0
    slowest_s: float = 0.0
    lost: list[str] = field(default_factory=list)
    calls: int = 0


class MortalLane:
    """A lane that is started again whenever it was killed. Use as a context manager.

    Attributes:
        terminal: outlives every lane.
        level_g: what lies on the scale.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.deaths = folder, Deaths()
        self.terminal = SimulatedTerminal(seed, ODDS)
        self.level_g = 0.0
        self.points = self._pid = 0
        self._process = -1
        self._chance = random.Random(seed)
        self._stack = contextlib.ExitStack()
        self._wire: socket.socket | None = None
        self._buffer = b""

    def __enter__(self) -> Self:
        lines = [f"{gtin13(code)},Goods {code[-3:]},{price / 100},standard,{g}" for code, (price, g) in GOODS.items()]
        (self.folder / "book.csv").write_text("\n".join(["code,name,price,tax,unit_weight_g", *lines]) + "\n")
        payments = self._stack.enter_context(PaymentServer(self.terminal))
        self._listener = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        self._listener.bind(str(self.folder / "lane.sock"))
        self._listener.listen()
        self._listener.settimeout(UP_S)
        command = [sys.executable, "-m", "tests.faults.lane_child", str(self.folder), str(payments.port)]
        self._forker = self._stack.enter_context(subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE))
        self.look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dead()
        if self._forker.stdin is not None:
            self._forker.stdin.close()
        self._stack.close()

    def look(self) -> dict[str, Any]:
        """At the screen; the lane is started first where it is dead."""
        while True:
            try:
                return self.send({})
            except Died:
                self.deaths.kills += 1

    def arm(self, point: int) -> None:
        """Let it die at that one of its next points; never for -1."""
        self.send({"die_at": point})

    def send(self, message: Mapping[str, object], *, kill: bool = False) -> dict[str, Any]:
        """Do something, and look at the screen.

        Args:
            message: what to do.
            kill: kill it at a random moment while it does that.

        Raises:
            Died: it was killed, perhaps before it took the message in.
        """
        if self._wire is None:
            self._start()
        return self._exchange(message, kill=kill)

    def _start(self) -> None:
        began = time.monotonic()
        assert self._forker.stdin is not None
        self._forker.stdin.write(b"start\n")
        self._forker.stdin.flush()
        self._wire, self._buffer = self._listener.accept()[0], b""
        self._wire.settimeout(PATIENCE_S)
        # A scale tells at once what lies there.
        self._exchange({"level": self.level_g})
        self._process = os.pidfd_open(self._pid)
        self.deaths.slowest_s = max(self.deaths.slowest_s, time.monotonic() - began)

    def _exchange(self, message: Mapping[str, object], *, kill: bool = False) -> dict[str, Any]:
        assert self._wire is not None
        try:
            self._wire.sendall(msgspec.json.encode(message) + b"\n")
            if kill:
                time.sleep(self._chance.uniform(0, 0.01))
                with contextlib.suppress(ProcessLookupError):  # it came to its own point first
                    signal.pidfd_send_signal(self._process, signal.SIGKILL)
            line = self._line(self._wire)
        except (ConnectionResetError, BrokenPipeError):
            line = b""
        if not line:
            self._dead()
            raise Died
        told = msgspec.json.decode(line)
        self.points, self._pid = told["points"], told["pid"]
        screen: dict[str, Any] = told["screen"]
        return screen

    def _dead(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        if self._process >= 0:
            os.close(self._process)
            self._process = -1

    def _line(self, wire: socket.socket) -> bytes:
        """One line from the lane; empty when it is gone."""
        while b"\n" not in self._buffer:
            data = wire.recv(65536)
            if not data:
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line


class Visit:
    """One honest shopper, who buys what is on a list and pays."""

    def __init__(self, lane: MortalLane, wanted: list[str], chance: random.Random, *, kill_share: float = 0.0) -> None:
        self._lane, self._wanted, self._chance, self._kill_share = lane, wanted, chance, kill_share
        self._bagged = 0
        self._seen: dict[int, str] = {}
        self._asked_s: float | None = None
        self.session = ""

    def pay(self) -> None:
        """From the first scan until the lane is free again."""
        until = time.monotonic() + PATIENCE_S
        screen = self._lane.look()
        while not (self.session and screen["phase"] == "idle"):
            assert time.monotonic() < until, (screen, self._wanted)
            message = self._next(screen)
            try:
                screen = self._lane.send(message, kill=self._chance.random() < self._kill_share)
            except Died:
                self._lane.deaths.kills += 1
                screen = self._lane.look()
            self._check(screen)

    def _next(self, screen: dict[str, Any]) -> Mapping[str, object]:
        """What somebody at the lane does now."""
        match screen["phase"]:
            case "clear_bag":
                return self._level(0.0)
            case "tender":
                return {"press": "pay"}
            case "pay_unknown":
                return self._attendant(screen["session"])
            case "attendant":
                self._lane.deaths.calls += 1
                return {"attend": "accept"}
            case "pay_pending":
                time.sleep(0.01)
                return {}
            case _:
                return self._shop(len(screen["lines"]))

    def _shop(self, lines: int) -> Mapping[str, object]:
        """Scan, put into the bagging area, pay."""
        if lines > self._bagged:
            self._bagged += 1
            return self._level(self._lane.level_g + GOODS[self._wanted[self._bagged - 1]][1])
        if lines < len(self._wanted):
            return {"scan": gtin13(self._wanted[lines])}
        return {"press": "pay"}

    def _level(self, level_g: float) -> Mapping[str, object]:
        # Goods stay where they are put, whatever becomes of the lane.
        self._lane.level_g = level_g
        return {"level": level_g}

    def _attendant(self, session: str) -> Mapping[str, object]:
        """Looks at the terminal: what it does not know of was not paid; what it has approved, the lane will hear of."""
        time.sleep(0.02)
        self._asked_s = self._asked_s or time.monotonic()
        known = [self._lane.terminal.truth(f"{LANE}-{session}-{n}") for n in range(1, 20)]
        on_its_way = Outcome.APPROVED in known or Outcome.PENDING in known
        if on_its_way or time.monotonic() < self._asked_s + 0.3:
            return {}
        self._asked_s = None
        return {"attend": "not_paid"}

    def _check(self, screen: dict[str, Any]) -> None:
        """What was on the bill is still there."""
        if screen["session"]:
            assert self.session in {"", screen["session"]}, "a session was lost"
            self.session = screen["session"]
            now = {line["line"]: line["name"] for line in screen["lines"]}
            self._lane.deaths.lost += [name for number, name in self._seen.items() if now.get(number) != name]
            self._seen = now
