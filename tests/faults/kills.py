"""Kill the gateway's processes at random moments under load, and see whether an event is lost.

`python -m tests.faults.kills --kills 1000 --json` for the long run. SIGKILL goes to producers, the uplink and the
supervisor; between the kills the broker is restarted, the wire is cut and a producer is frozen. At the end everything
that a producer's `emit` had returned for must have reached an independent subscriber exactly once.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from edge.outbox.outbox import Outbox
from tests.faults.broker import Broker
from tests.faults.gateway import PRODUCERS
from tests.faults.producer import ENOUGH, account_path
from tests.faults.verdict import Account, Verdict, judge
from tests.faults.wire import Wire
from tests.faults.witness import Witness
from tests.media import REPO

# How often each fault is chosen. The first three are kills.
WEIGHTS = {"producer": 40, "uplink": 25, "supervisor": 15, "cut": 12, "broker": 5, "freeze": 3}
KILLS = ("producer", "uplink", "supervisor")
# Random moments: the pause between two faults.
PAUSE_S = (0.02, 0.6)
UP_S, DRAIN_S, STOP_S, ARRIVE_S = 30.0, 90.0, 5.5, 20.0

CONFIG = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "{folder}/data"
[uplink]
url = "mqtt://127.0.0.1:{port}"
backoff_max_s = 0.5
[supervisor]
heartbeat_timeout_s = 3
backoff_initial_s = 0.05
backoff_max_s = 0.3
[health]
port = 0
"""


@dataclass(frozen=True)
class Outcome:
    """A run: what was done to the gateway, and what came of it.

    Attributes:
        unbalanced: sources whose own ledger does not say accepted = delivered = arrived.
    """

    faults: dict[str, int]
    kills: int
    seconds: float
    exit_status: int
    stop_s: float
    pending: int
    unbalanced: int
    verdict: Verdict

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing left, and a clean stop."""
        return self.verdict.ok and self.exit_status == self.pending == self.unbalanced == 0

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}


class Gateway:
    """The gateway under fire."""

    def __init__(
        self,
        folder: Path,
        wire: Wire | Broker,
        config: str = CONFIG,
        environment: Mapping[str, str] = os.environ,
        inside: Sequence[str] = (),
    ) -> None:
        """Start it.

        Args:
            folder: for its files.
            wire: to whose port it connects.
            config: with places for folder and port.
            environment: of its processes.
            inside: a command that runs it, and that becomes it (``ip netns exec NAME``).
        """
        self._inside = inside
        self._file, self._environment = folder / "store.toml", dict(environment)
        self._file.write_text(config.format(folder=folder, port=wire.port), encoding="utf-8")
        self._log = (folder / "gateway.log").open("ab")
        self.data = folder / "data"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [*self._inside, sys.executable, "-m", "tests.faults.gateway", str(self._file)]
        return subprocess.Popen(command, cwd=REPO, stderr=self._log, stdout=self._log, env=self._environment)

    def kill_supervisor(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def agents(self) -> dict[str, int]:
        """The agents' processes by name, as the kernel knows them."""
        found = {}
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split():
            name = last_argument(int(child))
            if name in {*PRODUCERS, "uplink"}:
                found[name] = int(child)
        return found

    def stop(self) -> float:
        """SIGTERM; gives the seconds that it took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(STOP_S)
        return time.monotonic() - began

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._log.close()


def last_argument(pid: int) -> str:
    """The last argument of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8").rstrip("\0").rpartition("\0")[2]
    except OSError:
        return ""


def strike(fault: str, gateway: Gateway, broker: Broker, wire: Wire, chance: random.Random) -> bool:
    """Do one thing to the gateway; False when there was nothing to do it to."""
    if fault == "supervisor":
        gateway.kill_supervisor()
    elif fault == "broker":
        broker.restart()
    elif fault == "cut":
        wire.cut()
    else:
        number = signal.SIGSTOP if fault == "freeze" else signal.SIGKILL
        wanted = [pid for name, pid in gateway.agents().items() if (name == "uplink") == (fault == "uplink")]
        return bool(wanted) and send(chance.choice(wanted), number)
    return True


def send(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False when its target has just gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def until(holds: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until something holds; whether it did."""
    end = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def run(kills: int, folder: Path, seed: int = 1, told: Callable[[str], None] = lambda _text: None) -> Outcome:
    """One run.

    Args:
        kills: how many SIGKILLs.
        folder: for the broker's and the gateway's files.
        seed: of what is done when; the processes themselves are as random as the machine.
        told: is given a line now and then.
    """
    began = time.monotonic()
    with Broker(folder / "broker") as broker, Witness(broker.port) as witness, Wire(broker.port) as wire:
        gateway = Gateway(folder, wire)
        try:
            assert until(lambda: len(gateway.agents()) == len(PRODUCERS) + 1, UP_S), "the gateway does not start"
            assert until(lambda: len(witness.received()) > 50, UP_S), "nothing arrives even without a fault"
            chance = random.Random(seed)
            faults = bombard(kills, lambda fault: strike(fault, gateway, broker, wire, chance), chance, told)
            (gateway.data / ENOUGH).touch()
            until(lambda: set(gateway.agents()) == {"uplink"}, UP_S)
            until(lambda: pending(gateway.data) == 0, DRAIN_S)
            stop_s = gateway.stop()
            account = Account.of(account_path(gateway.data, name).read_text("ascii") for name in PRODUCERS)
            until(lambda: not judge(account, witness.received()).lost, ARRIVE_S)
            verdict = judge(account, witness.received())
            return Outcome(
                faults=dict(faults),
                kills=sum(faults[kind] for kind in KILLS),
                seconds=round(time.monotonic() - began, 1),
                exit_status=gateway.process.returncode,
                stop_s=round(stop_s, 2),
                pending=pending(gateway.data),
                unbalanced=unbalanced(gateway.data, verdict),
                verdict=verdict,
            )
        finally:
            gateway.close()


def bombard(
    kills: int, strike_once: Callable[[str], bool], chance: random.Random, told: Callable[[str], None]
) -> Counter[str]:
    """Strike at random until there were so many kills."""
    done: Counter[str] = Counter()
    while sum(done[kind] for kind in KILLS) < kills:
        time.sleep(chance.uniform(*PAUSE_S))
        (fault,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        if strike_once(fault):
            done[fault] += 1
            told(f"{fault}: {dict(done)}")
    return done


def pending(data: Path) -> int:
    """How many events wait in the outbox."""
    with contextlib.closing(Outbox.open_readonly(data / "outbox.db")) as outbox:
        return outbox.depth().rows


def unbalanced(data: Path, verdict: Verdict) -> int:
    """How many sources have a ledger that does not agree with what arrived."""
    with contextlib.closing(Outbox.open_readonly(data / "outbox.db")) as outbox:
        lines = outbox.ledger()
    told = {(str(line.source), line.accepted, line.delivered) for line in lines}
    return len(told ^ {(source, count, count) for source, count in verdict.sources.items()})


def say(text: str, stream: TextIO) -> None:
    """A program's voice."""
    stream.write(text + "\n")
    stream.flush()


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="store-edge-kills-") as folder:
        outcome = run(options.kills, Path(folder), options.seed, lambda text: say(text, sys.stderr))
    say(json.dumps(outcome.as_json()) if options.json else str(outcome), sys.stdout)
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
