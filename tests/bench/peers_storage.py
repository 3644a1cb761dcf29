"""store-edge's outbox beside the storages of other gateways, when the process is killed and when the power goes.

    python -m tests.bench.peers_storage [--events 2000] [--kills 20] [--cuts 40] [--only NAME,…]

Needs the extra [peers], mosquitto, and strace(1) for the power cuts. Each store takes the same events one by one in a
process of its own, which says after each that it was accepted. It is killed (SIGKILL) at random, or its writes and
syncs are recorded and the disk is made as the power may leave it (`tests.faults.power_cut`). Then it is opened again:
what was accepted and is not there is lost. ThingsBoard's storages run with the settings of its documentation.
"""

import argparse
import contextlib
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from edge.bench.outbox import PAYLOAD, QUOTA
from edge.clock import SystemClock
from edge.codec import Source, decode_event
from edge.events import FootfallCounted, Kind
from edge.outbox.outbox import Outbox
from tests.bench.peers_bridge import AS_IT_COMES, SAVED_OFTEN, Bridge
from tests.faults.power_cut import Disk, record

PAUSE_S = 0.005  # 200 events a second: what a busy shop may bring
# What thingsboard-gateway's thread may take for what it took out of its queue.
WRITES_S = 1.0
FILLER = PAYLOAD.decode()


class Store(Protocol):
    """A place that accepts events.

    Attributes:
        waited_s: of the time of `numbers`, what was waiting for more that did not come.
    """

    waited_s: float

    @property
    def pid(self) -> int:
        """Of the process that keeps them."""
        ...

    def put(self, number: int) -> None:
        """Accept the event of a number."""
        ...

    def numbers(self) -> set[int]:
        """The numbers of the events that are there."""
        ...

    def settle(self) -> None:
        """Wait until what was accepted can be taken out again."""
        ...

    def close(self) -> None:
        """Give everything back, in peace."""
        ...


class InProcess:
    """A storage in the gateway's own process, from which an event can be taken as soon as it was accepted."""

    waited_s = 0.0

    @property
    def pid(self) -> int:
        return os.getpid()

    def settle(self) -> None:
        """There is nothing to wait for."""


class Ours(InProcess):
    """This project's outbox."""

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder / "outbox.db", quota_bytes=QUOTA)
        self._source, self._clock = Source(Kind.CAMERA, "door"), SystemClock()
        self.close = self._outbox.close

    def put(self, number: int) -> None:
        now = self._clock.now()
        event = FootfallCounted(
            line="door", in_=number, out=0, interval_start=now.wall, interval_s=60.0, observed_s=60.0
        )
        self._outbox.append(self._source, event, now)

    def numbers(self) -> set[int]:
        events = [decode_event(row.record.type, row.record.data) for row in self._outbox.pending(0, 1_000_000)]
        return {event.in_ for event in events if isinstance(event, FootfallCounted)}


class PersistQueue(InProcess):
    """persist-queue's SQLiteAckQueue, each put committed."""

    def __init__(self, folder: Path) -> None:
        import persistqueue

        self._queue: Any = persistqueue.SQLiteAckQueue(str(folder), multithreading=True, auto_commit=True)
        self.close = self._queue.close

    def put(self, number: int) -> None:
        self._queue.put(f"{number} {FILLER}".encode())

    def numbers(self) -> set[int]:
        return {_number(self._queue.get(block=False).decode()) for _ in range(self._queue.size)}


class PersistFileQueue(InProcess):
    """persist-queue's file queue, as it comes."""

    def __init__(self, folder: Path) -> None:
        import persistqueue

        self._queue: Any = persistqueue.Queue(str(folder), tempdir=str(folder))

    def put(self, number: int) -> None:
        self._queue.put(f"{number} {FILLER}".encode())

    def numbers(self) -> set[int]:
        return {_number(self._queue.get(block=False).decode()) for _ in range(self._queue.qsize())}

    def close(self) -> None:
        """There is nothing to close."""


class LiteQueue(InProcess):
    """litequeue as it comes."""

    def __init__(self, folder: Path) -> None:
        import litequeue

        self._queue: Any = litequeue.LiteQueue(str(folder / "queue.db"))
        self.close = self._queue.close

    def put(self, number: int) -> None:
        self._queue.put(f"{number} {FILLER}")

    def numbers(self) -> set[int]:
        found = set()
        while (message := self._queue.pop()) is not None:
            found.add(_number(message.data))
        return found


class ThingsBoard(InProcess):
    """A storage of thingsboard-gateway."""

    def __init__(self, kind: str, folder: Path) -> None:
        log = logging.getLogger("thingsboard")
        log.addHandler(logging.NullHandler())
        log.propagate = False
        for level in ("TRACE", "trace"):
            setattr(log, level, log.debug)
        if kind == "sqlite":
            from thingsboard_gateway.storage.sqlite.sqlite_event_storage import SQLiteEventStorage

            self._store: Any = SQLiteEventStorage({"data_file_path": f"{folder}/"}, log, threading.Event())
        else:
            from thingsboard_gateway.storage.file.file_event_storage import FileEventStorage

            settings = {
                "data_folder_path": f"{folder}/", "max_file_count": 10, "max_records_per_file": 10_000,
                "max_records_between_fsync": 10,
            }  # fmt: skip
            self._store = FileEventStorage(settings, log, threading.Event())

    def put(self, number: int) -> None:
        if not self._store.put(f"{number} {FILLER}"):
            raise OSError("put was refused")

    def numbers(self) -> set[int]:
        found: set[int] = set()
        while pack := self._store.get_event_pack():
            found |= {_number(str(one)) for one in pack}
            self._store.event_pack_processing_done()
        return found

    def settle(self) -> None:
        """Its SQLite storage accepts into memory; a thread of its writes it down, five times a second or so.

        `stop` ends that thread at once, with what it has not written: an orderly end loses it as well.
        """
        written = getattr(self._store, "write_queue", None)
        while written is not None and not written.empty():
            time.sleep(0.05)
        time.sleep(WRITES_S)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._store.stop()


BRIDGE, SAVING_BRIDGE = "mosquitto bridge", "mosquitto bridge, saved often"
# strace's recording is followed by the descriptors of one process; a broker is another.
NO_CUTS = frozenset({BRIDGE, SAVING_BRIDGE})
STORES: Mapping[str, Callable[[Path], Store]] = {
    "store-edge": Ours,
    "persist-queue SQLiteAckQueue": PersistQueue,
    "persist-queue Queue (files)": PersistFileQueue,
    "litequeue": LiteQueue,
    "thingsboard-gateway sqlite": lambda folder: ThingsBoard("sqlite", folder),
    "thingsboard-gateway file": lambda folder: ThingsBoard("file", folder),
    BRIDGE: lambda folder: Bridge(folder, AS_IT_COMES, _text, _number),
    SAVING_BRIDGE: lambda folder: Bridge(folder, SAVED_OFTEN, _text, _number),
}


def _text(number: int) -> str:
    return f"{number} {FILLER}"


def _number(text: str) -> int:
    digits = text.lstrip('"').split(maxsplit=1)[0]
    return int(digits) if digits.isdigit() else -1


def child(name: str, folder: Path, events: int, pause_s: float, *, settle: bool) -> None:
    """Accept events and say so."""
    store = STORES[name](folder)
    times = []
    for number in range(1, events + 1):
        began = time.perf_counter()
        store.put(number)
        times.append(time.perf_counter() - began)
        os.write(1, b"%d\n" % number)
        if pause_s:
            time.sleep(pause_s)
    times.sort()
    figures = {
        "accept_p50_ms": round(1000 * times[len(times) // 2], 3),
        "accept_p99_ms": round(1000 * times[int(0.99 * len(times))], 3),
        "accepted_per_s": round(events / sum(times)),
        "written_bytes_per_event": round(_written_bytes(store.pid) / events),
        "rss_mb": _largest_bytes(store.pid) // 2**20,
    }
    os.write(1, json.dumps(figures).encode() + b"\n")
    if settle:
        store.settle()
    store.close()


def there(name: str, folder: Path) -> set[int]:
    """What a fresh process finds."""
    return taken(name, folder)[0]


def taken(name: str, folder: Path) -> tuple[set[int], float]:
    """What a fresh process finds, and the seconds that it took."""
    told = subprocess.run(_command("--read", name, folder), capture_output=True, check=False, text=True, timeout=300)
    lines = told.stdout.splitlines()
    if told.returncode or not lines:
        return set(), 0.0
    found: dict[str, Any] = json.loads(lines[-1])
    return set(found["numbers"]), float(found["seconds"])


def figures(name: str, place: Path, events: int) -> dict[str, Any] | str:
    """How it does when nothing goes wrong."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        told = subprocess.run(
            _command("--child", name, Path(folder), str(events), "0", "settle"), capture_output=True, check=False
        )
        if told.returncode:
            return "not installed" if b"ModuleNotFoundError" in told.stderr else told.stderr.decode()[-300:]
        row: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        found, taken_s = taken(name, Path(folder))
        return row | {
            "lost_undisturbed": events - len(found),
            "taken_again_per_s": round(len(found) / taken_s) if found else 0,
            "drain_100_000_s": round(100_000 * taken_s / len(found)) if found else None,
            "drain_measured_with": len(found),
        }


def killed(name: str, place: Path, kills: int) -> dict[str, int]:
    """SIGKILL at random moments."""
    chance, accepted, lost, unopened = random.Random(3), 0, 0, 0
    for _ in range(kills):
        with tempfile.TemporaryDirectory(dir=place) as folder:
            process = subprocess.Popen(
                _command("--child", name, Path(folder), "100000", str(PAUSE_S)),
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.2, 1.5))
            process.send_signal(signal.SIGKILL)
            said = {int(line) for line in process.stdout.read().split() if line.isdigit()} | {1}
            process.wait()
            found = there(name, Path(folder))
            accepted, lost, unopened = accepted + len(said), lost + len(said - found), unopened + (not found)
    return {"accepted": accepted, "lost": lost, "times_nothing_was_left": unopened}


def cut(name: str, place: Path, cuts: int) -> dict[str, int]:
    """Power cuts at random moments of one recording."""
    chance, accepted, lost, unopened = random.Random(4), 0, 0, 0
    with tempfile.TemporaryDirectory(dir=place) as made:
        work = Path(made) / "work"
        work.mkdir()
        calls = record(_command("--child", name, work, "300", str(PAUSE_S)), work, Path(made) / "trace")
        moments = list(Disk(work).play(calls))
        disk, played = Disk(work), 0
        follow = disk.play(calls)
        for moment in sorted(chance.choices(moments, k=cuts)):
            while played < moment:
                played = next(follow)
            said = {int(line) for line in disk.said.split(b"\n")[:-1] if line.isdigit()}
            folder = Path(made) / "after"
            folder.mkdir()
            disk.after_cut(folder, chance)
            found = there(name, folder)
            shutil.rmtree(folder)
            accepted, lost, unopened = (
                accepted + len(said),
                lost + len(said - found),
                unopened + (bool(said) and not found),
            )
    return {"accepted": accepted, "lost": lost, "times_nothing_was_left": unopened}


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.bench.peers_storage", *map(str, arguments)]


def _written_bytes(pid: int) -> int:
    """What a process has had written to disks so far (proc(5), /proc/pid/io, `write_bytes`)."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def _largest_bytes(pid: int) -> int:
    """The most memory that a process had at a time (proc(5), /proc/pid/status, `VmHWM`)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def rows(options: argparse.Namespace) -> Iterator[tuple[str, object]]:
    """Each store's figures."""
    for name in options.only.split(",") if options.only else STORES:
        told = figures(name, options.folder, options.events)
        if isinstance(told, str):
            yield name, told
            continue
        told["killed"] = killed(name, options.folder, options.kills)
        if shutil.which("strace") and name not in NO_CUTS:
            told["power_cut"] = cut(name, options.folder, options.cuts)
        yield name, told


def main() -> None:
    """Print the figures as JSON."""
    match sys.argv[1:]:
        case ["--child", name, folder, events, pause_s, *more]:
            child(name, Path(folder), int(events), float(pause_s), settle="settle" in more)
        case ["--read", name, folder]:
            store = STORES[name](Path(folder))
            began = time.perf_counter()
            numbers = sorted(store.numbers())
            seconds = time.perf_counter() - began - store.waited_s
            sys.stdout.write(json.dumps({"numbers": numbers, "seconds": seconds}) + "\n")
            sys.stdout.flush()
            os._exit(0)
        case arguments:
            parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
            parser.add_argument("--events", type=int, default=2000)
            parser.add_argument("--kills", type=int, default=20)
            parser.add_argument("--cuts", type=int, default=40)
            parser.add_argument("--only", default="", help="some of: " + "; ".join(STORES))
            parser.add_argument("--folder", type=Path, default=Path.cwd())
            options = parser.parse_args(arguments)
            for name, told in rows(options):
                sys.stdout.write(json.dumps({name: told}) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
