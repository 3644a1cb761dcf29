"""How fast events become durable, beside bare SQLite on the same disk, and how fast a backlog drains to a broker.

The yardstick is a loop of single-row transactions on bare SQLite in the same mode (WAL, synchronous=FULL). Both sides
take turns, since the speed of a disk drifts.
"""

import contextlib
import multiprocessing
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.codec import Gateway, Source
from edge.config.gateway import UplinkConfig
from edge.events import Direction, Event, FootfallCrossed, Kind, Stamp
from edge.outbox.outbox import Outbox
from edge.sim.broker import start_broker
from edge.uplink.uplink import Uplink

QUOTA = 2**30
PAYLOAD = b"x" * 263  # bytes of a usual event with its attributes
WRITERS = (1, 8)  # processes
DRAINED = 20_000
DRAIN_MOST_S = 120.0
EVENT = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)

Insert = Callable[[], object]
Opened = contextlib.AbstractContextManager[Insert]


def run(seconds: float = 2.0, *, turns: int = 5, folder: Path | None = None) -> Mapping[str, Any]:
    """Measure.

    Args:
        seconds: of writing, of each queue with each number of writers.
        turns: into how many stretches that is cut; the queues take turns.
        folder: on the disk to measure; by default the working directory, as temporary files may be in memory.

    Returns:
        `single_commit_ratio` (ours over bare SQLite, with 1 and 8 writing processes), `drain_events_per_s`, and `peers`
        (what each accepts per second, by the number of writers).
    """
    place = folder or Path.cwd()
    rates = {str(writers): _compared(place, writers, seconds, turns) for writers in WRITERS}
    with tempfile.TemporaryDirectory(dir=place) as drained:
        drain = round(_drain(Path(drained) / "outbox.db"))
    return {
        "single_commit_ratio": {
            writers: round(statistics.median(a / b for a, b in zip(found[OURS], found[BARE], strict=True)), 3)
            for writers, found in rates.items()
        },
        "drain_events_per_s": drain,
        "peers": {
            name: {writers: round(statistics.median(found[name])) for writers, found in rates.items()}
            if rates["1"][name]
            else "not installed"
            for name in QUEUES
        },
    }


def _compared(place: Path, writers: int, seconds: float, turns: int) -> dict[str, list[float]]:
    """Commits per second of each queue in each turn; none where it is not installed."""
    rates: dict[str, list[float]] = {name: [] for name in QUEUES}
    for _ in range(turns):
        for name, opened in QUEUES.items():
            with tempfile.TemporaryDirectory(dir=place) as folder, contextlib.suppress(ImportError):
                rates[name].append(_rate(opened, Path(folder) / "queue.db", writers, seconds / turns))
    return rates


@contextlib.contextmanager
def _bare(path: Path) -> Iterator[Insert]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB)")

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO event (data) VALUES (?)", (PAYLOAD,))
        connection.execute("COMMIT")

    yield insert
    connection.close()


@contextlib.contextmanager
def _ours(path: Path) -> Iterator[Insert]:
    source, clock = Source(Kind.CAMERA, f"c{multiprocessing.current_process().pid}"), SystemClock()
    with Outbox(path, quota_bytes=QUOTA) as outbox:
        yield lambda: outbox.append(source, EVENT, clock.now())


@contextlib.contextmanager
def _persist_queue(path: Path) -> Iterator[Insert]:
    import persistqueue  # noqa: PLC0415 - only the extra [peers] installs it

    queue = persistqueue.SQLiteAckQueue(str(path), multithreading=True, auto_commit=True)
    yield lambda: queue.put(PAYLOAD)


@contextlib.contextmanager
def _litequeue(path: Path) -> Iterator[Insert]:
    import litequeue  # noqa: PLC0415 - only the extra [peers] installs it

    queue = litequeue.LiteQueue(str(path))
    yield lambda: queue.put(PAYLOAD.decode())


OURS, BARE = "store-edge", "bare SQLite, WAL, FULL"
QUEUES: dict[str, Callable[[Path], Opened]] = {
    BARE: _bare,
    OURS: _ours,
    "persist-queue SQLiteAckQueue": _persist_queue,
    "litequeue (not synced at each put)": _litequeue,
}


def _rate(opened: Callable[[Path], Opened], path: Path, writers: int, seconds: float) -> float:
    """Commits per second of so many processes together."""
    with opened(path) as insert:
        insert()
        if writers == 1:
            return _count(insert, time.perf_counter() + seconds) / seconds
    context = multiprocessing.get_context("fork")
    counts, ready = context.SimpleQueue(), context.Barrier(writers)
    crew = [context.Process(target=_write, args=(opened, path, seconds, ready, counts)) for _ in range(writers)]
    for one in crew:
        one.start()
    total = sum(counts.get() for _ in crew)
    for one in crew:
        one.join()
    return float(total) / seconds


def _write(opened: Callable[[Path], Opened], path: Path, seconds: float, ready: Any, counts: Any) -> None:  # noqa: ANN401 - multiprocessing's proxies
    with opened(path) as insert:
        ready.wait()
        counts.put(_count(insert, time.perf_counter() + seconds))


def _count(insert: Insert, until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        insert()
        done += 1
    return done


def _drain(path: Path) -> float:
    """Events per second from the outbox to a broker's acknowledgement, from a backlog."""
    clock, source = SystemClock(), Source(Kind.CAMERA, "entrance")
    with start_broker() as broker, Outbox(path, quota_bytes=QUOTA) as outbox:
        _fill(path, outbox, source, clock.now())
        stop, gateway = threading.Event(), Gateway("bench", "shop", "gw-1")
        birth = b'{"status": "online"}'
        uplink = Uplink(UplinkConfig(url=broker.url, window=256), gateway, outbox, clock, birth=lambda: birth)
        host = Host(emit=_nothing, beat=lambda **_: None, clock=clock, stop=stop)
        thread = threading.Thread(target=uplink.run, args=(host,))
        began = time.perf_counter()
        thread.start()
        while outbox.depth().rows and time.perf_counter() - began < DRAIN_MOST_S:
            stop.wait(0.02)
        elapsed_s = time.perf_counter() - began
        left = outbox.depth().rows
        stop.set()
        thread.join()
        return (DRAINED - left) / elapsed_s


def _fill(path: Path, outbox: Outbox, source: Source, stamp: Stamp) -> None:
    """A backlog, made quickly: one event the proper way, and copies of it in one transaction."""
    outbox.append(source, EVENT, stamp)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO event_1 SELECT i, source, epoch, i, type, stamp, data FROM event_1, n WHERE id = 1",
            (DRAINED,),
        )
        connection.execute("UPDATE ledger SET accepted = ?, newest = ?", (DRAINED, DRAINED))


def _nothing(event: Event, stamp: Stamp) -> None:
    """The uplink emits no events."""
