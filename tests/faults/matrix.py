"""Every fault that a box meets, one after the other or at random, on the real gateway under load.

`python -m tests.faults.matrix --json` strikes each fault a few times; `--minutes 30` strikes at random for so long;
`--rows NAME,…` only some. A cloud that gives receipts is the judge: what a producer's `emit` had returned for must
have reached it, exactly once, or stand in the box's ledger as evicted for a reason.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from edge.codec import Gateway as Name
from edge.errors import OutboxError
from edge.outbox.outbox import Outbox
from tests.faults.broker import Broker
from tests.faults.cloud import Cloud
from tests.faults.gateway import PRODUCERS
from tests.faults.kills import CONFIG, UP_S, Gateway, pending, say, send, until
from tests.faults.producer import ACCEPTED, ENOUGH, account_path
from tests.faults.verdict import Account, Verdict, judge
from tests.faults.wire import Wire

DISK_MB = 96
RECOVERS_S, DRAIN_S = 180.0, 180.0
FAKETIME = Path("/usr/lib") / f"{os.uname().machine}-linux-gnu" / "faketime" / "libfaketime.so.1"
# libfaketime 0.9.10, told to leave the monotonic clock alone, answers every clock_nanosleep on it with EINVAL, and so
# every sleep of Python's. The gateway's processes sleep in select(2) instead: Python reads this at its start.
SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select((), (), (), seconds) and None\n"
RECEIPTS = CONFIG.replace(
    "backoff_max_s = 0.5\n", "backoff_max_s = 0.5\nreceipts = true\nreceipt_timeout_s = 4\nack_timeout_s = 4\n", 1
)


@dataclass
class Stage:
    """What a fault may lay its hands on.

    Attributes:
        patience_s: how long anything may take to come right; on a machine that has no time for it, longer.
    """

    gateway: Gateway
    broker: Broker
    wire: Wire
    cloud: Cloud
    folder: Path
    chance: random.Random
    accepted: "Accepted"
    patience_s: float = RECOVERS_S

    @property
    def data(self) -> Path:
        return self.gateway.data

    def signal(self, which: str, number: signal.Signals) -> None:
        """Send a signal to an agent: ``producer`` or ``uplink``; or to the supervisor."""
        if which == "supervisor":
            send(self.gateway.process.pid, number)
            return
        wanted = [pid for name, pid in self.gateway.agents().items() if (name == "uplink") == (which == "uplink")]
        if wanted:
            send(self.chance.choice(wanted), number)


Deed = Callable[[Stage], None]


def nothing(_stage: Stage) -> None:
    """It mends itself, or nobody can."""


@dataclass(frozen=True)
class Fault:
    """One row of the matrix.

    Attributes:
        strike: does it.
        lasts_s: so long it is left as it is.
        mend: ends it.
        needs: what has to be there for it; None when it needs nothing.
    """

    strike: Deed
    lasts_s: float = 0.0
    mend: Deed = nothing
    needs: Callable[[], bool] = lambda: True


def fill_disk(stage: Stage) -> None:
    with contextlib.suppress(OSError), (stage.data / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(16 * 1024))


def flip_bytes(stage: Stage) -> None:
    """The disk gives back something else in the middle of the outbox."""
    path = stage.data / "outbox.db"
    with path.open("r+b") as file:
        file.seek(stage.chance.randrange(4096, max(8192, path.stat().st_size - 4096)))
        file.write(stage.chance.randbytes(512))


def set_clock(offset: str) -> Deed:
    def jump(stage: Stage) -> None:
        making = stage.folder / "faketime.making"
        making.write_text(offset + "\n", encoding="ascii")
        making.rename(stage.folder / "faketime")

    return jump


def is_root() -> bool:
    return os.getuid() == 0


FAULTS: Mapping[str, Fault] = {
    "kill -9 an agent": Fault(lambda stage: stage.signal("producer", signal.SIGKILL)),
    "kill -9 the uplink": Fault(lambda stage: stage.signal("uplink", signal.SIGKILL)),
    "kill -9 the supervisor": Fault(lambda stage: stage.gateway.kill_supervisor()),
    "an agent hangs": Fault(lambda stage: stage.signal("producer", signal.SIGSTOP), 4.0),
    "the uplink hangs": Fault(lambda stage: stage.signal("uplink", signal.SIGSTOP), 4.0),
    "the supervisor hangs": Fault(
        lambda stage: stage.signal("supervisor", signal.SIGSTOP),
        5.0,
        lambda stage: stage.signal("supervisor", signal.SIGCONT),
    ),
    "connection cut": Fault(lambda stage: stage.wire.cut()),
    "partition": Fault(lambda stage: stage.wire.hold("up", "down"), 8.0, lambda stage: stage.wire.release()),
    "one-way: nothing reaches the broker": Fault(
        lambda stage: stage.wire.hold("up"), 8.0, lambda stage: stage.wire.release()
    ),
    "one-way: a broker that never acknowledges": Fault(
        lambda stage: stage.wire.hold("down"), 8.0, lambda stage: stage.wire.release()
    ),
    "broker restarted": Fault(lambda stage: stage.broker.restart()),
    "broker killed": Fault(lambda stage: stage.broker.kill()),
    "broker wiped": Fault(lambda stage: stage.broker.wipe()),
    "disk full": Fault(fill_disk, 4.0, lambda stage: (stage.data / "ballast").unlink(missing_ok=True), needs=is_root),
    "clock a year back": Fault(set_clock("-365d"), 1.0, needs=FAKETIME.exists),
    "clock a day ahead": Fault(set_clock("+1d"), 1.0, set_clock("+0"), needs=FAKETIME.exists),
    "flipped bytes on the disk": Fault(flip_bytes, 1.0),
}


@dataclass
class Row:
    """What a fault showed.

    Attributes:
        lost: accepted, and neither arrived nor in the ledger as evicted.
        evicted: accepted and given up for a reason, by the ledger.
        recovered_s: of each strike, from its end to the first event that was accepted after it and arrived.
    """

    struck: int = 0
    lost: int = 0
    evicted: int = 0
    recovered_s: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        times = sorted(self.recovered_s)
        return {
            "struck": self.struck,
            "lost": self.lost,
            "evicted": self.evicted,
            "recovered_s_p50": round(times[len(times) // 2], 2) if times else None,
            "recovered_s_max": round(times[-1], 2) if times else None,
        }


@dataclass(frozen=True)
class Result:
    """A run of the matrix."""

    rows: Mapping[str, Row]
    skipped: Sequence[str]
    seconds: float
    verdict: Verdict
    lost: int
    evicted: int
    balanced: bool
    pending: int
    exit_status: int

    @property
    def ok(self) -> bool:
        found = self.verdict
        return self.balanced and not (self.lost or found.doubled or found.phantoms or found.conflicts or self.pending)

    def as_json(self) -> dict[str, Any]:
        told = asdict(self.verdict) | {"lost": self.lost, "evicted": self.evicted, "balanced": self.balanced}
        rows = {name: row.as_json() for name, row in self.rows.items()}
        return {"ok": self.ok, "seconds": self.seconds, "rows": rows, "skipped": list(self.skipped), "in all": told}


def account_of(stage: Stage) -> Account:
    return Account.of(
        path.read_text("ascii") for name in PRODUCERS if (path := account_path(stage.data, name)).exists()
    )


class Accepted:
    """What the producers' accounts say was accepted, read on as they grow."""

    def __init__(self, data: Path) -> None:
        self._read = {account_path(data, name): 0 for name in PRODUCERS}
        self.numbers: set[int] = set()

    def read(self) -> list[int]:
        """What is new since the last call."""
        new: list[int] = []
        for path, start in self._read.items():
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(start)
                whole, end, _ = file.read().rpartition(b"\n")
            self._read[path] = start + len(whole) + len(end)
            new += [int(line[1:]) for line in whole.decode("ascii").split("\n") if line.startswith(ACCEPTED)]
        self.numbers.update(new)
        return new


def evicted_by_ledger(stage: Stage) -> int:
    """What the box itself says that it gave up of the producers' events; damage is given time to be mended."""
    end = time.monotonic() + stage.patience_s
    while True:
        try:
            return _evicted(stage)
        except OutboxError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _evicted(stage: Stage) -> int:
    with contextlib.closing(Outbox.open_readonly(stage.data / "outbox.db")) as outbox:
        return sum(sum(line.evicted.values()) for line in outbox.ledger() if str(line.source) in PRODUCERS)


def is_balanced(stage: Stage) -> bool:
    """accepted = delivered + pending + evicted, for every source and epoch."""
    with contextlib.closing(Outbox.open_readonly(stage.data / "outbox.db")) as outbox:
        return all(
            line.accepted == line.delivered + line.pending + sum(line.evicted.values()) for line in outbox.ledger()
        )


def strike(stage: Stage, fault: Fault, row: Row) -> None:
    """Once: the fault, its end, and how long until something new arrives."""
    row.struck += 1
    fault.strike(stage)
    time.sleep(fault.lasts_s)
    fault.mend(stage)
    mended = time.monotonic()
    stage.accepted.read()
    new: list[int] = []

    def something_new() -> bool:
        new.extend(stage.accepted.read())
        return any(one in stage.cloud.numbers for one in new)

    assert until(something_new, stage.patience_s), "nothing arrives any more"
    row.recovered_s.append(time.monotonic() - mended)


def settle(stage: Stage, row: Row, evicted_before: int) -> None:
    """Wait until all that was accepted so far has arrived, or is given up; the rest is lost."""
    stage.accepted.read()
    wanted = frozenset(stage.accepted.numbers)

    def lost() -> int:
        return max(0, len(wanted - stage.cloud.numbers) - evicted_by_ledger(stage))

    until(lambda: lost() == 0, stage.patience_s)
    row.evicted += evicted_by_ledger(stage) - evicted_before
    row.lost = max(row.lost, lost())


@contextlib.contextmanager
def staged(folder: Path, seed: int, patience_s: float = RECOVERS_S) -> Iterator[Stage]:
    """A gateway under load, with a small disk of its own where that can be had."""
    data = folder / "data"
    data.mkdir()
    mounted = is_root() and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", data], capture_output=True, check=False
    ).returncode  # fmt: skip
    environment = dict(os.environ)
    if FAKETIME.exists():
        (folder / "faketime").write_text("+0\n", encoding="ascii")
        (folder / "faked").mkdir()
        (folder / "faked" / "sitecustomize.py").write_text(SLEEP, encoding="ascii")
        environment |= {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder / "faked"), os.environ.get("PYTHONPATH", "")))),
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "faketime"),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "1",
        }
    name = Name("acme", "s-1", "g-1")
    try:
        with Broker(folder / "broker") as broker, Cloud(broker.port, name) as cloud, Wire(broker.port) as wire:
            gateway = Gateway(folder, wire, RECEIPTS, environment)
            try:
                stage = Stage(gateway, broker, wire, cloud, folder, random.Random(seed), Accepted(data), patience_s)
                assert until(lambda: len(cloud.received()) > 50, UP_S), "nothing arrives even without a fault"
                yield stage
            finally:
                gateway.close()
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", data], check=False)


def run(
    folder: Path,
    *,
    names: Sequence[str] = tuple(FAULTS),
    times: int = 3,
    minutes: float = 0.0,
    seed: int = 1,
    told: Callable[[str], None] = lambda _text: None,
    keep: Path | None = None,
    patience_s: float = RECOVERS_S,
) -> Result:
    """Run the matrix.

    Args:
        folder: for everything.
        names: of the rows.
        times: each is struck so often, …
        minutes: … or all at random for so long.
        seed: of what is random on our side.
        told: is given a line now and then.
        keep: gets the outbox when the run fails.
        patience_s: how long anything may take to come right.
    """
    began = time.monotonic()
    chosen = [name for name in names if FAULTS[name].needs()]
    rows = {name: Row() for name in chosen}
    with staged(folder, seed, patience_s) as stage, kept_on_failure(stage.data, keep):
        for name in _order(chosen, times, minutes, stage.chance):
            evicted = evicted_by_ledger(stage)
            strike(stage, FAULTS[name], rows[name])
            if minutes == 0:
                settle(stage, rows[name], evicted)
            told(f"{name}: {rows[name].as_json()}")
        (stage.data / ENOUGH).touch()
        until(lambda: set(stage.gateway.agents()) == {"uplink"}, UP_S)
        until(lambda: pending(stage.data) == 0, max(DRAIN_S, patience_s))
        left = pending(stage.data)
        stage.gateway.stop()
        verdict = judge(account_of(stage), stage.cloud.received())
        evicted = evicted_by_ledger(stage)
        return Result(
            rows=rows,
            skipped=[name for name in names if name not in chosen],
            seconds=round(time.monotonic() - began, 1),
            verdict=verdict,
            lost=max(0, verdict.lost - evicted),
            evicted=evicted,
            balanced=is_balanced(stage),
            pending=left,
            exit_status=stage.gateway.process.returncode,
        )


@contextlib.contextmanager
def kept_on_failure(data: Path, keep: Path | None) -> Iterator[None]:
    """Copy the outbox to a folder when what follows fails."""
    try:
        yield
    except BaseException:
        for file in data.glob("outbox.db*") if keep is not None else ():
            with contextlib.suppress(OSError):
                shutil.copy(file, keep or data)
        raise


def _order(names: Sequence[str], times: int, minutes: float, chance: random.Random) -> Iterator[str]:
    if minutes == 0:
        for name in names:
            yield from [name] * times
        return
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        yield chance.choice(names)
        time.sleep(chance.uniform(0.0, 1.0))


def table(result: Result) -> str:
    """As Markdown."""
    lines = [
        "| fault | struck | lost | evicted | first new event after, p50 s | max s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in result.rows.items():
        told = row.as_json()
        cells = (name, told["struck"], told["lost"], told["evicted"], told["recovered_s_p50"], told["recovered_s_max"])
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="", help="some of: " + "; ".join(FAULTS))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience-s", type=float, default=RECOVERS_S)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="leave the log and the outbox in that folder")
    options = parser.parse_args()
    names = options.rows.split(",") if options.rows else tuple(FAULTS)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="store-edge-matrix-") as folder:
        try:
            result = run(
                Path(folder), names=names, times=options.times, minutes=options.minutes, seed=options.seed,
                told=lambda text: say(text, sys.stderr), keep=options.keep,
                patience_s=options.patience_s,
            )  # fmt: skip
        finally:
            if options.keep:
                shutil.copy(Path(folder) / "gateway.log", options.keep)
    say(json.dumps(result.as_json()) if options.json else table(result), sys.stdout)
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
